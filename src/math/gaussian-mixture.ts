import { AppError, throwIfStopped } from '../core/errors.ts'
import { type CholeskyFactor, factorCholesky, inverseQuadratic } from './cholesky.ts'
import { fitKMeans } from './k-means.ts'
import { elementAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

export type MixtureOptions = {
  readonly componentCount: number
  /** `full`: columns of a component may vary together. `diagonal`: each by itself. */
  readonly covariance: 'full' | 'diagonal'
  /** Added to every variance, as a share of the column's own over all rows; 1e-4 by default. Keeps a component off single rows. */
  readonly regularisation?: number
  /** Ends when the mean log-likelihood of a row gains less; 1e-6 by default. */
  readonly tolerance?: number
  /** 200 by default. */
  readonly maxIterations?: number
  /** Means to begin from, [components × columns]; those of k-means by default. */
  readonly start?: Float64Array
  readonly signal?: AbortSignal | undefined
}

/** A mixture of normal distributions; plain data. */
export type GaussianMixture = {
  readonly covariance: 'full' | 'diagonal'
  readonly columnCount: number
  readonly shares: readonly number[]
  /** [components × columns] */
  readonly means: readonly number[]
  /** Of each component the covariance: [columns × columns] for `full`, one variance a column for `diagonal`. */
  readonly covariances: readonly (readonly number[])[]
  /** Of all rows it was fitted on. */
  readonly logLikelihood: number
  /** −2 log-likelihood + parameters · ln rows: the least is the best (Schwarz, 1978). */
  readonly bic: number
  readonly iterations: number
}

/**
 * Expectation–maximisation (Dempster, Laird & Rubin, 1977) from the clusters of k-means. Chances are weighed in logarithms, so that
 * rows far from every component still belong somewhere.
 * @throws AppError 'too_little_data' with fewer rows than components, 'diverged', 'stopped'.
 */
export function fitGaussianMixture(matrix: Matrix, options: MixtureOptions, random: Random): GaussianMixture {
  const { componentCount, covariance, tolerance = 1e-6, maxIterations = 200, signal } = options
  const { rowCount, columnCount } = matrix
  if (rowCount < componentCount)
    throw new AppError('too_little_data', `${rowCount} rows cannot make ${componentCount} components`)
  const floors = varianceFloors(matrix, options.regularisation ?? 1e-4)
  let mixture = maximise(matrix, startOf(matrix, options, random), { covariance, floors })
  let before = Number.NEGATIVE_INFINITY
  for (let iterations = 1; ; iterations++) {
    throwIfStopped(signal)
    const { chances, logLikelihood } = expect(matrix, mixture)
    if (!Number.isFinite(logLikelihood)) throw new AppError('diverged', 'a Gaussian mixture is not finite')
    if (logLikelihood - before < tolerance * rowCount || iterations === maxIterations) {
      const bic =
        -2 * logLikelihood + parametersOf(componentCount, columnCount, covariance) * Math.log(rowCount)
      return { ...mixture, logLikelihood, bic, iterations }
    }
    before = logLikelihood
    mixture = maximise(matrix, chances, { covariance, floors })
  }
}

/** The chance that each row is of each component, [rows × components]; rows sum to 1. */
export function mixtureChances(mixture: Components, matrix: Matrix): Float64Array {
  return expect(matrix, mixture).chances
}

type Components = Pick<GaussianMixture, 'covariance' | 'columnCount' | 'shares' | 'means' | 'covariances'>

/** 1 for the nearest start, 0 for the others. */
function startOf(matrix: Matrix, { componentCount, start }: MixtureOptions, random: Random): Float64Array {
  const { rowCount, columnCount, values } = matrix
  const centres = start ?? fitKMeans(matrix, { clusterCount: componentCount, starts: 3 }, random).centres
  const chances = new Float64Array(rowCount * componentCount)
  for (let row = 0; row < rowCount; row++) {
    let [best, least] = [0, Number.POSITIVE_INFINITY]
    for (let component = 0; component < componentCount; component++) {
      let square = 0
      for (let column = 0; column < columnCount; column++)
        square +=
          (elementAt(values, row * columnCount + column) -
            elementAt(centres, component * columnCount + column)) **
          2
      if (square < least) [best, least] = [component, square]
    }
    chances[row * componentCount + best] = 1
  }
  return chances
}

/** Each row's chances, and the likelihood of all, by the logarithm of a sum of exponentials. */
function expect(matrix: Matrix, mixture: Components): { chances: Float64Array; logLikelihood: number } {
  const { rowCount } = matrix
  const count = mixture.shares.length
  const densities = mixture.shares.map((share, component) => logDensity(mixture, component, Math.log(share)))
  const chances = new Float64Array(rowCount * count)
  const logs = new Float64Array(count)
  let logLikelihood = 0
  for (let row = 0; row < rowCount; row++) {
    const own = matrix.values.subarray(row * matrix.columnCount, (row + 1) * matrix.columnCount)
    let most = Number.NEGATIVE_INFINITY
    for (const [component, density] of densities.entries()) {
      logs[component] = density(own)
      most = Math.max(most, elementAt(logs, component))
    }
    const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0)
    logLikelihood += most + Math.log(sum)
    for (let component = 0; component < count; component++)
      chances[row * count + component] = Math.exp(elementAt(logs, component) - most) / sum
  }
  return { chances, logLikelihood }
}

function logDensity(mixture: Components, component: number, logShare: number): (row: Float64Array) => number {
  const { columnCount, covariance } = mixture
  const mean = Float64Array.from(mixture.means.slice(component * columnCount, (component + 1) * columnCount))
  const spread = Float64Array.from(mixture.covariances[component] ?? [])
  const scratch = new Float64Array(columnCount)
  const constant = logShare - (columnCount / 2) * Math.log(2 * Math.PI)
  if (covariance === 'diagonal') {
    const half = spread.reduce((sum, variance) => sum + Math.log(variance), 0) / 2
    return (row) => {
      let square = 0
      for (let column = 0; column < columnCount; column++)
        square += (elementAt(row, column) - elementAt(mean, column)) ** 2 / elementAt(spread, column)
      return constant - half - square / 2
    }
  }
  const factor = factorCholesky({ rowCount: columnCount, columnCount, values: spread })
  const half = halfLogDeterminant(factor)
  return (row) => {
    for (let column = 0; column < columnCount; column++)
      scratch[column] = elementAt(row, column) - elementAt(mean, column)
    return constant - half - inverseQuadratic(factor, scratch) / 2
  }
}

function halfLogDeterminant({ size, lower }: CholeskyFactor): number {
  let sum = 0
  for (let index = 0; index < size; index++) sum += Math.log(elementAt(lower, index * size + index))
  return sum
}

/** Shares, means and covariances under the chances. */
function maximise(
  { rowCount, columnCount, values }: Matrix,
  chances: Float64Array,
  { covariance, floors }: { readonly covariance: 'full' | 'diagonal'; readonly floors: Float64Array },
): Components {
  const count = chances.length / rowCount
  const sums = new Float64Array(count)
  const means = new Float64Array(count * columnCount)
  for (let row = 0; row < rowCount; row++)
    for (let component = 0; component < count; component++) {
      const chance = elementAt(chances, row * count + component)
      sums[component] = elementAt(sums, component) + chance
      for (let column = 0; column < columnCount; column++) {
        const place = component * columnCount + column
        means[place] = elementAt(means, place) + chance * elementAt(values, row * columnCount + column)
      }
    }
  // A component that no row is of stays where nothing is, with next to no share.
  for (let place = 0; place < means.length; place++)
    means[place] = elementAt(means, place) / Math.max(1e-12, elementAt(sums, Math.floor(place / columnCount)))
  const total = sums.reduce((sum, value) => sum + Math.max(1e-12, value), 0)
  const spread = { rowCount, columnCount, values }
  return {
    covariance,
    columnCount,
    shares: Array.from(sums, (sum) => Math.max(1e-12, sum) / total),
    means: [...means],
    covariances: Array.from(sums, (sum, component) => [
      ...covarianceOf(spread, chances, {
        covariance,
        floors,
        means,
        component,
        count,
        sum: Math.max(1e-12, sum),
      }),
    ]),
  }
}

type Component = {
  readonly covariance: 'full' | 'diagonal'
  readonly floors: Float64Array
  readonly means: Float64Array
  readonly component: number
  readonly count: number
  readonly sum: number
}

function covarianceOf(
  { rowCount, columnCount, values }: Matrix,
  chances: Float64Array,
  { covariance, floors, means, component, count, sum }: Component,
): Float64Array {
  const isFull = covariance === 'full'
  const spread = new Float64Array(isFull ? columnCount * columnCount : columnCount)
  const distance = new Float64Array(columnCount)
  for (let row = 0; row < rowCount; row++) {
    const weight = elementAt(chances, row * count + component) / sum
    if (weight === 0) continue
    for (let column = 0; column < columnCount; column++)
      distance[column] =
        elementAt(values, row * columnCount + column) - elementAt(means, component * columnCount + column)
    for (let i = 0; i < columnCount; i++) {
      const left = weight * elementAt(distance, i)
      if (!isFull) spread[i] = elementAt(spread, i) + left * elementAt(distance, i)
      else
        for (let j = 0; j < columnCount; j++)
          spread[i * columnCount + j] = elementAt(spread, i * columnCount + j) + left * elementAt(distance, j)
    }
  }
  for (let column = 0; column < columnCount; column++) {
    const place = isFull ? column * columnCount + column : column
    spread[place] = elementAt(spread, place) + elementAt(floors, column)
  }
  return spread
}

function varianceFloors({ rowCount, columnCount, values }: Matrix, share: number): Float64Array {
  return Float64Array.from({ length: columnCount }, (_, column) => {
    let [sum, squares] = [0, 0]
    for (let row = 0; row < rowCount; row++) sum += elementAt(values, row * columnCount + column)
    const mean = sum / rowCount
    for (let row = 0; row < rowCount; row++)
      squares += (elementAt(values, row * columnCount + column) - mean) ** 2
    return share * (squares / rowCount || 1)
  })
}

function parametersOf(componentCount: number, columnCount: number, covariance: 'full' | 'diagonal'): number {
  const spread = covariance === 'full' ? (columnCount * (columnCount + 1)) / 2 : columnCount
  return componentCount * (columnCount + spread) + componentCount - 1
}
