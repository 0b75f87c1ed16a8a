import { elementAt } from './matrix.ts'

/**
 * Moves values so that each of the ranks holds what it would hold if they were sorted, by Hoare's selection (1961) with the
 * median of three as the pivot: linear in the count where sorting is not. A part that selection does not narrow is sorted.
 * @param values without NaN; overwritten
 * @param ranks places in `values`, ascending
 */
export function placeRanks(values: Float64Array, ranks: readonly number[]): void {
  placeWithin(values, { low: 0, high: values.length - 1 }, ranks)
}

/** Both ends belong to it. */
type Range = { readonly low: number; readonly high: number }

function placeWithin(values: Float64Array, range: Range, ranks: readonly number[]): void {
  const half = ranks.length >> 1
  const middle = ranks[half]
  if (middle === undefined || range.low >= range.high) return
  placeRank(values, range, middle)
  placeWithin(values, { low: range.low, high: middle - 1 }, ranks.slice(0, half))
  placeWithin(values, { low: middle + 1, high: range.high }, ranks.slice(half + 1))
}

function placeRank(values: Float64Array, range: Range, rank: number): void {
  let { low, high } = range
  for (let roundsLeft = 2 * Math.log2(high - low + 1); low < high; roundsLeft--) {
    if (roundsLeft < 0) {
      values.subarray(low, high + 1).sort()
      return
    }
    const split = partition(values, low, high)
    if (split.high < rank) low = split.low
    if (split.low > rank) high = split.high
  }
}

/** What lies up to `high` is at most the pivot, what lies from `low` on at least; between them is the pivot itself. */
function partition(values: Float64Array, from: number, to: number): Range {
  const pivot = medianOfThree(
    elementAt(values, from),
    elementAt(values, (from + to) >> 1),
    elementAt(values, to),
  )
  let [low, high] = [from, to]
  while (low <= high) {
    while (elementAt(values, low) < pivot) low++
    while (elementAt(values, high) > pivot) high--
    if (low > high) break
    const swapped = elementAt(values, low)
    values[low++] = elementAt(values, high)
    values[high--] = swapped
  }
  return { low, high }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
