import { lnGamma } from '../math/gamma-function.ts'
import { gaussLegendre } from '../math/gauss-legendre.ts'
import { lnHypergeometric } from '../math/hypergeometric.ts'
import {
  fitParameters,
  type LifetimeFitOptions,
  type ParameterFit,
  sumLikelihood,
} from './lifetime-likelihood.ts'
import { tailEnd, tailLimit } from './lifetime-purchases.ts'
import type { CustomerSummaries, History, HistoryCount } from './lifetime-summaries.ts'

/**
 * The Pareto/NBD model: purchases at a rate λ ~ Gamma(r, alpha) until the customer leaves, which happens at a rate
 * μ ~ Gamma(s, beta). alpha and beta are in the time unit of the summaries.
 */
export type ParetoNbdParameters = {
  readonly r: number
  readonly alpha: number
  readonly s: number
  readonly beta: number
}

/** A fitted Pareto/NBD model, plain data. */
export type ParetoNbdModel = ParetoNbdParameters &
  ParameterFit & { readonly kind: 'pareto-nbd'; readonly formatVersion: 1 }

/**
 * Fits Pareto/NBD by maximum likelihood.
 * Source: Schmittlein, Morrison & Colombo (1987), Management Science 33(1); the likelihood as in Fader & Hardie (2005),
 * "A note on deriving the Pareto/NBD model and related expressions".
 * @throws AppError 'bad_input' for impossible rows, 'too_little_data' when hardly anyone bought again, 'diverged'.
 */
export function fitParetoNbd(summaries: CustomerSummaries, options: LifetimeFitOptions = {}): ParetoNbdModel {
  const { point, fit } = fitParameters(summaries, options, {
    starts: (meanAge) => [
      [0.5, 0.3 * meanAge, 0.5, 0.3 * meanAge],
      [1, meanAge, 1, meanAge],
      [0.2, 0.1 * meanAge, 0.5, meanAge],
    ],
    logLikelihood: (parameters, histories) =>
      paretoNbdLogLikelihood(paretoNbdParameters(parameters), histories),
  })
  return { kind: 'pareto-nbd', formatVersion: 1, ...paretoNbdParameters(point), ...fit }
}

/** The parameters by name, from their order in a fit. */
export function paretoNbdParameters(point: readonly number[]): ParetoNbdParameters {
  const [r = Number.NaN, alpha = Number.NaN, s = Number.NaN, beta = Number.NaN] = point
  return { r, alpha, s, beta }
}

/** Log-likelihood of grouped histories. Source: Fader & Hardie (2005), eq. 17–19. */
export function paretoNbdLogLikelihood(
  parameters: ParetoNbdParameters,
  histories: readonly HistoryCount[],
): number {
  const { r, alpha, s, beta } = parameters
  const constant = r * Math.log(alpha) + s * Math.log(beta) - lnGamma(r)
  return sumLikelihood(histories, {
    ofCount: (count) => constant + lnGamma(r + count),
    stayed: (history) => lnStayed(parameters, history),
    lnGoneOdds: (history) => lnGoneOdds(parameters, history),
  })
}

/** Probability that the customer is still one at the cut. Source: Schmittlein et al. (1987), eq. 11–13. */
export function paretoNbdAlive(parameters: ParetoNbdParameters, history: History): number {
  return 1 / (1 + Math.exp(lnGoneOdds(parameters, history)))
}

function lnStayed({ r, alpha, s, beta }: ParetoNbdParameters, { purchaseCount, ageDays }: History): number {
  return -(r + purchaseCount) * Math.log(alpha + ageDays) - s * Math.log(beta + ageDays)
}

/** Above this argument the series of ₂F₁ is slower than summing the integral. */
const seriesLimit = 0.8

/** Log of the odds of having left between the last purchase and the cut, against still being there. */
function lnGoneOdds(parameters: ParetoNbdParameters, history: History): number {
  const { alpha, beta } = parameters
  const { purchaseCount, recencyDays, ageDays } = history
  if (!(recencyDays < ageDays)) return Number.NEGATIVE_INFINITY
  if (Math.abs(alpha - beta) > seriesLimit * (Math.max(alpha, beta) + recencyDays))
    return lnGoneOddsByIntegral(parameters, history)
  const fromLast = lnLeftAfter(parameters, purchaseCount, recencyDays)
  const fromCut = lnLeftAfter(parameters, purchaseCount, ageDays)
  const lnBetween = fromLast + Math.log(-Math.expm1(fromCut - fromLast))
  return (
    Math.log(parameters.s / (parameters.r + parameters.s + purchaseCount)) +
    lnBetween -
    lnStayed(parameters, history)
  )
}

/** Log of one of the two terms of A₀ (Fader & Hardie 2005, eq. 18 and 19): leaving at any time after `sinceDays`. */
function lnLeftAfter({ r, alpha, s, beta }: ParetoNbdParameters, count: number, sinceDays: number): number {
  const all = r + s + count
  const isAlphaLarger = alpha >= beta
  const larger = (isAlphaLarger ? alpha : beta) + sinceDays
  const second = isAlphaLarger ? s + 1 : r + count
  return lnHypergeometric(all, second, all + 1, Math.abs(alpha - beta) / larger) - all * Math.log(larger)
}

const panelRule = gaussLegendre(16)

/**
 * The same odds from the integral that A₀ stands for, ∫ s (alpha + τ)^−(r + x) (beta + τ)^−(s + 1) dτ from the last
 * purchase to the cut, in panels of ln(τ + the smaller of alpha and beta) short enough for 16 points each.
 */
function lnGoneOddsByIntegral({ r, alpha, s, beta }: ParetoNbdParameters, history: History): number {
  const { purchaseCount, recencyDays, ageDays } = history
  const smaller = Math.min(alpha, beta)
  const reach = Math.log((smaller + ageDays) / (smaller + recencyDays))
  const power = r + purchaseCount
  const steepness = (smaller + ageDays) * (power / (alpha + ageDays) + s / (beta + ageDays))
  const panels = Math.ceil(reach * Math.max(1 / 2, steepness / 20))
  const half = reach / panels / 2
  // In units of the integrand at the last purchase, from which it falls (or hardly rises).
  const lnFirst = power * Math.log((alpha + ageDays) / (alpha + recencyDays)) + s * Math.log(beta + ageDays)
  let sum = 0
  for (let panel = 0; panel < panels; panel++) {
    let part = 0
    for (const { node, weight } of panelRule) {
      const shifted = (smaller + recencyDays) * Math.exp(half * (2 * panel + 1 + node))
      const [left, right] = [alpha - smaller + shifted, beta - smaller + shifted]
      const lnFall = power * Math.log((alpha + recencyDays) / left) - (s + 1) * Math.log(right)
      part += weight * shifted * Math.exp(lnFall)
    }
    sum += part * half
    if (power > 2 && part * half < 1e-18 * sum) break
  }
  return lnFirst + Math.log(s * sum)
}

/** Expected purchases in the next `horizonDays`. Source: Schmittlein et al. (1987), eq. 22; also at s = 1. */
export function paretoNbdExpected(
  parameters: ParetoNbdParameters,
  history: History,
  horizonDays: number,
): number {
  const { r, alpha, s, beta } = parameters
  const rate = (r + history.purchaseCount) / (alpha + history.ageDays)
  const staying = beta + history.ageDays
  const growth = Math.log1p(horizonDays / staying)
  const activeDays = s === 1 ? staying * growth : (-staying * Math.expm1((1 - s) * growth)) / (s - 1)
  return paretoNbdAlive(parameters, history) * rate * activeDays
}

/**
 * P(at least k purchases in the next `horizonDays` | alive now) for k = 1, 2, …: the chance that the k-th purchase falls
 * at u, times that of still being there at u, summed over the horizon. Given alive, λ ~ Gamma(r + x, alpha + T) and
 * μ ~ Gamma(s, beta + T), independent.
 */
export function paretoNbdTail(
  { r, alpha, s, beta }: ParetoNbdParameters,
  { purchaseCount, ageDays }: History,
  horizonDays: number,
): Float64Array {
  const [shape, rate, staying] = [r + purchaseCount, alpha + ageDays, beta + ageDays]
  const nodes = simpsonNodes({ shape, rate, staying, leaving: s }, horizonDays)
  const tail: number[] = []
  for (let k = 1; k <= tailLimit; k++) {
    let probability = 0
    for (const node of nodes) probability += Math.exp(node.lnWeight)
    if (!(probability > tailEnd)) break
    tail.push(Math.min(probability, 1))
    const lnRatio = Math.log((shape + k) / k)
    for (const node of nodes) node.lnWeight += lnRatio + node.lnGrowth
  }
  return Float64Array.from(tail)
}

type AlivePosterior = {
  readonly shape: number
  readonly rate: number
  readonly staying: number
  readonly leaving: number
}

/**
 * Simpson's rule over the horizon for the first purchase; `lnGrowth` turns the density of the k-th into that of the next.
 * In logs, since early densities underflow where late ones do not. Steps are equal in √ln(1 + u / scale): there the time of the k-th purchase is about equally wide for every k.
 */
function simpsonNodes({ shape, rate, staying, leaving }: AlivePosterior, horizonDays: number) {
  const scale = Math.min(rate, staying)
  const reach = Math.sqrt(Math.log1p(horizonDays / scale))
  const intervals = 2 * Math.ceil(Math.max(16, 3 * Math.sqrt(shape) * reach))
  const step = reach / intervals
  return Array.from({ length: intervals + 1 }, (_, index) => {
    const root = index * step
    const u = scale * Math.expm1(root * root)
    const simpson = index === 0 || index === intervals ? 1 : index % 2 === 1 ? 4 : 2
    const lnStay = -leaving * Math.log1p(u / staying)
    const lnDensity = Math.log(shape / rate) - (shape + 1) * Math.log1p(u / rate)
    const width = (simpson * step * 2 * root * (scale + u)) / 3
    return { lnGrowth: Math.log(u / (rate + u)), lnWeight: Math.log(width) + lnStay + lnDensity }
  })
}
