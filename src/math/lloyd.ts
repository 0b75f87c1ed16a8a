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
}

/**
 * Lloyd's iterations from the given centres, which are left as they are, until no row changes its cluster. Bounds on the
 * distances skip rows that cannot change (Hamerly, 2010), sums follow the rows that do. An empty cluster takes the row that
 * lies farthest from its centre.
 */
export function descendLloyd(
  matrix: Matrix,
  start: Float64Array,
  { maxIterations, goal = Number.POSITIVE_INFINITY }: LloydOptions,
): Clusters {
  const state = createState(matrix, start)
  const squares = squaredLength(matrix.values)
  let [iterations, inertia] = [1, Number.POSITIVE_INFINITY]
  for (; iterations < maxIterations; iterations++) {
    const before = inertia
    inertia = squares - moveCentres(matrix, state)
    if (inertia - 20 * (before - inertia) > goal) break
    if (reassign(matrix, state) === 0) break
  }
  const { centres, assignments } = state
  const distances = distancesToOwn(matrix, state)
  return { centres, assignments, distances, inertia: sumOf(distances), iterations }
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
export function squaredDistance(
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
  readonly assignments: Uint32Array
  /** At least the distance of each row to its own centre. */
  readonly upper: Float64Array
  /** At most the distance of each row to any other centre. */
  readonly lower: Float64Array
  /** [clusters × columns]: sums of the rows of each cluster, and how many they are. */
  readonly sums: Float64Array
  readonly counts: Float64Array
}

function createState({ rowCount, columnCount, values }: Matrix, start: Float64Array): State {
  const state = {
    centres: start.slice(),
    assignments: new Uint32Array(rowCount),
    upper: new Float64Array(rowCount),
    lower: new Float64Array(rowCount),
    sums: new Float64Array(start.length),
    counts: new Float64Array(start.length / columnCount),
  }
  for (let row = 0; row < rowCount; row++) {
    const cluster = findNearest(state, row, values, columnCount)
    state.assignments[row] = cluster
    addRow(state, cluster, 1, values.subarray(row * columnCount, (row + 1) * columnCount))
  }
  return state
}

/** The nearest centre; sets both bounds of the row to the distances found. */
function findNearest(
  { centres, upper, lower }: State,
  row: number,
  values: Float64Array,
  columnCount: number,
): number {
  let [nearest, least, next] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let start = 0, cluster = 0; start < centres.length; start += columnCount, cluster++) {
    const distance = squaredDistance(values, row * columnCount, centres, start, columnCount)
    if (distance < least) {
      next = least
      least = distance
      nearest = cluster
    } else if (distance < next) next = distance
  }
  upper[row] = Math.sqrt(least)
  lower[row] = Math.sqrt(next)
  return nearest
}

function addRow({ sums, counts }: State, cluster: number, sign: 1 | -1, values: Float64Array): void {
  counts[cluster] = elementAt(counts, cluster) + sign
  const start = cluster * values.length
  for (let column = 0; column < values.length; column++)
    sums[start + column] = elementAt(sums, start + column) + sign * elementAt(values, column)
}

/**
 * Moves each centre to the mean of its rows and widens the bounds by what the centres moved.
 * @returns Σ count·‖mean‖²: the inertia is that much less than the sum of all squares.
 */
function moveCentres(matrix: Matrix, state: State): number {
  const { columnCount } = matrix
  const { centres, sums, counts } = state
  const shifts = new Float64Array(counts.length)
  for (let cluster = 0; cluster < counts.length; cluster++)
    if (counts[cluster] === 0) takeFarthest(matrix, state, cluster)
  let explained = 0
  for (let cluster = 0; cluster < counts.length; cluster++) {
    const count = elementAt(counts, cluster)
    if (count === 0) continue
    const start = cluster * columnCount
    const mean = sums.slice(start, start + columnCount).map((sum) => sum / count)
    shifts[cluster] = Math.sqrt(squaredDistance(centres, start, mean, 0, columnCount))
    explained += count * squaredLength(mean)
    centres.set(mean, start)
  }
  widenBounds(state, shifts)
  return explained
}

/** Gives an empty cluster the row farthest from its centre, unless every row lies on its own. */
function takeFarthest(matrix: Matrix, state: State, cluster: number): void {
  const { columnCount, values } = matrix
  const distances = distancesToOwn(matrix, state)
  let farthest = 0
  for (let row = 0; row < distances.length; row++)
    if (elementAt(distances, row) > elementAt(distances, farthest)) farthest = row
  if (elementAt(distances, farthest) === 0) return
  const point = values.subarray(farthest * columnCount, (farthest + 1) * columnCount)
  addRow(state, itemAt(state.assignments, farthest), -1, point)
  addRow(state, cluster, 1, point)
  state.assignments[farthest] = cluster
  state.centres.set(point, cluster * columnCount)
  // No bound on any row knows the new centre.
  state.lower.fill(0)
}

function widenBounds({ assignments, upper, lower }: State, shifts: Float64Array): void {
  const farthest = shifts.indexOf(Math.max(...shifts))
  const most = elementAt(shifts, farthest)
  const mostOfOthers = shifts.reduce(
    (value, shift, cluster) => (cluster === farthest ? value : Math.max(value, shift)),
    0,
  )
  for (let row = 0; row < upper.length; row++) {
    const cluster = itemAt(assignments, row)
    upper[row] = elementAt(upper, row) + elementAt(shifts, cluster)
    lower[row] = elementAt(lower, row) - (cluster === farthest ? mostOfOthers : most)
  }
}

/** Puts every row that may lie nearer to another centre where it belongs. @returns how many moved. */
function reassign({ rowCount, columnCount, values }: Matrix, state: State): number {
  const { centres, assignments, upper, lower } = state
  const margins = halfDistances(centres, columnCount)
  let movedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const own = itemAt(assignments, row)
    const bound = Math.max(elementAt(margins, own), elementAt(lower, row))
    if (elementAt(upper, row) <= bound) continue
    const distance = squaredDistance(values, row * columnCount, centres, own * columnCount, columnCount)
    upper[row] = Math.sqrt(distance)
    if (elementAt(upper, row) <= bound) continue
    const nearest = findNearest(state, row, values, columnCount)
    if (nearest === own) continue
    const point = values.subarray(row * columnCount, (row + 1) * columnCount)
    addRow(state, own, -1, point)
    addRow(state, nearest, 1, point)
    assignments[row] = nearest
    movedCount++
  }
  return movedCount
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

function distancesToOwn({ rowCount, columnCount, values }: Matrix, { centres, assignments }: State) {
  const distances = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const start = itemAt(assignments, row) * columnCount
    distances[row] = squaredDistance(values, row * columnCount, centres, start, columnCount)
  }
  return distances
}

function squaredLength(values: Float64Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += elementAt(values, index) ** 2
  return sum
}
