import { elementAt } from './matrix.ts'

/** The value below which a share `level` of the sorted values lies, interpolated (type 7 of Hyndman & Fan, 1996). */
export function quantileOfSorted(sorted: ArrayLike<number>, level: number): number {
  const place = level * (sorted.length - 1)
  const below = Math.floor(place)
  const [low = Number.NaN, high = low] = [sorted[below], sorted[below + 1]]
  return low + (high - low) * (place - below)
}

/** The places in sorted values that `quantileOfSorted` reads. */
export function quantileRanks(count: number, level: number): readonly number[] {
  const below = Math.floor(level * (count - 1))
  return below + 1 < count ? [below, below + 1] : [below]
}

/**
 * The same where each of the sorted values stands as often as its weight says, in whole numbers or parts of them. Weights that sum
 * to less than one a value are raised to that.
 */
export function quantileOfWeighted(sorted: Float64Array, weights: Float64Array, level: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const factor = Math.max(1, sorted.length / total)
  const place = level * Math.max(0, factor * total - 1)
  const below = Math.floor(place)
  const valueAt = (rank: number) => {
    let [sum, index] = [0, -1]
    while (index < sorted.length - 1 && sum <= rank + 1e-9) sum += factor * elementAt(weights, ++index)
    return elementAt(sorted, index)
  }
  const low = valueAt(below)
  return low + (valueAt(below + 1) - low) * (place - below)
}
