import { elementAt } from '../../math/matrix.ts'

/** When something is bought next: by the time between purchases of it, or by the probability alone. Plain data. */
export type NextPurchaseRule = {
  readonly kind: 'next_purchase'
  readonly formatVersion: 1
  readonly by: 'gaps' | 'probability'
  /** Of a gap that is over or nearly so, at least this share is taken to be still to come. */
  readonly leastShare: number
  readonly horizonDays: number
}

/** What the day is told from, one a row. */
export type NextPurchaseRows = {
  /** The own time between purchases, shrunk to the typical one. */
  readonly gapDays: Float64Array
  /** Days since the last; NaN where never bought. */
  readonly recencyDays: Float64Array
  /** Of a purchase within the horizon. */
  readonly probability: Float64Array
}

const leastShares = [0.1, 0.25, 0.5, 1, 1.5, 2]
/** Nobody plans further ahead. */
const mostDays = 3650

/**
 * The expected days to the next purchase. By gaps: what is left of the usual time, and never less than a share of it; where
 * nothing was bought yet, and by probability: purchases come at a steady rate λ with P = 1 − exp(−λ · horizon), so in 1/λ.
 */
export function predictNextDays(rule: NextPurchaseRule, rows: NextPurchaseRows): Float64Array {
  return rows.probability.map((probability, row) => {
    const rate = -Math.log1p(-Math.min(0.999, Math.max(1e-6, probability))) / rule.horizonDays
    const byRate = Math.min(mostDays, 1 / rate)
    const [gap, recency] = [elementAt(rows.gapDays, row), elementAt(rows.recencyDays, row)]
    if (rule.by === 'probability' || !Number.isFinite(gap) || !Number.isFinite(recency)) return byRate
    return Math.min(mostDays, Math.max(gap - recency, rule.leastShare * gap))
  })
}

/**
 * The days to the next purchase of one that comes within the horizon: what a prediction is judged by, as later ones are not
 * seen. Of a steady rate the mean of the exponential cut off at the horizon: 1/λ − H / (exp(λH) − 1).
 */
export function withinHorizon(days: Float64Array, horizonDays: number): Float64Array {
  return days.map((expected) => {
    const exponent = horizonDays / expected
    // Far more than a horizon: the limit of the formula, half of it.
    return exponent < 1e-3 ? horizonDays / 2 : expected - horizonDays / Math.expm1(exponent)
  })
}

/** Mean |days − what came| over the rows that were bought within the horizon; NaN without any. */
export function meanDayError(predicted: Float64Array, firstDays: Float64Array): number {
  let [sum, count] = [0, 0]
  for (const [row, days] of firstDays.entries()) {
    if (Number.isNaN(days)) continue
    sum += Math.abs(days - elementAt(predicted, row))
    count++
  }
  return sum / count
}

/** The rule whose days within the horizon are least off, on rows that are not judged on. */
export function chooseNextPurchaseRule(
  rows: NextPurchaseRows,
  firstDays: Float64Array,
  horizonDays: number,
): NextPurchaseRule {
  const shared = { kind: 'next_purchase', formatVersion: 1, horizonDays } as const
  const rules: NextPurchaseRule[] = [
    { ...shared, by: 'probability', leastShare: 1 },
    ...leastShares.map((leastShare) => ({ ...shared, by: 'gaps' as const, leastShare })),
  ]
  const errors = rules.map((rule) =>
    meanDayError(withinHorizon(predictNextDays(rule, rows), horizonDays), firstDays),
  )
  const best = errors.reduce(
    (least, error, index) => (error < (errors[least] ?? Number.NaN) ? index : least),
    0,
  )
  return rules[best] ?? { ...shared, by: 'probability', leastShare: 1 }
}
