import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { factorCholesky, inverseQuadratic, weightedGram } from '../math/cholesky.ts'
import { type DifferentiableFunction, minimiseLbfgs } from '../math/lbfgs.ts'
import { dot, elementAt } from '../math/matrix.ts'
import { type Contribution, splitLinearScore } from './linear-reasons.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from './prepare/scaler.ts'

export type LogisticOptions = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
}

/** Logistic regression on standardised features; plain data. */
export type LogisticModel = {
  readonly kind: 'logistic'
  readonly formatVersion: 1
  readonly scaler: Scaler
  readonly intercept: number
  /** One a column of the scaler's output. */
  readonly weights: readonly number[]
  /** Lower triangle of the Cholesky factor of the Hessian (weights, then intercept), for intervals. */
  readonly hessianFactor: readonly number[]
}

/** A probability with the bounds that the uncertainty of the weights gives it. */
export type ProbabilityBounds = {
  readonly probability: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

/**
 * Maximum a posteriori weights under a normal prior: min mean log-loss + alpha/2·‖w‖², by L-BFGS.
 * @param labels 0 or 1
 * @throws AppError 'too_little_data' when only one class is there, 'diverged' when the fit does not settle.
 */
export function fitLogistic(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: LogisticOptions,
): LogisticModel {
  checkLabels(dataset, labels)
  const scaler = fitScaler(dataset, options.scaling)
  const design = withOnes(applyScaler(scaler, dataset))
  const { width, values } = design
  const minimum = minimiseLbfgs(createObjective(design, labels, options.alpha), new Float64Array(width), {
    maxIterations: 500,
    // Mean loss: probabilities then move by less than 1e-4, far below what resampling moves them.
    gradientTolerance: 1e-5,
  })
  if (!minimum.hasConverged || !minimum.point.every(Number.isFinite))
    throw new AppError(
      'diverged',
      `a logistic regression did not settle in ${minimum.iterations} steps: raise alpha`,
    )
  const rowCount = dataset.rowIds.length
  const curvature = Float64Array.from(dataset.rowIds, (_, row) => {
    const probability = sigmoid(dot(minimum.point, 0, values, row * width, width))
    return probability * (1 - probability)
  })
  const hessian = weightedGram({ rowCount, columnCount: width, values }, curvature)
  for (let column = 0; column < width; column++) {
    const place = column * width + column
    const penalty = column === width - 1 ? 0 : rowCount * options.alpha
    hessian.values[place] = elementAt(hessian.values, place) + penalty + 1e-9
  }
  return {
    kind: 'logistic',
    formatVersion: 1,
    scaler,
    intercept: elementAt(minimum.point, width - 1),
    weights: [...minimum.point.subarray(0, width - 1)],
    hessianFactor: [...factorCholesky(hessian).lower],
  }
}

/** The probability of label 1 for each row. */
export function predictLogistic(model: LogisticModel, dataset: Dataset): Float64Array {
  return logOdds(model, withOnes(applyScaler(model.scaler, dataset))).map(sigmoid)
}

/**
 * Probabilities with 95 % bounds: the log-odds are taken as normal around the fit with the Laplace covariance
 * (MacKay, 1992). It is the uncertainty of the weights; chance itself comes on top.
 */
export function predictLogisticBounds(model: LogisticModel, dataset: Dataset): ProbabilityBounds {
  const design = withOnes(applyScaler(model.scaler, dataset))
  const odds = logOdds(model, design)
  const factor = { size: design.width, lower: Float64Array.from(model.hessianFactor) }
  const margin = odds.map((_, row) => {
    const features = design.values.subarray(row * design.width, (row + 1) * design.width)
    return 1.96 * Math.sqrt(inverseQuadratic(factor, features))
  })
  return {
    probability: odds.map(sigmoid),
    low: odds.map((value, row) => sigmoid(value - elementAt(margin, row))),
    high: odds.map((value, row) => sigmoid(value + elementAt(margin, row))),
  }
}

/** Each row's contributions in log-odds, largest first; with the intercept they sum to the row's log-odds. */
export function explainLogistic(model: LogisticModel, dataset: Dataset): Contribution[][] {
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

/** Rows with a last column of ones for the intercept, row-major. */
type Design = { readonly rowCount: number; readonly width: number; readonly values: Float64Array }

function withOnes({ rowIds, featureNames, values }: Dataset): Design {
  const [rowCount, columnCount] = [rowIds.length, featureNames.length]
  const width = columnCount + 1
  const wide = new Float64Array(rowCount * width).fill(1)
  for (let row = 0; row < rowCount; row++)
    wide.set(values.subarray(row * columnCount, (row + 1) * columnCount), row * width)
  return { rowCount, width, values: wide }
}

function createObjective(
  { rowCount, width, values }: Design,
  labels: ArrayLike<number>,
  alpha: number,
): DifferentiableFunction {
  return (point, gradient) => {
    gradient.fill(0)
    let loss = 0
    for (let row = 0; row < rowCount; row++) {
      const odds = dot(point, 0, values, row * width, width)
      const label = elementAt(labels, row)
      loss += softplus(odds) - label * odds
      const error = (sigmoid(odds) - label) / rowCount
      for (let column = 0; column < width; column++)
        gradient[column] = elementAt(gradient, column) + error * elementAt(values, row * width + column)
    }
    let squares = 0
    for (let column = 0; column < width - 1; column++) {
      squares += elementAt(point, column) ** 2
      gradient[column] = elementAt(gradient, column) + alpha * elementAt(point, column)
    }
    return loss / rowCount + (alpha / 2) * squares
  }
}

function logOdds(model: LogisticModel, { rowCount, width, values }: Design): Float64Array {
  const weights = Float64Array.from([...model.weights, model.intercept])
  return Float64Array.from({ length: rowCount }, (_, row) => dot(weights, 0, values, row * width, width))
}

function checkLabels({ rowIds }: Dataset, labels: ArrayLike<number>): void {
  if (labels.length !== rowIds.length)
    throw new AppError('bad_input', `${labels.length} labels stand beside ${rowIds.length} rows`)
  const positives = Array.from(labels).filter((label) => label === 1).length
  if (positives === 0 || positives === labels.length)
    throw new AppError('too_little_data', {
      en: `all ${labels.length} rows have the same label: there is nothing to tell apart`,
      zh: `全部 ${labels.length} 行的标签相同：无可区分`,
    })
}

function sigmoid(odds: number): number {
  return odds >= 0 ? 1 / (1 + Math.exp(-odds)) : Math.exp(odds) / (1 + Math.exp(odds))
}

/** ln(1 + e^x) without overflow. */
function softplus(odds: number): number {
  return Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds)))
}
