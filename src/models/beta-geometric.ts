import { lnBeta, lnGamma } from '../math/gamma-function.ts'
import {
  fitParameters,
  type LifetimeFitOptions,
  type ParameterFit,
  sumLikelihood,
} from './lifetime-likelihood.ts'
import { negativeBinomialTail, sumOf } from './lifetime-purchases.ts'
import type { CustomerSummaries, History, HistoryCount } from './lifetime-summaries.ts'

/**
 * The BG/NBD model: purchases at a rate λ ~ Gamma(r, alpha); after each one the customer leaves with probability
 * p ~ Beta(a, b). alpha is in the time unit of the summaries.
 */
export type BetaGeometricParameters = {
  readonly r: number
  readonly alpha: number
  readonly a: number
  readonly b: number
}

/** A fitted BG/NBD model, plain data. */
export type BetaGeometricModel = BetaGeometricParameters &
  ParameterFit & { readonly kind: 'beta-geometric'; readonly formatVersion: 1 }

/**
 * Fits BG/NBD by maximum likelihood.
 * Source: Fader, Hardie & Lee (2005), "Counting your customers the easy way", Marketing Science 24(2).
 * @throws AppError 'bad_input' for impossible rows, 'too_little_data' when hardly anyone bought again, 'diverged'.
 */
export function fitBetaGeometric(
  summaries: CustomerSummaries,
  options: LifetimeFitOptions = {},
): BetaGeometricModel {
  const { point, fit } = fitParameters(summaries, options, {
    starts: (meanAge) => [
      [0.5, 0.3 * meanAge, 1, 2.5],
      [1, meanAge, 0.5, 5],
      [0.1, 0.05 * meanAge, 1, 1],
    ],
    logLikelihood: (parameters, histories) =>
      betaGeometricLogLikelihood(betaGeometricParameters(parameters), histories),
  })
  return { kind: 'beta-geometric', formatVersion: 1, ...betaGeometricParameters(point), ...fit }
}

/** The parameters by name, from their order in a fit. */
export function betaGeometricParameters(point: readonly number[]): BetaGeometricParameters {
  const [r = Number.NaN, alpha = Number.NaN, a = Number.NaN, b = Number.NaN] = point
  return { r, alpha, a, b }
}

/** Log-likelihood of grouped histories. Source: Fader, Hardie & Lee (2005), eq. 6. */
export function betaGeometricLogLikelihood(
  parameters: BetaGeometricParameters,
  histories: readonly HistoryCount[],
): number {
  const { r, alpha, a, b } = parameters
  const constant = r * Math.log(alpha) - lnGamma(r) - lnBeta(a, b)
  return sumLikelihood(histories, {
    ofCount: (count) => constant + lnGamma(r + count) + lnBeta(a, b + count),
    stayed: ({ purchaseCount, ageDays }) => -(r + purchaseCount) * Math.log(alpha + ageDays),
    lnGoneOdds: (history) => lnGoneOdds(parameters, history),
  })
}

/** Probability that the customer is still one at the cut. Source: Fader, Hardie & Lee (2005), note on P(alive). */
export function betaGeometricAlive(parameters: BetaGeometricParameters, history: History): number {
  return 1 / (1 + Math.exp(lnGoneOdds(parameters, history)))
}

/** Log of the odds of having left after the last purchase, against still being there; −∞ for no repeat purchase. */
function lnGoneOdds({ r, alpha, a, b }: BetaGeometricParameters, history: History): number {
  const { purchaseCount, recencyDays, ageDays } = history
  if (!(purchaseCount > 0)) return Number.NEGATIVE_INFINITY
  const silence = Math.log((alpha + ageDays) / (alpha + recencyDays))
  return Math.log(a / (b + purchaseCount - 1)) + (r + purchaseCount) * silence
}

/**
 * Expected purchases in the next `horizonDays`.
 * Equals Fader, Hardie & Lee (2005), eq. 10, but as a sum of positive terms that has no pole at a = 1 and needs no ₂F₁.
 */
export function betaGeometricExpected(
  parameters: BetaGeometricParameters,
  history: History,
  horizonDays: number,
): number {
  return betaGeometricAlive(parameters, history) * sumOf(betaGeometricTail(parameters, history, horizonDays))
}

/**
 * P(at least k purchases in the next `horizonDays` | alive now) for k = 1, 2, …
 * The k-th purchase happens when the rate alone would bring k (negative binomial, λ | alive ~ Gamma(r + x, alpha + T))
 * and none of the k − 1 before it was the last (p | alive ~ Beta(a, b + x), independent of λ).
 */
export function betaGeometricTail(
  { r, alpha, a, b }: BetaGeometricParameters,
  { purchaseCount, ageDays }: History,
  horizonDays: number,
): Float64Array {
  const tail = negativeBinomialTail(r + purchaseCount, alpha + ageDays, horizonDays)
  const stays = b + purchaseCount
  let stayed = 1
  for (const [index, probability] of tail.entries()) {
    tail[index] = probability * stayed
    stayed *= (stays + index) / (a + stays + index)
  }
  return tail
}
