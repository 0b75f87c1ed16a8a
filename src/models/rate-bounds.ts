import { elementAt, itemAt } from '../math/matrix.ts'

/** How sure it is what share of people with a score comes to act; plain data. */
export type RateBounds = {
  readonly formatVersion: 1
  /** Of the slope and the intercept of Platt's line, and between the two: variances of the log-odds. */
  readonly slopeVariance: number
  readonly interceptVariance: number
  readonly covariance: number
}

const ninetyFive = 1.959964

/**
 * From chances beside what came, on rows that nothing was learned from: the covariance of the line that calibrates log-odds
 * (Platt, 1999), the inverse of the information at slope 1 and intercept 0 (Wald). Few rows or few that act make it wide.
 * @param chances calibrated probabilities, 0..1
 */
export function fitRateBounds(chances: ArrayLike<number>): RateBounds {
  let [squares, products, total] = [1e-9, 0, 1e-9]
  for (let row = 0; row < chances.length; row++) {
    const odds = logOddsOf(itemAt(chances, row))
    const chance = 1 / (1 + Math.exp(-odds))
    const weight = chance * (1 - chance)
    squares += weight * odds * odds
    products += weight * odds
    total += weight
  }
  const determinant = Math.max(1e-12, squares * total - products * products)
  return {
    formatVersion: 1,
    slopeVariance: total / determinant,
    interceptVariance: squares / determinant,
    covariance: -products / determinant,
  }
}

/** 95 % bounds of the rate among people of such a chance, one pair a row. */
export function boundsOfRates(
  { slopeVariance, interceptVariance, covariance }: RateBounds,
  chances: Float64Array,
): { readonly low: Float64Array; readonly high: Float64Array } {
  const margins = chances.map((chance) => {
    const odds = logOddsOf(chance)
    return ninetyFive * Math.sqrt(slopeVariance * odds * odds + 2 * covariance * odds + interceptVariance)
  })
  const boundAt = (row: number, sign: number) =>
    1 / (1 + Math.exp(-(logOddsOf(elementAt(chances, row)) + sign * elementAt(margins, row))))
  return {
    low: chances.map((_, row) => boundAt(row, -1)),
    high: chances.map((_, row) => boundAt(row, 1)),
  }
}

/** Kept finite. */
function logOddsOf(chance: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, chance))
  return Math.log(inside / (1 - inside))
}
