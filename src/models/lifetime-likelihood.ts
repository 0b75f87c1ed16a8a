import { AppError } from '../core/errors.ts'
import { minimiseNelderMead } from '../math/nelder-mead.ts'
import {
  type CustomerSummaries,
  checkSummaries,
  groupHistories,
  type History,
  type HistoryCount,
} from './lifetime-summaries.ts'

export type LifetimeFitOptions = {
  /**
   * Pull of the log-parameters towards the first start, per customer: minimised is the mean negative log-likelihood
   * plus `ridge` times their squared distance. 0 is plain maximum likelihood.
   */
  readonly ridge?: number
  /** Further starting points beside the model's own, as parameters (not logs). */
  readonly starts?: readonly (readonly number[])[]
  /** Parameters of a fit to much the same customers, to begin from instead of from every start. */
  readonly from?: readonly number[]
}

export type ParameterFit = {
  readonly logLikelihood: number
  readonly customerCount: number
}

type LikelihoodProblem = {
  /** Starting points, from the mean age of the customers. */
  starts(meanAge: number): readonly (readonly number[])[]
  logLikelihood(parameters: readonly number[], histories: readonly HistoryCount[]): number
}

const minimumCustomers = 10
const minimumRepeaters = 5
/** Parameters further than this factor from every start are where a likelihood runs off to when data cannot tell. */
const lnReach = Math.log(1e5)
const restartLimit = 6
/** A restart that lowers the mean negative log-likelihood by less than this has found nothing. */
const settledGain = 1e-9

/**
 * Maximises a likelihood over positive parameters, in their logarithms.
 * @throws AppError 'bad_input', 'too_little_data' or 'diverged'.
 */
export function fitParameters(
  summaries: CustomerSummaries,
  options: LifetimeFitOptions,
  problem: LikelihoodProblem,
): { readonly point: readonly number[]; readonly fit: ParameterFit } {
  checkSummaries(summaries)
  const customerCount = summaries.purchaseCount.length
  checkEnough(summaries)
  const { histories } = groupHistories(summaries)
  const meanAge = summaries.ageDays.reduce((sum, age) => sum + age, 0) / customerCount
  const starts = [...problem.starts(meanAge), ...(options.starts ?? [])].map((start) => start.map(Math.log))
  const from = options.from?.map(Math.log)
  const ridge = options.ridge ?? 0
  const loss = (point: readonly number[]) => {
    const penalty = ridge === 0 ? 0 : ridge * squaredDistance(point, starts[0] ?? point)
    return penalty - problem.logLikelihood(point.map(Math.exp), histories) / customerCount
  }
  const best = minimiseFromStarts(starts, loss, from)
  const point = best.map(Math.exp)
  return { point, fit: { logLikelihood: problem.logLikelihood(point, histories), customerCount } }
}

function checkEnough({ purchaseCount, ageDays }: CustomerSummaries): void {
  const repeaters = purchaseCount.filter((count, row) => count > 0 && (ageDays[row] ?? 0) > 0).length
  if (purchaseCount.length >= minimumCustomers && repeaters >= minimumRepeaters) return
  throw new AppError(
    'too_little_data',
    {
      en: 'a lifetime model needs more customers who came back',
      zh: '生命周期模型需要更多回头客',
    },
    {
      expected: `at least ${minimumCustomers} customers, ${minimumRepeaters} of them with a repeat purchase`,
      received: `${ageDays.length} customers, ${repeaters} with a repeat purchase`,
    },
  )
}

type Candidate = { readonly point: Float64Array; readonly value: number }

/** The lowest point reached from any start, or from the one known to lie near; polished until a restart gains nothing. */
export function minimiseFromStarts(
  starts: readonly (readonly number[])[],
  f: (point: readonly number[]) => number,
  from?: readonly number[],
): readonly number[] {
  const bounded = (point: Float64Array): number => {
    const isNear = starts.some((start) =>
      start.every((value, k) => Math.abs((point[k] ?? 0) - value) < lnReach),
    )
    const value = isNear ? f([...point]) : Number.POSITIVE_INFINITY
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value
  }
  let best: Candidate = { point: Float64Array.from(starts[0] ?? []), value: Number.POSITIVE_INFINITY }
  if (from !== undefined) {
    const value = bounded(Float64Array.from(from))
    if (Number.isFinite(value)) return [...polish(bounded, { point: Float64Array.from(from), value })]
  }
  for (const start of starts) {
    const found = minimiseNelderMead(bounded, Float64Array.from(start), {
      maxIterations: 150,
      tolerance: 1e-5,
    })
    if (found.value < best.value) best = found
  }
  if (!Number.isFinite(best.value))
    throw new AppError('diverged', 'the likelihood is not finite at any starting point')
  return [...polish(bounded, best)]
}

/** Nelder–Mead, begun again where it ended until a fresh simplex gains nothing. */
function polish(f: (point: Float64Array) => number, start: Candidate): Float64Array {
  let best = start
  for (let round = 0; round < restartLimit; round++) {
    const found = minimiseNelderMead(f, best.point, { maxIterations: 600, tolerance: 1e-12 })
    const gain = best.value - found.value
    if (gain > 0) best = found
    if (!(gain > settledGain)) break
  }
  return best.point
}

function squaredDistance(point: readonly number[], other: readonly number[]): number {
  return point.reduce((sum, value, k) => sum + (value - (other[k] ?? 0)) ** 2, 0)
}

/** What a history with `count` repeat purchases adds to the likelihood, in the form both order models share. */
type LikelihoodParts = {
  /** Log of the factor that depends on the count alone. */
  ofCount(count: number): number
  /** Log-likelihood of the history if the customer is still there. */
  stayed(history: History): number
  /** Log of the odds of having left against still being there. */
  lnGoneOdds(history: History): number
}

/** Sums the log-likelihood over grouped histories. */
export function sumLikelihood(histories: readonly HistoryCount[], parts: LikelihoodParts): number {
  const ofCount = new Map<number, number>()
  let sum = 0
  for (const history of histories) {
    const { purchaseCount, customerCount } = history
    const shared = ofCount.get(purchaseCount) ?? parts.ofCount(purchaseCount)
    ofCount.set(purchaseCount, shared)
    sum += customerCount * (shared + parts.stayed(history) + softPlus(parts.lnGoneOdds(history)))
  }
  return sum
}

/** ln(1 + exp(x)) without overflow. */
function softPlus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x))
}
