import { AppError } from '../core/errors.ts'
import { type CholeskyFactor, factorCholesky, solveCholesky, weightedGram } from './cholesky.ts'
import { dot, elementAt, type Matrix } from './matrix.ts'

export type LogLinearProblem = {
  /** Rows of columns, without one of ones: the intercept is free. */
  readonly design: Matrix
  /** At least 0 for `poisson`, above 0 for `gamma`. */
  readonly labels: Float64Array
  readonly rowWeights: Float64Array
  /** Added to the scores: logarithms of exposures. */
  readonly offsets?: Float64Array | undefined
  /** How the variance grows with the mean: in proportion to it, or to its square. */
  readonly family: 'poisson' | 'gamma'
  /** Penalty on half the squared weights, per row. */
  readonly alpha: number
}

export type LogLinearFit = {
  readonly weights: Float64Array
  readonly intercept: number
  /** The mean of each row. */
  readonly means: Float64Array
  /** Of XᵀWX with the penalty over the columns and a last one of ones: its inverse is the covariance at a dispersion of 1. */
  readonly information: CholeskyFactor
  readonly iterations: number
}

const roundLimit = 100
/** Columns that do not vary need it. */
const leastPenalty = 1e-10

/**
 * The mean as exp(b + wᵀx + offset), of greatest likelihood under the penalty, by iteratively reweighted least squares; a step that
 * does not raise the likelihood is halved.
 * Source: McCullagh & Nelder (1989), "Generalized Linear Models", §2.5; the log link for both families.
 * @throws AppError 'diverged' when it does not settle: labels that columns tell apart without error have no finite weights.
 */
export function fitLogLinear(problem: LogLinearProblem): LogLinearFit {
  const design = withOnes(problem.design)
  const total = problem.rowWeights.reduce((sum, weight) => sum + weight, 0)
  let place = placeAt(problem, design, startOf(problem, design.columnCount))
  for (let iterations = 1; iterations <= roundLimit; iterations++) {
    const information = informationAt(problem, design, place.means)
    const step = solveCholesky(information, slopesAt(problem, design, place))
    const next = stepAlong(problem, design, place, step)
    const gained = place.loss - next.loss
    place = next
    if (gained <= 1e-13 * (1 + Math.abs(place.loss)) * total)
      return finish(problem, design, place, iterations)
  }
  throw new AppError(
    'diverged',
    `a ${problem.family} regression did not settle in ${roundLimit} steps: raise alpha`,
  )
}

/**
 * Twice what the likelihood falls short of a mean for each row alone.
 * Source: McCullagh & Nelder (1989), table 2.1.
 */
export function devianceOf(
  { family, labels, rowWeights }: Pick<LogLinearProblem, 'family' | 'labels' | 'rowWeights'>,
  means: Float64Array,
): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++) {
    const [label, mean] = [elementAt(labels, row), elementAt(means, row)]
    const logged = label > 0 ? Math.log(label / mean) : 0
    const own = family === 'poisson' ? label * logged - (label - mean) : (label - mean) / mean - logged
    sum += 2 * elementAt(rowWeights, row) * own
  }
  return sum
}

/** Σ weight (y − μ)² / V(μ): what dispersion is told from. */
export function pearsonOf(
  { family, labels, rowWeights }: Pick<LogLinearProblem, 'family' | 'labels' | 'rowWeights'>,
  means: Float64Array,
): number {
  return labels.reduce((sum, label, row) => {
    const mean = elementAt(means, row)
    return (
      sum + (elementAt(rowWeights, row) * (label - mean) ** 2) / (family === 'poisson' ? mean : mean * mean)
    )
  }, 0)
}

type Place = { readonly point: Float64Array; readonly means: Float64Array; readonly loss: number }

/** The intercept of no columns: the log of what came over what was exposed. */
function startOf({ labels, rowWeights, offsets }: LogLinearProblem, width: number): Float64Array {
  let [came, exposed] = [0, 0]
  for (let row = 0; row < labels.length; row++) {
    const weight = elementAt(rowWeights, row)
    came += weight * elementAt(labels, row)
    exposed += weight * (offsets === undefined ? 1 : Math.exp(elementAt(offsets, row)))
  }
  const start = new Float64Array(width)
  start[width - 1] = Math.log(came / exposed)
  return start
}

/** Minus the log-likelihood, less what does not depend on the weights, with the penalty. */
function placeAt(problem: LogLinearProblem, design: Matrix, point: Float64Array): Place {
  const { labels, rowWeights, offsets, family } = problem
  const width = design.columnCount
  const means = new Float64Array(labels.length)
  let loss = 0
  for (let row = 0; row < labels.length; row++) {
    const score = dot(point, 0, design.values, row * width, width) + (offsets ? elementAt(offsets, row) : 0)
    const mean = Math.exp(score)
    const label = elementAt(labels, row)
    means[row] = mean
    loss += elementAt(rowWeights, row) * (family === 'poisson' ? mean - label * score : label / mean + score)
  }
  return { point, means, loss: loss + penaltyAt(problem, point) }
}

function penaltyAt({ alpha, rowWeights }: LogLinearProblem, point: Float64Array): number {
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
  const squares = point.subarray(0, point.length - 1).reduce((sum, weight) => sum + weight * weight, 0)
  return ((alpha * total) / 2) * squares
}

/** How fast the likelihood rises with each weight. */
function slopesAt(problem: LogLinearProblem, design: Matrix, { point, means }: Place): Float64Array {
  const { labels, rowWeights, family, alpha } = problem
  const width = design.columnCount
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
  const slopes = point.map((weight, column) => (column === width - 1 ? 0 : -alpha * total * weight))
  for (let row = 0; row < labels.length; row++) {
    const mean = elementAt(means, row)
    const distance = (elementAt(labels, row) - mean) / (family === 'poisson' ? 1 : mean)
    const pull = elementAt(rowWeights, row) * distance
    for (let column = 0; column < width; column++)
      slopes[column] = elementAt(slopes, column) + pull * elementAt(design.values, row * width + column)
  }
  return slopes
}

/** Fisher's information with the penalty. */
function informationAt(problem: LogLinearProblem, design: Matrix, means: Float64Array): CholeskyFactor {
  const { rowWeights, family, alpha } = problem
  const width = design.columnCount
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
  const curvature = rowWeights.map(
    (weight, row) => weight * (family === 'poisson' ? elementAt(means, row) : 1),
  )
  const most = curvature.reduce((sum, value) => sum + value, 0)
  const gram = weightedGram(design, curvature)
  for (let column = 0; column < width; column++) {
    const place = column * width + column
    const added = column === width - 1 ? 0 : Math.max(alpha * total, leastPenalty * most)
    gram.values[place] = elementAt(gram.values, place) + added
  }
  return factorCholesky(gram)
}

function stepAlong(problem: LogLinearProblem, design: Matrix, from: Place, step: Float64Array): Place {
  for (let length = 1; length > 1e-8; length /= 2) {
    const to = placeAt(
      problem,
      design,
      from.point.map((value, column) => value + length * elementAt(step, column)),
    )
    if (to.loss <= from.loss) return to
  }
  return from
}

function finish(
  problem: LogLinearProblem,
  design: Matrix,
  { point, means }: Place,
  iterations: number,
): LogLinearFit {
  const width = design.columnCount
  return {
    weights: point.slice(0, width - 1),
    intercept: elementAt(point, width - 1),
    means,
    information: informationAt(problem, design, means),
    iterations,
  }
}

function withOnes({ rowCount, columnCount, values }: Matrix): Matrix {
  const width = columnCount + 1
  const whole = new Float64Array(rowCount * width).fill(1)
  for (let row = 0; row < rowCount; row++)
    whole.set(values.subarray(row * columnCount, (row + 1) * columnCount), row * width)
  return { rowCount, columnCount: width, values: whole }
}
