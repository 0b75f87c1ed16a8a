import { iterateLbfgs } from './lbfgs.ts'
import { addScaled, dot, elementAt, itemAt, type Matrix } from './matrix.ts'

export type SoftmaxProblem = {
  /** Rows of columns, without one of ones. */
  readonly design: Matrix
  /** The index of each row's class. */
  readonly labels: ArrayLike<number>
  readonly classCount: number
  readonly rowWeights: Float64Array
}

/** A fit, and whether it settled. */
export type SoftmaxFit = {
  readonly intercepts: Float64Array
  /** [classes × columns] */
  readonly weights: Float64Array
  readonly hasConverged: boolean
}

export type SoftmaxPenalty = {
  readonly alpha: number
  /** The part of the penalty that is on absolute weights; the rest is on half their squares. */
  readonly mix: number
}

const tolerance = 1e-6

/**
 * Multinomial logistic regression: min weighted mean of −ln p(class) + alpha (mix ‖W‖₁ + (1 − mix) ½‖W‖²), intercepts free. By
 * L-BFGS where weights are only squared, else by accelerated proximal steps. Hands over after each step, so that others may have
 * their turn.
 * Source: Hastie, Tibshirani & Friedman (2009), §4.4; Beck & Teboulle (2009), "FISTA", with O'Donoghue & Candès' (2015) restarts.
 */
export function* iterateSoftmax(
  problem: SoftmaxProblem,
  { alpha, mix }: SoftmaxPenalty,
): Generator<void, SoftmaxFit> {
  const width = problem.design.columnCount + 1
  const squared = alpha * (1 - mix)
  const lossAt = createLoss(problem, squared)
  const start = new Float64Array(problem.classCount * width)
  const found =
    mix * alpha === 0
      ? yield* iterateLbfgs(lossAt, start, { maxIterations: 1000, gradientTolerance: tolerance })
      : yield* iterateProximal(lossAt, start, { width, absolute: alpha * mix })
  return toFit(found.point, width, found.hasConverged)
}

type Loss = (point: Float64Array, gradient: Float64Array) => number

/** The weights of each class, its intercept last. */
function createLoss({ design, labels, classCount, rowWeights }: SoftmaxProblem, squared: number): Loss {
  const { rowCount, columnCount, values } = design
  const width = columnCount + 1
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
  const chances = new Float64Array(classCount)
  return (point, gradient) => {
    gradient.fill(0)
    let loss = 0
    for (let row = 0; row < rowCount; row++) {
      const share = elementAt(rowWeights, row) / total
      for (let place = 0; place < classCount; place++)
        chances[place] =
          dot(point, place * width, values, row * columnCount, columnCount) +
          elementAt(point, place * width + columnCount)
      toLogChances(chances)
      loss -= share * elementAt(chances, itemAt(labels, row))
      for (let place = 0; place < classCount; place++) {
        const isOwn = itemAt(labels, row) === place ? 1 : 0
        const error = share * (Math.exp(elementAt(chances, place)) - isOwn)
        const own = gradient.subarray(place * width, place * width + columnCount)
        addScaled(own, error, values, row * columnCount)
        gradient[place * width + columnCount] = elementAt(gradient, place * width + columnCount) + error
      }
    }
    for (let index = 0; index < point.length; index++) {
      if (index % width === columnCount) continue
      const weight = elementAt(point, index)
      loss += (squared / 2) * weight * weight
      gradient[index] = elementAt(gradient, index) + squared * weight
    }
    return loss
  }
}

/** Turns scores into logarithms of chances, in place. */
function toLogChances(scores: Float64Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const normaliser = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0))
  for (let place = 0; place < scores.length; place++) scores[place] = elementAt(scores, place) - normaliser
}

type Found = { readonly point: Float64Array; readonly hasConverged: boolean }

function* iterateProximal(
  lossAt: Loss,
  start: Float64Array,
  { width, absolute }: { readonly width: number; readonly absolute: number },
): Generator<void, Found> {
  let [point, ahead, momentum, curvature] = [start, start, 1, 1]
  const gradient = new Float64Array(start.length)
  const scratch = new Float64Array(start.length)
  for (let round = 0; round < 20_000; round++) {
    const loss = lossAt(ahead, gradient)
    let next = proximalStep(ahead, gradient, { curvature, width, absolute })
    while (lossAt(next, scratch) > boundOn(loss, gradient, { from: ahead, to: next, curvature }) + 1e-14) {
      curvature *= 2
      next = proximalStep(ahead, gradient, { curvature, width, absolute })
    }
    const moved = largestDifference(next, ahead)
    const isTurning = dotOfSteps(ahead, next, point) > 0
    const later = isTurning ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2
    const pull = isTurning ? 0 : (momentum - 1) / later
    const from = point
    ahead = next.map((value, index) => value + pull * (value - elementAt(from, index)))
    ;[point, momentum] = [next, later]
    if (moved * curvature < 10 * tolerance) return { point, hasConverged: true }
    yield
  }
  return { point, hasConverged: false }
}

/** A step down the slope, then each weight nearer to 0 by the penalty; intercepts are free of it. */
function proximalStep(
  from: Float64Array,
  gradient: Float64Array,
  {
    curvature,
    width,
    absolute,
  }: { readonly curvature: number; readonly width: number; readonly absolute: number },
): Float64Array {
  return from.map((value, index) => {
    const stepped = value - elementAt(gradient, index) / curvature
    if (index % width === width - 1) return stepped
    return Math.sign(stepped) * Math.max(0, Math.abs(stepped) - absolute / curvature)
  })
}

/** The quadratic above the loss that the step was the least of. */
function boundOn(
  loss: number,
  gradient: Float64Array,
  {
    from,
    to,
    curvature,
  }: { readonly from: Float64Array; readonly to: Float64Array; readonly curvature: number },
): number {
  return to.reduce((sum, value, index) => {
    const step = value - elementAt(from, index)
    return sum + elementAt(gradient, index) * step + (curvature / 2) * step * step
  }, loss)
}

/** (ahead − next)·(next − point): above 0 where momentum leads uphill. */
function dotOfSteps(ahead: Float64Array, next: Float64Array, point: Float64Array): number {
  return next.reduce(
    (sum, value, index) => sum + (elementAt(ahead, index) - value) * (value - elementAt(point, index)),
    0,
  )
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - elementAt(b, index))), 0)
}

/** Intercepts are told around their mean: a shift of all changes no chance. */
function toFit(point: Float64Array, width: number, hasConverged: boolean): SoftmaxFit {
  const intercepts = point.filter((_, index) => index % width === width - 1)
  const mean = intercepts.reduce((sum, value) => sum + value, 0) / intercepts.length
  return {
    intercepts: intercepts.map((value) => value - mean),
    weights: point.filter((_, index) => index % width !== width - 1),
    hasConverged,
  }
}
