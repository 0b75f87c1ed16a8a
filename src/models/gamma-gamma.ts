import { AppError } from '../core/errors.ts'
import { lnGamma } from '../math/gamma-function.ts'
import { minimiseFromStarts } from './lifetime-likelihood.ts'

/**
 * The gamma-gamma model of spend per order: orders are Gamma(p, ν) around a customer's own mean p / ν, and
 * ν ~ Gamma(q, v). v is in the money unit of the spends (γ in the paper's later notation).
 */
export type GammaGammaModel = {
  readonly kind: 'gamma-gamma'
  readonly formatVersion: 1
  readonly p: number
  readonly q: number
  readonly v: number
  readonly logLikelihood: number
  readonly customerCount: number
}

/** Orders and their mean value, in parallel columns. */
export type SpendSummaries = {
  /** Orders that the mean is over: the repeat ones, where the published fits leave the first out. */
  readonly purchaseCount: Float64Array
  /** Mean value of those orders; 0 or NaN where there are none. */
  readonly meanSpend: Float64Array
}

const minimumSpenders = 5

/**
 * Fits gamma-gamma by maximum likelihood, on customers with an order and a positive mean spend; others are left out.
 * Source: Fader & Hardie (2013), "The gamma-gamma model of monetary value", eq. 1a and 4.
 * @throws AppError 'bad_input' for columns of different length or an infinite spend, 'too_little_data', 'diverged'.
 */
export function fitGammaGamma(summaries: SpendSummaries): GammaGammaModel {
  const spenders = listSpenders(summaries)
  const meanSpend = spenders.reduce((sum, { mean }) => sum + mean, 0) / spenders.length
  const starts = [
    [1, 2, meanSpend],
    [6, 4, 0.5 * meanSpend],
    [0.5, 6, 5 * meanSpend],
  ].map((start) => start.map(Math.log))
  const point = minimiseFromStarts(starts, (logs) => {
    const [p = 0, q = 0, v = 0] = logs.map(Math.exp)
    return -logLikelihood({ p, q, v }, spenders) / spenders.length
  })
  const [p = 0, q = 0, v = 0] = point.map(Math.exp)
  return {
    kind: 'gamma-gamma',
    formatVersion: 1,
    p,
    q,
    v,
    logLikelihood: logLikelihood({ p, q, v }, spenders),
    customerCount: spenders.length,
  }
}

type GammaGammaParameters = Pick<GammaGammaModel, 'p' | 'q' | 'v'>
type Spender = { readonly count: number; readonly mean: number }

function listSpenders({ purchaseCount, meanSpend }: SpendSummaries): Spender[] {
  if (purchaseCount.length !== meanSpend.length)
    throw new AppError('bad_input', 'purchase counts and mean spends differ in length', {
      received: `${purchaseCount.length} and ${meanSpend.length} rows`,
    })
  const spenders: Spender[] = []
  for (const [row, count] of purchaseCount.entries()) {
    const mean = meanSpend[row] ?? Number.NaN
    if (mean === Number.POSITIVE_INFINITY)
      throw new AppError('bad_input', 'a mean spend is infinite', { where: `row ${row}` })
    if (count > 0 && mean > 0) spenders.push({ count, mean })
  }
  if (spenders.length < minimumSpenders || spenders.every(({ mean }) => mean === spenders[0]?.mean))
    throw new AppError(
      'too_little_data',
      {
        en: 'a spend model needs more customers with different spends',
        zh: '消费金额模型需要更多消费各异的顾客',
      },
      {
        expected: `at least ${minimumSpenders} customers with a positive mean spend, not all the same`,
        received: `${spenders.length} of ${purchaseCount.length} customers`,
      },
    )
  return spenders
}

function logLikelihood({ p, q, v }: GammaGammaParameters, spenders: readonly Spender[]): number {
  const constant = q * Math.log(v) - lnGamma(q)
  const ofCount = new Map<number, number>()
  let sum = 0
  for (const { count, mean } of spenders) {
    const shape = p * count
    const shared = ofCount.get(count) ?? lnGamma(shape + q) - lnGamma(shape) + shape * Math.log(count)
    ofCount.set(count, shared)
    sum += constant + shared + (shape - 1) * Math.log(mean) - (shape + q) * Math.log(v + count * mean)
  }
  return sum
}

/**
 * Expected value of a customer's next order, given the orders so far; undefined for a customer without one when q ≤ 1,
 * where the population has no mean.
 * Source: Fader & Hardie (2013), eq. 5.
 */
export function expectedSpend(
  { p, q, v }: GammaGammaParameters,
  purchaseCount: number,
  meanSpend: number,
): number | undefined {
  const count = purchaseCount > 0 && meanSpend > 0 ? purchaseCount : 0
  const shape = p * count + q - 1
  return shape > 0 ? (p * (v + (count > 0 ? count * meanSpend : 0))) / shape : undefined
}
