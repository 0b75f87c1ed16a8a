import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { Matrix } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { checkLearning, checkRows, checkSaved, weightsOf } from './check-learning.ts'
import { pickRows } from './folded-rows.ts'
import type { FitControl, Learner, LearningRows, Task } from './learner.ts'
import {
  createLinearModel,
  dropColumn,
  type LinearCard,
  logExposures,
  parseLinearCard,
  withoutExposure,
} from './linear-model.ts'
import { applyCategoryColumns, fitCategoryColumns } from './prepare/category-columns.ts'
import {
  applyScaler,
  checkFeatureNames,
  fitScaler,
  type Scaler,
  type ScalerOptions,
} from './prepare/scaler.ts'

/** What a linear fit is made on: columns that are scaled, without one of ones. Every row counts for something. */
export type LinearProblem = {
  readonly design: Matrix
  /** Of each column of the design; those of indicators of missing values come last. */
  readonly columnNames: readonly string[]
  readonly scaler: Scaler
  readonly labels: Float64Array
  readonly rowWeights: Float64Array
  /** Logarithms of exposures, added to the scores. */
  readonly offsets: Float64Array | undefined
}

export type LinearSolution = Pick<LinearCard, 'link' | 'intercepts' | 'weights' | 'statistics'>

/** One way to find the weights of a linear model. */
export type LinearKind<Settings extends object> = {
  readonly kind: string
  readonly tasks: readonly Task['kind'][]
  readonly standard: Settings
  /** How columns are scaled. */
  readonly scalingOf: (settings: Settings) => ScalerOptions
  /** The column of exposure, where settings name one. */
  readonly exposureOf?: (settings: Settings) => string | undefined
  /** What is wrong with settings, in words; undefined when nothing is. */
  readonly complaintOf: (settings: Settings, task: Task, rows: LearningRows) => string | undefined
  readonly solve: (
    problem: LinearProblem,
    settings: Settings,
    context: {
      readonly task: Task
      readonly random: Random
      readonly signal: AbortSignal | undefined
      /** Rows that tell when to stop, made ready as the problem's. */
      readonly validation: LinearProblem | undefined
    },
  ) => Promise<LinearSolution> | LinearSolution
}

/** Plain columns: as they are, without clipping and logarithms, so that weights are those of the columns themselves. */
export const plainScaling: ScalerOptions = { clipAt: [0, 1], logAboveSkewness: Number.POSITIVE_INFINITY }

const formatVersion = 1

/**
 * A learner whose model is linear over scaled columns. A missing value counts as the median and gets a flag of its own; codes of
 * categories get a column each where they are common.
 */
export function createLinearLearner<Settings extends object>(way: LinearKind<Settings>): Learner<Settings> {
  const { kind, tasks, standard } = way
  return {
    kind,
    tasks,
    standard,
    async fit(task, rows, settings, control) {
      checkLearning(way, task, rows)
      const complaint = way.complaintOf(settings, task, rows)
      if (complaint !== undefined)
        throw new AppError('bad_input', complaint, { where: `settings of '${kind}'` })
      await pause(control.signal)
      const { featureNames } = rows.dataset
      const card = await fitCard(way, { task, rows, settings, control })
      if (card.weights.every((own) => own.every(Number.isFinite)) && card.intercepts.every(Number.isFinite))
        return createLinearModel({ kind, formatVersion }, featureNames, card)
      throw new AppError('diverged', `the weights of a model of kind '${kind}' are not finite`)
    },
    async load(saved) {
      checkSaved(saved, kind, formatVersion)
      return createLinearModel({ kind, formatVersion }, saved.featureNames, parseLinearCard(saved))
    },
  }
}

type Fit<Settings> = {
  readonly task: Task
  readonly rows: LearningRows
  readonly settings: Settings
  readonly control: FitControl
}

async function fitCard<Settings extends object>(
  way: LinearKind<Settings>,
  { task, rows, settings, control }: Fit<Settings>,
): Promise<LinearCard> {
  const exposure = way.exposureOf?.(settings)
  const counted = countedRows(rows)
  const features = exposure === undefined ? counted.dataset : dropColumn(counted.dataset, exposure)
  const categorical = (rows.categorical ?? []).filter((name) => name !== exposure)
  const columns = fitCategoryColumns(features, categorical)
  const rowWeights = weightsOf(counted)
  const scaler = fitScaler(
    applyCategoryColumns(columns, features),
    way.scalingOf(settings),
    rows.weights && rowWeights,
  )
  const made = { columns, scaler }
  const problem = toProblem(made, counted, exposure)
  const solution = await way.solve(problem, settings, {
    task,
    random: control.random,
    signal: control.signal,
    validation:
      control.validation && toValidation(made, { task, rows, validation: control.validation, exposure }),
  })
  await pause(control.signal)
  const meanLog = problem.offsets === undefined ? 0 : weightedMean(problem.offsets, rowWeights)
  return { ...made, ...solution, ...(exposure !== undefined && { exposure: { feature: exposure, meanLog } }) }
}

function toValidation(
  made: Pick<LinearCard, 'columns' | 'scaler'>,
  from: {
    readonly task: Task
    readonly rows: LearningRows
    readonly validation: LearningRows
    readonly exposure: string | undefined
  },
): LinearProblem {
  checkFeatureNames(from.rows.dataset.featureNames, from.validation.dataset)
  checkRows(from.task, from.validation)
  return toProblem(made, countedRows(from.validation), from.exposure)
}

function toProblem(
  { columns, scaler }: Pick<LinearCard, 'columns' | 'scaler'>,
  rows: LearningRows,
  exposure: string | undefined,
): LinearProblem {
  const features = exposure === undefined ? rows.dataset : dropColumn(rows.dataset, exposure)
  const { featureNames, rowIds, values } = applyScaler(scaler, applyCategoryColumns(columns, features))
  return {
    design: { rowCount: rowIds.length, columnCount: featureNames.length, values },
    columnNames: featureNames,
    scaler,
    labels: Float64Array.from(rows.labels),
    rowWeights: weightsOf(rows),
    offsets: exposure === undefined ? undefined : logExposures(rows.dataset, exposure),
  }
}

/** Without the rows of weight 0, which must not shape scales either. */
function countedRows(rows: LearningRows): LearningRows {
  const { weights, labels, dataset } = rows
  if (weights === undefined) return rows
  const kept = Uint32Array.from(dataset.rowIds.keys()).filter((row) => (weights[row] ?? 0) > 0)
  if (kept.length === dataset.rowIds.length) return rows
  const pick = (list: ArrayLike<number>) => Float64Array.from(kept, (row) => list[row] ?? Number.NaN)
  return { ...rows, dataset: pickRows(dataset, kept), labels: pick(labels), weights: pick(weights) }
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return values.reduce((sum, value, row) => sum + value * (weights[row] ?? 0), 0) / total
}

/** Whether an exposure names a column that is there and is no category; for `complaintOf`. */
export function complaintOfExposure(exposure: string | undefined, rows: LearningRows): string | undefined {
  if (exposure === undefined) return undefined
  if (rows.categorical?.includes(exposure)) return `the exposure '${exposure}' is a category`
  const rest = withoutExposure(rows.dataset.featureNames, exposure)
  return rest.length === rows.dataset.featureNames.length
    ? `there is no column '${exposure}' of exposure`
    : undefined
}
