import type { Dataset } from '../../../core/dataset.ts'
import {
  fitLassoPath,
  type LassoFit,
  type LassoProblem,
  largestPenalty,
  lassoScores,
  penaltiesDown,
} from '../../../math/lasso-path.ts'
import { elementAt } from '../../../math/matrix.ts'
import type { Random } from '../../../math/random.ts'
import { allRows, fitStandards, standardiseRows } from '../dataset-columns.ts'
import { entityFolds } from '../entity-folds.ts'
import { formatFigure } from '../figure.ts'
import { type ColumnSelection, type DroppedColumn, toSelection } from '../selection.ts'

export type LassoMethod = {
  readonly by: 'lasso'
  /** Folds, of whole persons, that choose the penalty; 5 by default. */
  readonly foldCount?: number
}

const penaltyCount = 20
const leastShare = 0.02

/**
 * Keeps the columns that have a weight in an L1-penalised regression beside all others: logistic where the target is 0 or 1, else
 * linear. The penalty is the largest whose loss on held folds is within a standard error of the least.
 * Source: Tibshirani (1996); Hastie, Tibshirani & Friedman (2009), §7.10, for the rule of one standard error.
 */
export function selectByLasso(
  dataset: Dataset,
  target: Float64Array,
  { foldCount = 5 }: LassoMethod,
  random: Random,
): ColumnSelection {
  const family = target.every((value) => value === 0 || value === 1) ? 'logistic' : 'linear'
  const rows = allRows(dataset)
  const whole = problemOf(dataset, target, family, rows)
  const penalties = penaltiesDown(largestPenalty(whole.problem), penaltyCount, leastShare)
  const path = fitLassoPath(whole.problem, penalties)
  const chosen = choosePenalty({ dataset, target, family, penalties }, foldCount, random)
  const weights = path[chosen]?.weights ?? new Float64Array(dataset.featureNames.length)
  const dropped = dataset.featureNames.flatMap((name, column): DroppedColumn[] =>
    elementAt(weights, column) === 0 ? [drop(name, column, path, penalties[chosen] ?? Number.NaN)] : [],
  )
  return toSelection(dataset.featureNames, dropped)
}

function drop(name: string, column: number, path: readonly LassoFit[], penalty: number): DroppedColumn {
  const entry = path.find(({ weights }) => elementAt(weights, column) !== 0)?.penalty ?? 0
  const [at, chosen] = [entry, penalty].map(formatFigure)
  const reason =
    entry === 0
      ? {
          en: `beside the others it gets no weight at any penalty tried (chosen: ${chosen})`,
          zh: `与其他列一起时，在所有尝试的惩罚下权重均为 0（所选惩罚：${chosen}）`,
        }
      : {
          en: `beside the others it gets a weight only at a penalty of ${at}, below the ${chosen} that was chosen`,
          zh: `与其他列一起时，惩罚降至 ${at} 才有权重，低于所选的 ${chosen}`,
        }
  return { name, figure: entry, reason }
}

type Question = {
  readonly dataset: Dataset
  readonly target: Float64Array
  readonly family: LassoProblem['family']
  readonly penalties: readonly number[]
}

function problemOf(
  dataset: Dataset,
  target: Float64Array,
  family: LassoProblem['family'],
  rows: Uint32Array,
) {
  const standards = fitStandards(dataset, rows)
  const design = standardiseRows(dataset, standards, rows)
  const own = Float64Array.from(rows, (row) => elementAt(target, row))
  return { standards, problem: { design, target: own, family } }
}

/** The place of the penalty, from the losses of held rows under each. */
function choosePenalty(
  { dataset, target, family, penalties }: Question,
  foldCount: number,
  random: Random,
): number {
  const folds = entityFolds(dataset.rowIds, foldCount, random)
  const losses: Float64Array[] = []
  for (let fold = 0; fold < folds.foldCount; fold++) {
    const [held, rest] = [true, false].map((isHeld) =>
      allRows(dataset).filter((row) => (folds.foldOf[row] === fold) === isHeld),
    )
    if (held === undefined || rest === undefined || rest.length === 0) continue
    const { standards, problem } = problemOf(dataset, target, family, rest)
    const design = standardiseRows(dataset, standards, held)
    const own = Float64Array.from(held, (row) => elementAt(target, row))
    losses.push(
      Float64Array.from(fitLassoPath(problem, penalties), (fit) =>
        lossOf(family, own, lassoScores(fit, design)),
      ),
    )
  }
  return largestWithin(losses, penalties.length)
}

/** The first place (the largest penalty) whose mean loss is within a standard error of the least. */
function largestWithin(losses: readonly Float64Array[], count: number): number {
  const means = Array.from(
    { length: count },
    (_, place) => losses.reduce((sum, loss) => sum + elementAt(loss, place), 0) / losses.length,
  )
  const best = means.indexOf(Math.min(...means))
  if (best <= 0) return Math.max(0, best)
  const squares = losses.reduce((sum, loss) => sum + (elementAt(loss, best) - (means[best] ?? 0)) ** 2, 0)
  const error = losses.length < 2 ? 0 : Math.sqrt(squares / (losses.length - 1) / losses.length)
  return means.findIndex((mean) => mean <= (means[best] ?? 0) + error)
}

/** Mean log-loss of log-odds, or mean squared error. */
function lossOf(family: LassoProblem['family'], target: Float64Array, scores: Float64Array): number {
  let sum = 0
  for (let row = 0; row < target.length; row++) {
    const [label, score] = [elementAt(target, row), elementAt(scores, row)]
    sum +=
      family === 'linear'
        ? (label - score) ** 2
        : Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score
  }
  return sum / target.length
}
