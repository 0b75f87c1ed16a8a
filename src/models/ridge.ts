import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { dot, elementAt } from '../math/matrix.ts'
import { solveRidgePath } from '../math/ridge-path.ts'
import { type Contribution, splitLinearScore } from './linear-reasons.ts'
import { chooseColumns, pickColumns } from './prepare/choose-columns.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from './prepare/scaler.ts'

export type RidgeOptions = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
  /** `log`: fits ln(1 + target) and brings predictions back with Duan's smearing factor. */
  readonly target?: 'plain' | 'log'
  /** How much each row counts; 1 each when left out. */
  readonly rowWeights?: Float64Array
  /**
   * Fits on columns that tell something and do not repeat each other (`chooseColumns`), each weight with the sign of its
   * column's own correlation with the target, so that no two reasons of like features contradict each other.
   */
  readonly hasPlainReasons?: boolean
}

/** Linear regression on standardised features; plain data. */
export type RidgeModel = {
  readonly kind: 'ridge'
  readonly formatVersion: 1
  readonly scaler: Scaler
  readonly intercept: number
  /** Positions in the scaler's output of the columns that were fitted on, and their weights. */
  readonly columns: readonly number[]
  readonly weights: readonly number[]
  readonly target: 'plain' | 'log'
  /** Mean of exp(residual), by which a logged prediction is multiplied (Duan, 1983); 1 for a plain target. */
  readonly smearing: number
}

/**
 * min Σ (y − b − wᵀx)² + n·alpha·‖w‖² over the standardised columns, by QR (`solveRidgePath`).
 * @param target at least 0 where the target is logged
 * @throws AppError 'bad_input' for labels that do not fit the rows, 'diverged' when weights are not finite.
 */
export function fitRidge(dataset: Dataset, target: Float64Array, settings: RidgeOptions): RidgeModel {
  if (target.length !== dataset.rowIds.length)
    throw new AppError('bad_input', `${target.length} labels stand beside ${dataset.rowIds.length} rows`)
  const isLogged = settings.target === 'log'
  const labels = isLogged ? target.map((value) => Math.log1p(Math.max(0, value))) : target
  const scaler = fitScaler(dataset, settings.scaling)
  const scaled = applyScaler(scaler, dataset)
  const { columns, directions } = settings.hasPlainReasons
    ? chooseColumns(scaled, labels, settings.rowWeights)
    : { columns: [...scaled.featureNames.keys()], directions: [] }
  const design = {
    rowCount: labels.length,
    columnCount: columns.length,
    values: pickColumns(scaled, columns),
  }
  const { rowWeights, alpha } = settings
  const [fit] = solveRidgePath({ design, target: labels, rowWeights, signs: directions }, [alpha])
  if (fit === undefined) throw new Error('a path of one penalty gave no model')
  const { weights, intercept } = fit
  if (!weights.every(Number.isFinite))
    throw new AppError('diverged', 'the weights of a ridge regression are not finite: raise alpha')
  const kind = { kind: 'ridge', formatVersion: 1 } as const
  const plain = { ...kind, scaler, columns, intercept, weights: [...weights], smearing: 1 } as const
  if (!isLogged) return { ...plain, target: 'plain' }
  const fitted = linearScores(plain, scaled)
  const smearing =
    labels.reduce((sum, value, row) => sum + Math.exp(value - elementAt(fitted, row)), 0) / labels.length
  return { ...plain, target: 'log', smearing }
}

/** The expected label of each row; not below 0 where the target is logged. */
export function predictRidge(model: RidgeModel, dataset: Dataset): Float64Array {
  const scores = linearScores(model, applyScaler(model.scaler, dataset))
  if (model.target === 'plain') return scores
  return scores.map((score) => Math.max(0, model.smearing * Math.exp(score) - 1))
}

/** Each row's contributions, in the unit of the fitted (perhaps logged) label, largest first. */
export function explainRidge(model: RidgeModel, dataset: Dataset): Contribution[][] {
  const scaled = applyScaler(model.scaler, dataset)
  const names = model.columns.map((column) => scaled.featureNames[column] ?? '')
  const values = pickColumns(scaled, model.columns)
  return dataset.rowIds.map((_, row) =>
    splitLinearScore(names, model.weights, values.subarray(row * names.length, (row + 1) * names.length)),
  )
}

function linearScores(
  model: Pick<RidgeModel, 'columns' | 'intercept' | 'weights'>,
  scaled: Dataset,
): Float64Array {
  const weights = Float64Array.from(model.weights)
  const values = pickColumns(scaled, model.columns)
  return Float64Array.from(
    scaled.rowIds,
    (_, row) => model.intercept + dot(weights, 0, values, row * weights.length, weights.length),
  )
}
