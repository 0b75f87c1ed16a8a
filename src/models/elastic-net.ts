import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import {
  fitLassoPath,
  type LassoFit,
  largestPenalty,
  lassoScores,
  penaltiesDown,
} from '../math/lasso-path.ts'
import { elementAt, type Matrix } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { createLinearLearner, type LinearProblem } from './linear-learner.ts'
import type { ScalerOptions } from './prepare/scaler.ts'

export type ElasticNetSettings = {
  /** The part of the penalty that is on absolute weights, 0..1: 1 is the lasso. */
  readonly mix: number
  /** `chosen` goes along the path and takes the one of least squared error on rows that it did not learn from. */
  readonly penalty: number | 'chosen'
  readonly penaltyCount: number
  /** The last penalty of the path as a share of the largest, at which every weight is 0. */
  readonly leastShare: number
  /** Folds to choose on where no validation rows are given. */
  readonly foldCount: number
  readonly scaling?: ScalerOptions
}

/** The path that was gone, and where it was left. */
export type ElasticNetStatistics = {
  readonly penalty: number
  readonly columnCount: number
  /** Mean squared error on rows not learned from; empty where the penalty was given. */
  readonly path: readonly { readonly penalty: number; readonly heldError: number }[]
}

/**
 * Linear regression that keeps few columns: squared errors with a penalty on absolute and squared weights, along falling penalties.
 * Source: Zou & Hastie (2005), "Regularization and variable selection via the elastic net"; Friedman, Hastie & Tibshirani (2010).
 */
export const elasticNetLearner = createLinearLearner<ElasticNetSettings>({
  kind: 'elastic-net',
  tasks: ['amount'],
  standard: { mix: 0.9, penalty: 'chosen', penaltyCount: 40, leastShare: 1e-3, foldCount: 5 },
  scalingOf: ({ scaling }) => scaling ?? {},
  complaintOf: ({ mix, penalty, penaltyCount, leastShare, foldCount }) => {
    if (!(mix >= 0 && mix <= 1)) return `mix must be in 0..1, got ${mix}`
    if (penalty !== 'chosen' && !(penalty >= 0))
      return `penalty must be at least 0 or 'chosen', got ${penalty}`
    if (!(penaltyCount >= 1 && leastShare > 0 && leastShare < 1))
      return 'the path needs a penalty and a share in 0..1'
    return foldCount >= 2 ? undefined : `foldCount must be at least 2, got ${foldCount}`
  },
  async solve(problem, settings, { random, signal, validation }) {
    const path =
      settings.penalty === 'chosen' ? await goPath(problem, settings, { random, signal, validation }) : []
    const penalty = settings.penalty === 'chosen' ? bestOf(path) : settings.penalty
    const penalties = [...path.map((each) => each.penalty).filter((each) => each > penalty), penalty]
    const fit = fitOn(problem, settings.mix, penalties).at(-1)
    if (fit === undefined) throw new Error('a path of one penalty gave no fit')
    const statistics: ElasticNetStatistics = {
      penalty,
      columnCount: fit.weights.filter((weight) => weight !== 0).length,
      path,
    }
    return { link: 'identity', intercepts: [fit.intercept], weights: [[...fit.weights]], statistics }
  },
})

type Step = ElasticNetStatistics['path'][number]
type Context = {
  readonly random: Random
  readonly signal: AbortSignal | undefined
  readonly validation: LinearProblem | undefined
}

/** The held error of each penalty: on validation rows, or over folds. */
async function goPath(
  problem: LinearProblem,
  settings: ElasticNetSettings,
  context: Context,
): Promise<Step[]> {
  const largest = largestPenalty(toLasso(problem, settings.mix))
  const penalties = penaltiesDown(largest, settings.penaltyCount, settings.leastShare)
  const sums = penalties.map(() => 0)
  let total = 0
  for (const { learned, held } of splitsOf(problem, settings, context)) {
    await pause(context.signal)
    total += held.rowWeights.reduce((sum, weight) => sum + weight, 0)
    for (const [place, fit] of fitOn(learned, settings.mix, penalties).entries())
      sums[place] = (sums[place] ?? 0) + squaredError(held, fit)
  }
  return penalties.map((penalty, place) => ({ penalty, heldError: (sums[place] ?? 0) / total }))
}

type Split = { readonly learned: LinearProblem; readonly held: LinearProblem }

function splitsOf(problem: LinearProblem, { foldCount }: ElasticNetSettings, context: Context): Split[] {
  if (context.validation !== undefined) return [{ learned: problem, held: context.validation }]
  const rows = context.random.shuffle(Uint32Array.from(problem.labels.keys()))
  if (rows.length < 2 * foldCount)
    throw new AppError('too_little_data', {
      en: `${rows.length} rows are too few to choose a penalty on ${foldCount} folds: ${2 * foldCount} are needed`,
      zh: `${rows.length} 行太少，无法用 ${foldCount} 折选择惩罚系数：至少需要 ${2 * foldCount} 行`,
    })
  return Array.from({ length: foldCount }, (_, fold) => ({
    learned: pickProblem(
      problem,
      rows.filter((_row, rank) => rank % foldCount !== fold),
    ),
    held: pickProblem(
      problem,
      rows.filter((_row, rank) => rank % foldCount === fold),
    ),
  }))
}

function bestOf(path: readonly Step[]): number {
  const [first] = path
  if (first === undefined) throw new Error('a path has no penalties')
  return path.reduce((best, step) => (step.heldError < best.heldError ? step : best), first).penalty
}

function fitOn(problem: LinearProblem, mix: number, penalties: readonly number[]): LassoFit[] {
  return fitLassoPath(toLasso(problem, mix), penalties)
}

function toLasso({ design, labels, rowWeights }: LinearProblem, mix: number) {
  return { design, target: labels, family: 'linear', rowWeights, mix } as const
}

function squaredError({ design, labels, rowWeights }: LinearProblem, fit: LassoFit): number {
  const scores = lassoScores(fit, design)
  return labels.reduce(
    (sum, label, row) => sum + elementAt(rowWeights, row) * (label - elementAt(scores, row)) ** 2,
    0,
  )
}

function pickProblem(problem: LinearProblem, rows: Uint32Array): LinearProblem {
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => elementAt(values, row))
  return {
    ...problem,
    design: pickMatrix(problem.design, rows),
    labels: pick(problem.labels),
    rowWeights: pick(problem.rowWeights),
  }
}

function pickMatrix({ columnCount, values }: Matrix, rows: Uint32Array): Matrix {
  const picked = new Float64Array(rows.length * columnCount)
  for (const [place, row] of rows.entries())
    picked.set(values.subarray(row * columnCount, (row + 1) * columnCount), place * columnCount)
  return { rowCount: rows.length, columnCount, values: picked }
}
