import type { Random } from '../math/random.ts'

/** One entry of a non-empty list, each as likely as the other. */
export function chooseOne<T>(list: readonly T[], random: Random): T {
  return entryAt(list, random.integer(list.length))
}

/** The entry at an index that is known to exist. */
export function entryAt<T>(list: { readonly length: number; readonly [index: number]: T }, index: number): T {
  const entry = list[index]
  if (entry === undefined) throw new Error(`no entry ${index} among ${list.length}`)
  return entry
}

/** Running sums of the weights: what `chooseIndex` draws from. */
export function accumulate(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length)
  let sum = 0
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index] ?? 0
    sums[index] = sum
  }
  return sums
}

/** An index with the probability of its share in the running sums. */
export function chooseIndex(cumulative: Float64Array, random: Random): number {
  return firstAbove(cumulative, random.next() * (cumulative.at(-1) ?? 0))
}

/** The first index whose running sum is above the value; the last index when none is. */
export function firstAbove(cumulative: Float64Array, value: number): number {
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** Shares that add up to 1 and scatter around the given ones; a larger concentration scatters less. */
export function drawDirichlet(
  shares: readonly number[],
  concentration: number,
  random: Random,
): readonly number[] {
  const draws = shares.map((share) => (share > 0 ? random.gamma(share * concentration, 1) : 0))
  const sum = draws.reduce((total, draw) => total + draw, 0)
  return draws.map((draw) => draw / sum)
}

/** Random hexadecimal digits in the form of a version 4 UUID. */
export function drawUuid(random: Random): string {
  const [a, b, c, d] = [drawWord(random), drawWord(random), drawWord(random), drawWord(random)]
  const hex = (word: number, shift: number) => hexBytes[(word >>> shift) & 255] ?? ''
  const four = (word: number, shift: number) => hex(word, shift + 8) + hex(word, shift)
  const middle = `${four((b & 0x0fff) | 0x4000, 0)}-${four((c & 0x3fff) | 0x8000, 0)}`
  return `${four(a, 16)}${four(a, 0)}-${four(b, 16)}-${middle}-${four(c, 16)}${four(d, 16)}${four(d, 0)}`
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function drawWord(random: Random): number {
  return random.integer(2 ** 32)
}
