import {
  type ClusterSpace,
  createClusterSpace,
  inOwnUnits,
  inSpaceUnits,
  noCluster,
  setCentres,
} from './cluster-space.ts'
import { type KernelSteps, runSteps } from './kernel-steps.ts'
import { createKernels } from './kernels.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'

/** A grouping of the rows of a matrix around centres. */
export type Clusters = {
  /** [clusters × columns], row-major. */
  readonly centres: Float64Array
  /** The cluster of each row. */
  readonly assignments: Uint32Array
  /** Squared distance of each row to its centre. */
  readonly distances: Float64Array
  readonly inertia: number
  readonly iterations: number
}

export type LloydOptions = {
  readonly maxIterations: number
  /** Gives up once an inertia below this is out of reach: twenty more gains like the last one would not do. */
  readonly goal?: number
  /**
   * Ends when the squares of what all centres moved sum to less than this share of a column's mean variance; 0, the default,
   * goes on until no row changes its cluster.
   */
  readonly tolerance?: number
}

/**
 * Lloyd's iterations from the given centres, which are left as they are, until no row changes its cluster. Bounds on the
 * distances skip rows that cannot change (Hamerly, 2010), sums follow the rows that do. An empty cluster takes the row that
 * lies farthest from its centre.
 * @throws AppError 'diverged' when a value is not finite.
 */
export function descendLloyd(matrix: Matrix, start: Float64Array, options: LloydOptions): Clusters {
  const space = createClusterSpace(matrix, start.length / matrix.columnCount)
  const { goal = Number.POSITIVE_INFINITY } = options
  const inSpace = { ...options, goal: goal * space.scale ** 2 }
  const steps = descend(space, inSpaceUnits(space, start), inSpace)
  return inOwnUnits(space, runSteps(createKernels(space.space.memory), steps))
}

/** The same as rounds of kernel calls, everything in the units of the space. */
export function* descend(
  space: ClusterSpace,
  start: Float64Array,
  { maxIterations, goal = Number.POSITIVE_INFINITY, tolerance = 0 }: LloydOptions,
): KernelSteps<Clusters> {
  const state = createState(start, space.columnCount)
  const still = (tolerance * space.squares) / space.rowCount / space.columnCount
  space.assignments.fill(noCluster)
  setCentres(space, state.centres)
  yield space.assignCalls
  collectMoves(space, state)
  let [iterations, inertia] = [1, Number.POSITIVE_INFINITY]
  for (; iterations < maxIterations; iterations++) {
    const before = inertia
    if (state.counts.includes(0)) yield* fillEmpty(space, state)
    const { explained, movedSquares } = moveCentres(space, state)
    inertia = space.squares - explained
    if (inertia - 20 * (before - inertia) > goal) break
    yield space.assignCalls
    if (collectMoves(space, state) === 0 || movedSquares < still) break
  }
  yield space.measureCalls
  const distances = space.distances.slice()
  const { centres } = state
  return { centres, assignments: space.assignments.slice(), distances, inertia: sumOf(distances), iterations }
}

/** The nearest centre of each row, and the squared distance to it. */
export function assignToCentres(
  { rowCount, columnCount, values }: Matrix,
  centres: Float64Array,
): { assignments: Uint32Array; distances: Float64Array } {
  const assignments = new Uint32Array(rowCount)
  const distances = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY]
    for (let start = 0, cluster = 0; start < centres.length; start += columnCount, cluster++) {
      const distance = squaredDistance(values, row * columnCount, centres, start, columnCount)
      if (distance < least) [nearest, least] = [cluster, distance]
    }
    assignments[row] = nearest
    distances[row] = least
  }
  return { assignments, distances }
}

/** ‖a − b‖² of the `length` elements from the given offsets. */
function squaredDistance(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0
  for (let index = 0; index < length; index++) {
    const difference = elementAt(a, aStart + index) - elementAt(b, bStart + index)
    sum += difference * difference
  }
  return sum
}

export function sumOf(values: Float64Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += elementAt(values, index)
  return sum
}

type State = {
  readonly centres: Float64Array
  /** [clusters × columns]: sums of the rows of each cluster, and how many they are. */
  readonly sums: Float64Array
  readonly counts: Float64Array
}

function createState(start: Float64Array, columnCount: number): State {
  return {
    centres: start.slice(),
    sums: new Float64Array(start.length),
    counts: new Float64Array(start.length / columnCount),
  }
}

/** Adds to sums and counts what the chunks found. @returns how many rows changed their cluster. */
function collectMoves({ moves }: ClusterSpace, { sums, counts }: State): number {
  let movedCount = 0
  for (const chunk of moves) {
    for (let place = 0; place < sums.length; place++)
      sums[place] = elementAt(sums, place) + elementAt(chunk, place)
    for (let cluster = 0; cluster < counts.length; cluster++)
      counts[cluster] = elementAt(counts, cluster) + elementAt(chunk, sums.length + cluster)
    movedCount += elementAt(chunk, sums.length + counts.length)
  }
  return movedCount
}

/**
 * Moves each centre to the mean of its rows and tells the kernels by how much bounds widen.
 * @returns Σ count·‖mean‖², by which the inertia is less than the sum of all squares, and the squares of what centres moved
 */
function moveCentres(space: ClusterSpace, { centres, sums, counts }: State) {
  const { columnCount, shifts, margins, limits, problem } = space
  let [explained, movedSquares] = [0, 0]
  shifts.fill(0)
  for (let cluster = 0; cluster < counts.length; cluster++) {
    const count = elementAt(counts, cluster)
    if (count === 0) continue
    const start = cluster * columnCount
    const mean = sums.slice(start, start + columnCount).map((sum) => sum / count)
    const moved = squaredDistance(centres, start, mean, 0, columnCount)
    shifts[cluster] = Math.sqrt(moved)
    movedSquares += moved
    explained += count * squaredLength(mean)
    centres.set(mean, start)
  }
  setCentres(space, centres)
  margins.set(halfDistances(centres, columnCount))
  const farthest = shifts.indexOf(Math.max(...shifts))
  problem[13] = farthest
  limits[0] = elementAt(shifts, farthest)
  limits[1] = shifts.reduce(
    (most, shift, cluster) => (cluster === farthest ? most : Math.max(most, shift)),
    0,
  )
  return { explained, movedSquares }
}

/** Gives each empty cluster the row farthest from its centre, unless every row lies on its own. */
function* fillEmpty(space: ClusterSpace, { centres, sums, counts }: State): KernelSteps<void> {
  const { columnCount, rows64, assignments, distances, centres64 } = space
  yield space.measureCalls
  for (let cluster = 0; cluster < counts.length; cluster++) {
    if (counts[cluster] !== 0) continue
    const farthest = distances.indexOf(distances.reduce((most, distance) => Math.max(most, distance), 0))
    if (elementAt(distances, farthest) === 0) return
    const own = itemAt(assignments, farthest)
    const point = rows64.slice(farthest * columnCount, (farthest + 1) * columnCount)
    for (let column = 0; column < columnCount; column++) {
      const [from, to] = [own * columnCount + column, cluster * columnCount + column]
      sums[from] = elementAt(sums, from) - elementAt(point, column)
      sums[to] = elementAt(sums, to) + elementAt(point, column)
    }
    counts[own] = elementAt(counts, own) - 1
    counts[cluster] = elementAt(counts, cluster) + 1
    assignments[farthest] = cluster
    distances[farthest] = 0
    centres.set(point, cluster * columnCount)
    centres64.set(point, cluster * columnCount)
    // No bound on any row knows the new centre.
    space.lower.fill(0)
  }
}

/** Half the distance of each centre to the nearest other: rows within it belong to that centre. */
function halfDistances(centres: Float64Array, columnCount: number): Float64Array {
  const clusterCount = centres.length / columnCount
  const halves = new Float64Array(clusterCount).fill(Number.POSITIVE_INFINITY)
  for (let a = 0; a < clusterCount; a++)
    for (let b = 0; b < a; b++) {
      const squared = squaredDistance(centres, a * columnCount, centres, b * columnCount, columnCount)
      const half = Math.sqrt(squared) / 2
      if (half < elementAt(halves, a)) halves[a] = half
      if (half < elementAt(halves, b)) halves[b] = half
    }
  return halves
}

function squaredLength(values: Float64Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += elementAt(values, index) ** 2
  return sum
}
