import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { factorCholesky, solveCholesky, weightedGram } from '../math/cholesky.ts'
import { dot, elementAt } from '../math/matrix.ts'
import { type Contribution, splitLinearScore } from './linear-reasons.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from './prepare/scaler.ts'

export type RidgeOptions = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
  /** `log`: fits ln(1 + target) and brings predictions back with Duan's smearing factor. */
  readonly target?: 'plain' | 'log'
}

/** Linear regression on standardised features; plain data. */
export type RidgeModel = {
  readonly kind: 'ridge'
  readonly formatVersion: 1
  readonly scaler: Scaler
  readonly intercept: number
  /** One a column of the scaler's output. */
  readonly weights: readonly number[]
  readonly target: 'plain' | 'log'
  /** Mean of exp(residual), by which a logged prediction is multiplied (Duan, 1983); 1 for a plain target. */
  readonly smearing: number
}

/**
 * min Σ (y − b − wᵀx)² + n·alpha·‖w‖² by Cholesky on the normal equations of the standardised columns (Hoerl & Kennard,
 * 1970), in float64; the penalty bounds their condition.
 * @param target at least 0 where the target is logged
 * @throws AppError 'bad_input' for labels that do not fit the rows, 'diverged' when weights are not finite.
 */
export function fitRidge(dataset: Dataset, target: Float64Array, options: RidgeOptions): RidgeModel {
  if (target.length !== dataset.rowIds.length)
    throw new AppError('bad_input', `${target.length} labels stand beside ${dataset.rowIds.length} rows`)
  const isLogged = options.target === 'log'
  const labels = isLogged ? target.map((value) => Math.log1p(Math.max(0, value))) : target
  const scaler = fitScaler(dataset, options.scaling)
  const scaled = applyScaler(scaler, dataset)
  const means = columnMeans(scaled)
  const centred = centre(scaled, means)
  const meanLabel = labels.reduce((sum, value) => sum + value, 0) / labels.length
  const weights = solveWeights(
    centred,
    labels.map((value) => value - meanLabel),
    options.alpha,
  )
  if (!weights.every(Number.isFinite))
    throw new AppError('diverged', 'the weights of a ridge regression are not finite: raise alpha')
  const intercept = meanLabel - dot(weights, 0, means, 0, weights.length)
  const plain = {
    kind: 'ridge',
    formatVersion: 1,
    scaler,
    intercept,
    weights: [...weights],
    smearing: 1,
  } as const
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
  const width = scaled.featureNames.length
  return dataset.rowIds.map((_, row) =>
    splitLinearScore(
      scaled.featureNames,
      model.weights,
      scaled.values.subarray(row * width, (row + 1) * width),
    ),
  )
}

function solveWeights(centred: Dataset, labels: Float64Array, alpha: number): Float64Array {
  const [rowCount, columnCount] = [centred.rowIds.length, centred.featureNames.length]
  const gram = weightedGram({ rowCount, columnCount, values: centred.values })
  // Columns that do not vary leave a zero on the diagonal; the tiny floor keeps the matrix definite without them.
  for (let column = 0; column < columnCount; column++) {
    const place = column * columnCount + column
    gram.values[place] = elementAt(gram.values, place) + rowCount * Math.max(alpha, 1e-10)
  }
  const right = new Float64Array(columnCount)
  for (let row = 0; row < rowCount; row++)
    for (let column = 0; column < columnCount; column++)
      right[column] =
        elementAt(right, column) +
        elementAt(labels, row) * elementAt(centred.values, row * columnCount + column)
  return solveCholesky(factorCholesky(gram), right)
}

function linearScores(
  model: { readonly intercept: number; readonly weights: readonly number[] },
  scaled: Dataset,
) {
  const weights = Float64Array.from(model.weights)
  return Float64Array.from(
    scaled.rowIds,
    (_, row) => model.intercept + dot(weights, 0, scaled.values, row * weights.length, weights.length),
  )
}

function columnMeans({ rowIds, featureNames, values }: Dataset): Float64Array {
  const means = new Float64Array(featureNames.length)
  for (const [index, value] of values.entries()) {
    const column = index % featureNames.length
    means[column] = elementAt(means, column) + value / rowIds.length
  }
  return means
}

function centre(dataset: Dataset, means: Float64Array): Dataset {
  const values = dataset.values.map((value, index) => value - elementAt(means, index % means.length))
  return { ...dataset, values }
}
