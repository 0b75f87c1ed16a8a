import { chiSquareQuantile } from '../math/chi-square-quantile.ts'
import { lnGamma } from '../math/gamma-function.ts'
import { elementAt } from '../math/matrix.ts'
import { upperFisher } from '../math/tail-probabilities.ts'

/** What people did so far, a person a place. */
export type PastEvents = {
  /** How many events fell in the days watched; what the watch began with is none of them. */
  readonly count: Float64Array
  /** Days watched; less than one counts as one, as in the rule. */
  readonly days: Float64Array
}

/** Bounds that hold 95 %, a person a place; NaN where the past says nothing. */
export type PastBounds = { readonly low: Float64Array; readonly high: Float64Array }

const [lowLevel, highLevel] = [0.025, 0.975]
/** Counts less likely than this, all of them together, are left out of sums. */
const leftOut = 1e-6

/**
 * Bounds of the expected events within the horizon where events come at a steady rate (Poisson): Jeffreys' interval, the
 * quantiles of Gamma(count + ½, days) times the horizon; from 0 where nothing came.
 * Source: Brown, Cai & DasGupta (2003), Interval estimation in exponential families, §2.
 */
export function pastRateBounds({ count, days }: PastEvents, horizonDays: number): PastBounds {
  const quantilesOf = remembered((events) => ({
    low: events === 0 ? 0 : chiSquareQuantile(lowLevel, 2 * events + 1) / 2,
    high: chiSquareQuantile(highLevel, 2 * events + 1) / 2,
  }))
  return boundsOf(count, (events, row) => {
    const { low, high } = quantilesOf(events)
    const factor = horizonDays / watched(days, row)
    return { low: low * factor, high: high * factor }
  })
}

/** Bounds of the chance of an event within the horizon, from those of the expected events. */
export function pastChanceBounds(past: PastEvents, horizonDays: number): PastBounds {
  const { low, high } = pastRateBounds(past, horizonDays)
  const chance = (expected: number) => -Math.expm1(-expected)
  return { low: low.map(chance), high: high.map(chance) }
}

/**
 * Bounds that hold the count of events to come with 95 % at least: quantiles of the negative binomial that a Poisson count with
 * Jeffreys' prior predicts.
 * Source: Gelman et al. (2013), Bayesian Data Analysis, §2.6.
 */
export function pastCountBounds({ count, days }: PastEvents, horizonDays: number): PastBounds {
  return boundsOf(count, (events, row) => {
    const chances = comingCounts(events, watched(days, row), horizonDays)
    return { low: quantileOfCounts(chances, lowLevel), high: quantileOfCounts(chances, highLevel) }
  })
}

/**
 * Bounds that hold the days to the next event with 95 %: an exponential wait at a rate of Gamma(count + ½, days), whose quantile
 * is days · ((1 − q)^(−1/(count + ½)) − 1) (Lomax, 1954).
 */
export function pastWaitBounds({ count, days }: PastEvents): PastBounds {
  return boundsOf(count, (events, row) => {
    const waitAt = (level: number) => watched(days, row) * Math.expm1(-Math.log1p(-level) / (events + 0.5))
    return { low: waitAt(lowLevel), high: waitAt(highLevel) }
  })
}

/**
 * Bounds that hold the amount to come (units, money) with 95 %: counts as above, each event's amount exponential with a mean that
 * only the past amounts tell, so that the amount of m events over that of the past n is m/n · F(2m, 2n).
 * @param amount the sum over the counted events; NaN comes where there is none to tell the mean
 */
export function pastAmountBounds(
  { count, days }: PastEvents,
  amount: Float64Array,
  horizonDays: number,
): PastBounds {
  return boundsOf(count, (events, row) => {
    const sum = elementAt(amount, row)
    if (!(events > 0 && sum > 0)) return { low: Number.NaN, high: Number.NaN }
    const chances = comingCounts(events, watched(days, row), horizonDays)
    const at = (level: number) => sum * quantileOfRatio({ chances, events }, level)
    return { low: at(lowLevel), high: at(highLevel) }
  })
}

type Pair = { readonly low: number; readonly high: number }

function boundsOf(count: Float64Array, readPair: (events: number, row: number) => Pair): PastBounds {
  const bounds = { low: new Float64Array(count.length), high: new Float64Array(count.length) }
  for (const [row, events] of count.entries()) {
    const { low, high } = events >= 0 ? readPair(events, row) : { low: Number.NaN, high: Number.NaN }
    bounds.low[row] = low
    bounds.high[row] = high
  }
  return bounds
}

function watched(days: Float64Array, row: number): number {
  return Math.max(1, elementAt(days, row))
}

/** Many people have the same small count. */
function remembered(read: (events: number) => Pair): (events: number) => Pair {
  const known = new Map<number, Pair>()
  return (events) => {
    const pair = known.get(events) ?? read(events)
    known.set(events, pair)
    return pair
  }
}

/** The chance of each count from 0 on, Γ(r + m) / (m! Γ(r)) · pʳ (1 − p)ᵐ with r = count + ½ and p = days / (days + horizon). */
function comingCounts(events: number, days: number, horizonDays: number): readonly number[] {
  const size = events + 0.5
  const [stay, go] = [Math.log(days / (days + horizonDays)), Math.log(horizonDays / (days + horizonDays))]
  const chances: number[] = []
  for (let sum = 0; sum < 1 - leftOut; ) {
    const m = chances.length
    const chance = Math.exp(lnGamma(size + m) - lnGamma(m + 1) - lnGamma(size) + size * stay + m * go)
    chances.push(chance)
    sum += chance
    // Rounding may leave the sum short of the limit for ever.
    if (m > (size * horizonDays) / days && chance < leftOut * 1e-6) break
  }
  return chances
}

function quantileOfCounts(chances: readonly number[], level: number): number {
  let sum = 0
  const place = chances.findIndex((chance) => {
    sum += chance
    return sum >= level
  })
  return place === -1 ? chances.length - 1 : place
}

type Coming = { readonly chances: readonly number[]; readonly events: number }

/** The quantile of what comes over what came; 0 where nothing comes with that chance. */
function quantileOfRatio(coming: Coming, level: number): number {
  const isBelow = (ratio: number) => chanceUpTo(coming, ratio) < level
  if (!isBelow(0)) return 0
  let [low, high] = [0, 1]
  while (isBelow(high)) {
    low = high
    high *= 2
  }
  while (high - low > 1e-4 * high) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return high
}

function chanceUpTo({ chances, events }: Coming, ratio: number): number {
  return chances.reduce((sum, chance, m) => {
    if (m === 0) return sum + chance
    return ratio === 0 ? sum : sum + chance * (1 - upperFisher((ratio * events) / m, 2 * m, 2 * events))
  }, 0)
}
