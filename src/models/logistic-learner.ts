import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { fitLassoPath, largestPenalty, penaltiesDown } from '../math/lasso-path.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { iterateSoftmax } from '../math/softmax-regression.ts'
import {
  createLinearLearner,
  type LinearProblem,
  type LinearSolution,
  plainScaling,
} from './linear-learner.ts'
import { fitLogistic } from './logistic.ts'
import type { ScalerOptions } from './prepare/scaler.ts'

export type LogisticLearnerSettings = {
  /** Penalty beside the mean log-loss; intercepts are free. */
  readonly alpha: number
  /** The part of it on absolute weights, 0..1; the rest is on half their squares. */
  readonly mix: number
  /**
   * How much rows of each class count: `equal` keeps chances true, `balanced` gives every class the same sum (King & Zeng, 2001),
   * numbers are by class.
   */
  readonly classWeights: 'equal' | 'balanced' | readonly number[]
  readonly scaling?: ScalerOptions
  /**
   * Of chances: fits on columns that tell something and do not repeat each other, each weight with the sign of its column's own
   * correlation, so that no two reasons of like features contradict each other. Rows then count alike, weights are squared.
   */
  readonly hasPlainReasons?: boolean
}

/** Logistic regression of a chance, or multinomial of several classes, with penalties on absolute and squared weights. */
export const logisticLearner = createLinearLearner<LogisticLearnerSettings>({
  kind: 'logistic',
  tasks: ['chance', 'class'],
  standard: { alpha: 1e-3, mix: 0, classWeights: 'equal' },
  scalingOf: ({ scaling }) => scaling ?? {},
  complaintOf: ({ alpha, mix, classWeights, hasPlainReasons }, task, rows) => {
    if (
      hasPlainReasons &&
      (task.kind !== 'chance' || mix > 0 || classWeights !== 'equal' || rows.weights !== undefined)
    )
      return 'hasPlainReasons is for chances of rows that count alike, with mix 0'
    if (!(alpha >= 0 && Number.isFinite(alpha))) return `alpha must be at least 0, got ${alpha}`
    if (!(mix >= 0 && mix <= 1)) return `mix must be in 0..1, got ${mix}`
    if (typeof classWeights === 'string') return undefined
    const classCount = task.kind === 'class' ? task.classCount : 2
    const isRight = classWeights.length === classCount && classWeights.every((weight) => weight > 0)
    return isRight ? undefined : `classWeights must be ${classCount} numbers above 0`
  },
  async solve(problem, settings, { task, signal }) {
    if (settings.hasPlainReasons) return solvePlainly(problem, settings)
    const weighed = { ...problem, rowWeights: weighClasses(problem, settings.classWeights) }
    return task.kind === 'class'
      ? await solveClasses(weighed, settings, { classCount: task.classCount, signal })
      : solveChance(weighed, settings)
  },
})

function solveChance(problem: LinearProblem, { alpha, mix }: LogisticLearnerSettings): LinearSolution {
  const { design, labels, rowWeights } = problem
  const lasso = { design, target: labels, family: 'logistic', rowWeights, mix } as const
  // Few columns first: from far away Newton's steps over all of them are dear.
  const largest = mix > 0 ? largestPenalty(lasso) : 0
  const penalties = largest > alpha ? penaltiesDown(largest, 8, Math.max(1e-6, alpha / largest)) : []
  const fit = fitLassoPath(lasso, [...penalties.filter((each) => each > alpha), alpha]).at(-1)
  if (fit === undefined) throw new Error('a path of one penalty gave no fit')
  return { link: 'logit', intercepts: [fit.intercept], weights: [[...fit.weights]] }
}

/** By `fitLogistic`, whose scales of columns that are scaled already are undone. */
function solvePlainly(
  { design, columnNames, labels }: LinearProblem,
  { alpha }: LogisticLearnerSettings,
): LinearSolution {
  const rowIds = Array.from(labels, (_, row) => String(row))
  const scaled = { featureNames: columnNames, rowIds, values: design.values }
  const model = fitLogistic(scaled, labels, { alpha, scaling: plainScaling, hasPlainReasons: true })
  const weights = new Float64Array(design.columnCount)
  let { intercept } = model
  for (const [place, column] of model.columns.entries()) {
    const { mean = 0, deviation = 1 } = model.scaler.columns[column] ?? {}
    const weight = itemAt(model.weights, place) / deviation
    weights[column] = weight
    intercept -= weight * mean
  }
  return { link: 'logit', intercepts: [intercept], weights: [[...weights]] }
}

async function solveClasses(
  problem: LinearProblem,
  settings: LogisticLearnerSettings,
  { classCount, signal }: { readonly classCount: number; readonly signal: AbortSignal | undefined },
): Promise<LinearSolution> {
  const { design } = problem
  const steps = iterateSoftmax({ ...problem, classCount }, settings)
  let step = steps.next()
  for (; !step.done; step = steps.next()) await pause(signal)
  const { intercepts, weights, hasConverged } = step.value
  if (!hasConverged)
    throw new AppError('diverged', 'a multinomial logistic regression did not settle: raise alpha')
  const width = design.columnCount
  return {
    link: 'softmax',
    intercepts: [...intercepts],
    weights: Array.from({ length: classCount }, (_, place) => [
      ...weights.subarray(place * width, (place + 1) * width),
    ]),
  }
}

function weighClasses(
  { labels, rowWeights }: LinearProblem,
  classWeights: LogisticLearnerSettings['classWeights'],
): Float64Array {
  if (classWeights === 'equal') return rowWeights
  const factors =
    classWeights === 'balanced' ? balancedFactors(labels, rowWeights) : Float64Array.from(classWeights)
  return rowWeights.map((weight, row) => weight * elementAt(factors, itemAt(labels, row)))
}

/** total / (classes with rows × the sum of the class). */
function balancedFactors(labels: Float64Array, rowWeights: Float64Array): Float64Array {
  const sums = new Float64Array(labels.reduce((most, label) => Math.max(most, label), 0) + 1)
  for (const [row, label] of labels.entries())
    sums[label] = elementAt(sums, label) + elementAt(rowWeights, row)
  const total = sums.reduce((sum, value) => sum + value, 0)
  const present = sums.filter((sum) => sum > 0).length
  return sums.map((sum) => (sum > 0 ? total / (present * sum) : 0))
}
