import type { Random } from '../../math/random.ts'
import type { SparseRows } from '../../text/hashed-vectors.ts'

/** Sparse rows in groups of like direction. */
export type Clustering = {
  /** Group of each row; −1 for a row of zeros. */
  readonly clusterOf: Int32Array
  /** [clusters][columns] of length 1. */
  readonly centres: readonly Float64Array[]
  /** Sum of the cosines between rows and their centres: what the clustering makes large. */
  readonly cohesion: number
}

export type ClusterOptions = { readonly clusterCount: number; readonly startCount: number }

const iterationLimit = 30

/** Spherical k-means (Dhillon & Modha, 2001): the best of several k-means++ starts. */
export function clusterRows(rows: SparseRows, options: ClusterOptions, random: Random): Clustering {
  let best: Clustering | undefined
  for (let start = 0; start < options.startCount; start++) {
    const found = settle(rows, chooseStarts(rows, options.clusterCount, random))
    if (best === undefined || found.cohesion > best.cohesion) best = found
  }
  if (best === undefined) throw new Error('a clustering needs at least one start')
  return best
}

/** The cosine of one row with each centre. */
export function similaritiesOf(
  { rowStarts, columns, values }: SparseRows,
  row: number,
  centres: readonly Float64Array[],
): Float64Array {
  const [start = 0, end = 0] = [rowStarts[row], rowStarts[row + 1]]
  return Float64Array.from(centres, (centre) => {
    let sum = 0
    for (let index = start; index < end; index++)
      sum += (values[index] ?? 0) * (centre[columns[index] ?? 0] ?? 0)
    return sum
  })
}

/** k-means++ (Arthur & Vassilvitskii, 2007) with 1 − cosine as the distance to draw by. */
function chooseStarts(rows: SparseRows, clusterCount: number, random: Random): Float64Array[] {
  const rowCount = rows.rowStarts.length - 1
  const isEmpty = (row: number) => rows.rowStarts[row] === rows.rowStarts[row + 1]
  const distances = Float64Array.from({ length: rowCount }, (_, row) => (isEmpty(row) ? 0 : 1))
  const centres: Float64Array[] = []
  while (centres.length < clusterCount) {
    const row = draw(distances, random)
    if (row === undefined) break
    const centre = toDenseRow(rows, row)
    centres.push(centre)
    for (let other = 0; other < rowCount; other++) {
      const distance = 1 - (similaritiesOf(rows, other, [centre])[0] ?? 0)
      distances[other] = Math.max(0, Math.min(distances[other] ?? 0, distance))
    }
    distances[row] = 0
  }
  return centres
}

/** A position drawn in proportion to its weight; undefined when all weights are 0. */
function draw(weights: Float64Array, random: Random): number | undefined {
  let total = 0
  for (const weight of weights) total += weight
  if (!(total > 1e-9)) return undefined
  let rest = random.next() * total
  for (const [position, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return position
  }
  return weights.findLastIndex((weight) => weight > 0)
}

function toDenseRow({ columnCount, rowStarts, columns, values }: SparseRows, row: number): Float64Array {
  const dense = new Float64Array(columnCount)
  for (let index = rowStarts[row] ?? 0; index < (rowStarts[row + 1] ?? 0); index++)
    dense[columns[index] ?? 0] = values[index] ?? 0
  return dense
}

function settle(rows: SparseRows, starts: readonly Float64Array[]): Clustering {
  let centres = starts
  let state = assign(rows, centres)
  for (let iteration = 0; iteration < iterationLimit; iteration++) {
    centres = moveCentres(rows, state.clusterOf, centres)
    const next = assign(rows, centres)
    const isSettled = next.cohesion <= state.cohesion * (1 + 1e-6)
    state = next
    if (isSettled) break
  }
  return { ...state, centres }
}

/** Rows go to the nearest centre; centres are laid out by column, so that the inner loop runs over neighbours. */
function assign(
  rows: SparseRows,
  centres: readonly Float64Array[],
): { clusterOf: Int32Array; cohesion: number } {
  const { rowStarts, columns, values, columnCount } = rows
  const width = centres.length
  const table = new Float64Array(columnCount * width)
  for (const [cluster, centre] of centres.entries())
    for (let column = 0; column < columnCount; column++) table[column * width + cluster] = centre[column] ?? 0
  const clusterOf = new Int32Array(rowStarts.length - 1).fill(-1)
  const sums = new Float64Array(width)
  let cohesion = 0
  for (let row = 0; row < clusterOf.length; row++) {
    const [start = 0, end = 0] = [rowStarts[row], rowStarts[row + 1]]
    if (start === end) continue
    sums.fill(0)
    for (let index = start; index < end; index++) {
      const offset = (columns[index] ?? 0) * width
      const value = values[index] ?? 0
      for (let cluster = 0; cluster < width; cluster++)
        sums[cluster] = (sums[cluster] ?? 0) + value * (table[offset + cluster] ?? 0)
    }
    let best = 0
    for (let cluster = 1; cluster < width; cluster++)
      if ((sums[cluster] ?? 0) > (sums[best] ?? 0)) best = cluster
    clusterOf[row] = best
    cohesion += sums[best] ?? 0
  }
  return { clusterOf, cohesion }
}

/** The direction of the sum of its rows; a centre without rows stays where it is. */
function moveCentres(
  { rowStarts, columns, values, columnCount }: SparseRows,
  clusterOf: Int32Array,
  centres: readonly Float64Array[],
): Float64Array[] {
  const sums = centres.map(() => new Float64Array(columnCount))
  for (const [row, cluster] of clusterOf.entries()) {
    const sum = sums[cluster]
    if (sum === undefined) continue
    for (let index = rowStarts[row] ?? 0; index < (rowStarts[row + 1] ?? 0); index++) {
      const column = columns[index] ?? 0
      sum[column] = (sum[column] ?? 0) + (values[index] ?? 0)
    }
  }
  return sums.map((sum, cluster) => {
    let square = 0
    for (const value of sum) square += value * value
    const old = centres[cluster]
    return square === 0 && old !== undefined ? old : sum.map((value) => value / Math.sqrt(square))
  })
}
