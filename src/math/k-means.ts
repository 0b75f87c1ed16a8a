import { AppError } from '../core/errors.ts'
import { elementAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

export type KMeansOptions = {
  readonly clusterCount: number
  /** Best of so many k-means++ starts; 10 by default. */
  readonly starts?: number
  readonly maxIterations?: number
}

export type KMeansFit = {
  /** [clusterCount × columns], row-major. */
  readonly centres: Float64Array
  /** The cluster of each row. */
  readonly assignments: Uint32Array
  /** Sum of squared distances to the own centre. */
  readonly inertia: number
  readonly iterations: number
}

/**
 * Lloyd's algorithm from k-means++ starts (Arthur & Vassilvitskii, 2007); an empty cluster takes the row that lies
 * farthest from its centre.
 * @throws AppError 'too_little_data' with fewer rows than clusters.
 */
export function fitKMeans(matrix: Matrix, options: KMeansOptions, random: Random): KMeansFit {
  if (matrix.rowCount < options.clusterCount)
    throw new AppError(
      'too_little_data',
      `${matrix.rowCount} rows cannot make ${options.clusterCount} clusters`,
    )
  let best: KMeansFit | undefined
  for (let start = 0; start < (options.starts ?? 10); start++) {
    const fit = descend(
      matrix,
      chooseCentres(matrix, options.clusterCount, random),
      options.maxIterations ?? 300,
    )
    if (best === undefined || fit.inertia < best.inertia) best = fit
  }
  if (best === undefined || !Number.isFinite(best.inertia))
    throw new AppError('diverged', 'k-means is not finite')
  return best
}

/** The nearest centre of each row, and the squared distance to it. */
export function assignToCentres(
  { rowCount, columnCount, values }: Matrix,
  centres: Float64Array,
): { assignments: Uint32Array; distances: Float64Array } {
  const clusterCount = centres.length / columnCount
  const assignments = new Uint32Array(rowCount)
  const distances = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY]
    for (let cluster = 0; cluster < clusterCount; cluster++) {
      const distance = squaredDistance(values, row * columnCount, centres, cluster * columnCount, columnCount)
      if (distance < least) [nearest, least] = [cluster, distance]
    }
    assignments[row] = nearest
    distances[row] = least
  }
  return { assignments, distances }
}

function descend(matrix: Matrix, centres: Float64Array, maxIterations: number): KMeansFit {
  let { assignments, distances } = assignToCentres(matrix, centres)
  let iterations = 1
  for (; iterations < maxIterations; iterations++) {
    moveCentres(matrix, centres, assignments, distances)
    const next = assignToCentres(matrix, centres)
    const isSame = next.assignments.every((cluster, row) => cluster === assignments[row])
    assignments = next.assignments
    distances = next.distances
    if (isSame) break
  }
  return { centres, assignments, inertia: distances.reduce((sum, value) => sum + value, 0), iterations }
}

function moveCentres(
  { rowCount, columnCount, values }: Matrix,
  centres: Float64Array,
  assignments: Uint32Array,
  distances: Float64Array,
): void {
  const counts = new Float64Array(centres.length / columnCount)
  centres.fill(0)
  for (let row = 0; row < rowCount; row++) {
    const cluster = elementAt(assignments, row)
    counts[cluster] = elementAt(counts, cluster) + 1
    for (let column = 0; column < columnCount; column++) {
      const place = cluster * columnCount + column
      centres[place] = elementAt(centres, place) + elementAt(values, row * columnCount + column)
    }
  }
  for (const [cluster, count] of counts.entries()) {
    const start = cluster * columnCount
    if (count > 0)
      for (let k = 0; k < columnCount; k++) centres[start + k] = elementAt(centres, start + k) / count
    else centres.set(takeFarthest(values, columnCount, distances), start)
  }
}

/** The row farthest from its centre; its distance is zeroed so that no second empty cluster takes it. */
function takeFarthest(values: Float64Array, columnCount: number, distances: Float64Array): Float64Array {
  let farthest = 0
  for (const [row, distance] of distances.entries())
    if (distance > elementAt(distances, farthest)) farthest = row
  distances[farthest] = 0
  return values.subarray(farthest * columnCount, (farthest + 1) * columnCount)
}

/** Greedy k-means++: of a few rows drawn by squared distance, the one that lowers the inertia most. */
function chooseCentres(matrix: Matrix, clusterCount: number, random: Random): Float64Array {
  const { rowCount, columnCount, values } = matrix
  const centres = new Float64Array(clusterCount * columnCount)
  const rowAt = (row: number) => values.subarray(row * columnCount, (row + 1) * columnCount)
  centres.set(rowAt(random.integer(rowCount)), 0)
  let distances = distancesTo(matrix, centres, 0)
  const candidateCount = 2 + Math.floor(Math.log(clusterCount))
  for (let cluster = 1; cluster < clusterCount; cluster++) {
    let best: { row: number; distances: Float64Array; inertia: number } | undefined
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      const row = drawByWeight(distances, random)
      const own = distancesTo(matrix, values, row * columnCount)
      const lowered = own.map((distance, index) => Math.min(distance, elementAt(distances, index)))
      const inertia = lowered.reduce((sum, value) => sum + value, 0)
      if (best === undefined || inertia < best.inertia) best = { row, distances: lowered, inertia }
    }
    if (best === undefined) break
    centres.set(rowAt(best.row), cluster * columnCount)
    distances = best.distances
  }
  return centres
}

function distancesTo(
  { rowCount, columnCount, values }: Matrix,
  points: Float64Array,
  start: number,
): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) =>
    squaredDistance(values, row * columnCount, points, start, columnCount),
  )
}

function drawByWeight(weights: Float64Array, random: Random): number {
  let left = random.next() * weights.reduce((sum, value) => sum + value, 0)
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left <= 0 && weight > 0) return index
  }
  return random.integer(weights.length)
}

function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0
  for (let index = 0; index < length; index++)
    sum += (elementAt(a, aStart + index) - elementAt(b, bStart + index)) ** 2
  return sum
}
