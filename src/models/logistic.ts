import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { factorCholesky, inverseQuadratic } from '../math/cholesky.ts'
import { minimiseLbfgs } from '../math/lbfgs.ts'
import { createLogisticLoss, type LogisticLoss } from '../math/logistic-loss.ts'
import { dot, elementAt, type Matrix } from '../math/matrix.ts'
import { solveSigned } from '../math/signed-solve.ts'
import { type Contribution, splitLinearScore } from './linear-reasons.ts'
import { chooseColumns, pickColumns } from './prepare/choose-columns.ts'
import { applyScaler, fitScaler, type Scaler, type ScalerOptions } from './prepare/scaler.ts'

export type LogisticOptions = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
  /**
   * Fits on columns that tell something and do not repeat each other (`chooseColumns`), each weight with the sign of its
   * column's own correlation with the labels, so that no two reasons of like features contradict each other.
   */
  readonly hasPlainReasons?: boolean
}

/** Logistic regression on standardised features; plain data. */
export type LogisticModel = {
  readonly kind: 'logistic'
  readonly formatVersion: 1
  readonly scaler: Scaler
  readonly intercept: number
  /** Positions in the scaler's output of the columns that were fitted on, and their weights. */
  readonly columns: readonly number[]
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
 * Maximum a posteriori weights under a normal prior: min mean log-loss + alpha/2·‖w‖², by L-BFGS, and where weights must
 * keep their signs by Newton's steps from there.
 * @param labels 0 or 1
 * @throws AppError 'too_little_data' when only one class is there, 'diverged' when the fit does not settle.
 */
export function fitLogistic(
  dataset: Dataset,
  labels: ArrayLike<number>,
  { alpha, scaling, hasPlainReasons }: LogisticOptions,
): LogisticModel {
  checkLabels(dataset, labels)
  const scaler = fitScaler(dataset, scaling)
  const scaled = applyScaler(scaler, dataset)
  const { columns, directions } = hasPlainReasons
    ? chooseColumns(scaled, Float64Array.from(labels))
    : { columns: [...scaled.featureNames.keys()], directions: [] }
  const [rowCount, width] = [scaled.rowIds.length, columns.length + 1]
  const rows = { rowCount, columnCount: scaled.featureNames.length, values: scaled.values }
  const logLoss = createLogisticLoss({ rows, columns, hasIntercept: true, labels })
  const problem = { rowCount, logLoss, alpha }
  const { point, hessian } = holdSigns(problem, settle(problem, new Float64Array(width)), directions)
  return {
    kind: 'logistic',
    formatVersion: 1,
    scaler,
    columns,
    intercept: elementAt(point, width - 1),
    weights: [...point.subarray(0, width - 1)],
    hessianFactor: [...factorCholesky(hessian).lower],
  }
}

/** The probability of label 1 for each row. */
export function predictLogistic(model: LogisticModel, dataset: Dataset): Float64Array {
  return logOdds(model, buildDesign(applyScaler(model.scaler, dataset), model.columns)).map(sigmoid)
}

/**
 * Probabilities with 95 % bounds: the log-odds are taken as normal around the fit with the Laplace covariance
 * (MacKay, 1992). It is the uncertainty of the weights; chance itself comes on top.
 */
export function predictLogisticBounds(model: LogisticModel, dataset: Dataset): ProbabilityBounds {
  const design = buildDesign(applyScaler(model.scaler, dataset), model.columns)
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
  const names = model.columns.map((column) => scaled.featureNames[column] ?? '')
  const values = pickColumns(scaled, model.columns)
  return dataset.rowIds.map((_, row) =>
    splitLinearScore(names, model.weights, values.subarray(row * names.length, (row + 1) * names.length)),
  )
}

/** Rows of the columns with a last one of ones for the intercept, row-major. */
type Design = { readonly rowCount: number; readonly width: number; readonly values: Float64Array }

function buildDesign(scaled: Dataset, columns: readonly number[]): Design {
  const values = pickColumns(scaled, columns, true)
  return { rowCount: scaled.rowIds.length, width: columns.length + 1, values }
}

type Problem = { readonly rowCount: number; readonly logLoss: LogisticLoss; readonly alpha: number }

/** The unconstrained optimum. */
function settle(problem: Problem, start: Float64Array): Float64Array {
  const minimum = minimiseLbfgs((point, gradient) => lossAt(problem, point, gradient), start, {
    maxIterations: 500,
    // Mean loss: probabilities then move by less than 1e-4, far below what resampling moves them.
    gradientTolerance: 1e-5,
  })
  if (minimum.hasConverged && minimum.point.every(Number.isFinite)) return minimum.point
  throw new AppError(
    'diverged',
    `a logistic regression did not settle in ${minimum.iterations} steps: raise alpha`,
  )
}

/** Mean log-loss with the penalty; writes its gradient. */
function lossAt({ rowCount, logLoss, alpha }: Problem, point: Float64Array, gradient: Float64Array): number {
  const loss = logLoss.at(point, gradient)
  const last = point.length - 1
  let squares = 0
  for (let column = 0; column <= last; column++) {
    const weight = column === last ? 0 : elementAt(point, column)
    squares += weight ** 2
    gradient[column] = elementAt(gradient, column) / rowCount + alpha * weight
  }
  return loss / rowCount + (alpha / 2) * squares
}

const newtonLimit = 50

/**
 * Newton's method over weights of the asked signs: each step minimises the quadratic model under the signs. The Hessian
 * at the end, times the rows, is what the bounds of probabilities rest on.
 */
function holdSigns(
  problem: Problem,
  start: Float64Array,
  directions: readonly number[],
): { point: Float64Array; hessian: Matrix } {
  const signs = start.map((_, column) => directions[column] ?? 0)
  let point: Float64Array = start.map((weight, column) =>
    elementAt(signs, column) * weight < 0 ? 0 : weight,
  )
  const isFree = point.every((weight, column) => weight === start[column])
  for (let round = 0; !isFree && round < newtonLimit; round++) {
    const gradient = new Float64Array(point.length)
    const loss = lossAt(problem, point, gradient)
    const hessian = hessianAt(problem, point, problem.rowCount)
    const right = gradient.map(
      (slope, row) => dot(hessian.values, row * point.length, point, 0, point.length) - slope,
    )
    const next = solveSigned(hessian, right, signs)
    const settled = stepTowards(problem, { point, loss, gradient }, next)
    const moved = settled.reduce((most, value, k) => Math.max(most, Math.abs(value - elementAt(point, k))), 0)
    point = settled
    if (moved < 1e-5) break
  }
  return { point, hessian: hessianAt(problem, point, 1) }
}

/** The whole step to the target, or as much of it as lowers the loss. */
function stepTowards(
  problem: Problem,
  from: { readonly point: Float64Array; readonly loss: number; readonly gradient: Float64Array },
  target: Float64Array,
): Float64Array {
  const scratch = new Float64Array(target.length)
  const slope = target.reduce(
    (sum, value, k) => sum + elementAt(from.gradient, k) * (value - elementAt(from.point, k)),
    0,
  )
  for (let length = 1; length > 1e-6; length /= 2) {
    const trial = from.point.map((value, k) => value + length * (elementAt(target, k) - value))
    if (lossAt(problem, trial, scratch) <= from.loss + 1e-4 * length * slope + 1e-14) return trial
  }
  return from.point
}

/** Second derivatives of the loss over all rows, divided by `share`. */
function hessianAt({ rowCount, logLoss, alpha }: Problem, point: Float64Array, share: number): Matrix {
  const hessian = logLoss.curvatureAt(point)
  const { columnCount, values } = hessian
  for (let place = 0; place < values.length; place++) {
    const [row, column] = [Math.floor(place / columnCount), place % columnCount]
    const penalty = (row === columnCount - 1 ? 0 : rowCount * alpha) + 1e-9
    values[place] = (elementAt(values, place) + (row === column ? penalty : 0)) / share
  }
  return hessian
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
