import { AppError } from '../core/errors.ts'
import { createKernelSpace, type KernelCall, type KernelSpace } from './kernels.ts'
import { elementAt, type Matrix } from './matrix.ts'
import { type RowChunk, splitRows } from './row-chunks.ts'

type Float32 = Float32Array<SharedArrayBuffer>
type Float64 = Float64Array<SharedArrayBuffer>

/**
 * Rows to be clustered and room for what is known of them, where kernels can reach it. Columns lie around 0, divided by one power
 * of 2 so that no element is over 1: distances lose nothing, and float32 keeps what it can. Centres are in these units.
 */
export type ClusterSpace = {
  readonly space: KernelSpace
  readonly rowCount: number
  readonly columnCount: number
  readonly clusterCount: number
  readonly chunks: readonly RowChunk[]
  /** Of the columns, in their own units, and how often a unit of theirs goes into one of the space. */
  readonly means: Float64Array
  readonly scale: number
  /** [rows × columns], the first filled up with zeros to a multiple of four rows. */
  readonly rows32: Float32
  readonly rows64: Float64
  /** Σ of all squares of `rows64`, and the longest row. */
  readonly squares: number
  readonly longestRow: number
  readonly centres32: Float32
  readonly centres64: Float64
  readonly assignments: Uint32Array<SharedArrayBuffer>
  readonly upper: Float32
  readonly lower: Float32
  readonly shifts: Float64
  readonly margins: Float64
  readonly limits: Float64
  /** The fields of `Assignment` in assembly/distances.ts. */
  readonly problem: Uint32Array<SharedArrayBuffer>
  /** Squared distance of each row to its centre. */
  readonly distances: Float64
  readonly assignCalls: readonly KernelCall[]
  readonly measureCalls: readonly KernelCall[]
  /** What each chunk's `assignRows` tells: sums, counts, and how many rows moved. */
  readonly moves: readonly Float64[]
}

/** The cluster of a row that has none yet. */
export const noCluster = 0xffffffff

/**
 * @param space whose arrays are free to be used; one of its own where left out
 * @throws AppError 'diverged' when a value is not finite.
 */
export function createClusterSpace(
  matrix: Matrix,
  clusterCount: number,
  space: KernelSpace = createKernelSpace(),
): ClusterSpace {
  const { rowCount, columnCount } = matrix
  const chunks = splitRows(rowCount)
  const paddedCount = 4 * Math.ceil(clusterCount / 4)
  const arrays = {
    rows32: space.float32(4 * Math.ceil(rowCount / 4) * columnCount),
    rows64: space.float64(rowCount * columnCount),
    centres32: space.float32(paddedCount * columnCount),
    centres64: space.float64(clusterCount * columnCount),
    assignments: space.uint32(rowCount),
    upper: space.float32(rowCount),
    lower: space.float32(rowCount),
    shifts: space.float64(clusterCount),
    margins: space.float64(clusterCount),
    limits: space.float64(4),
  }
  const problem = space.uint32(14)
  problem.set(Object.values(arrays).map(({ byteOffset }) => byteOffset))
  problem.set([columnCount, clusterCount, paddedCount, 0], 10)
  const distances = space.float64(rowCount)
  const list = space.uint32(rowCount + 4 * chunks.length)
  const moves = chunks.map(() => space.float64(clusterCount * (columnCount + 1) + 14))
  return {
    ...{ space, rowCount, columnCount, clusterCount, chunks, problem, distances, moves },
    ...arrays,
    ...fillRows(matrix, arrays),
    assignCalls: chunks.map(({ index, from, to }) => ({
      name: 'assignRows',
      args: [
        problem.byteOffset,
        from,
        to,
        list.byteOffset + 4 * (from + 4 * index),
        moves[index]?.byteOffset ?? 0,
      ],
    })),
    measureCalls: chunks.map(({ from, to }) => ({
      name: 'measureOwn',
      args: [problem.byteOffset, from, to, distances.byteOffset],
    })),
  }
}

/** What float32 rounds of a number at most, as a share of it. */
const roundoff = 2 ** -24

/** Makes the centres those that rows are assigned to, and tells how far distances of float32 may be off. */
export function setCentres(space: ClusterSpace, centres: Float64Array): void {
  const { columnCount, clusterCount, centres32, centres64, limits } = space
  const stride = centres32.length / columnCount
  centres64.set(centres)
  // A centre that fills up a group of four: farther than any other, and its square is still finite.
  centres32.fill(1e18)
  let longest = space.longestRow
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    let squares = 0
    for (let column = 0; column < columnCount; column++) {
      const value = elementAt(centres, cluster * columnCount + column)
      centres32[column * stride + cluster] = value
      squares += value * value
    }
    longest = Math.max(longest, Math.sqrt(squares))
  }
  // Rounding both ends to float32 moves a distance by no more than both are rounded (triangle inequality), the sum of
  // squares by (columns + 2) roundoffs of itself; squares under the least float32 vanish.
  limits[2] = 2.1 * roundoff * longest + Math.sqrt(columnCount) * 2 ** -70
  limits[3] = (0.6 * (columnCount + 4) + 6) * roundoff
}

/** The clusters in the units of the matrix, apart from the space. */
export function inOwnUnits<
  Group extends { readonly centres: Float64Array; readonly distances: Float64Array },
>(
  { means, scale, columnCount }: ClusterSpace,
  group: Group & { readonly inertia: number },
): Group & { readonly inertia: number } {
  return {
    ...group,
    centres: group.centres.map((value, place) => value / scale + elementAt(means, place % columnCount)),
    distances: group.distances.map((distance) => distance / scale / scale),
    inertia: group.inertia / scale / scale,
  }
}

/** Centres of the matrix's units in those of the space. */
export function inSpaceUnits(
  { means, scale, columnCount }: ClusterSpace,
  centres: Float64Array,
): Float64Array {
  return centres.map((value, place) => (value - elementAt(means, place % columnCount)) * scale)
}

function fillRows(
  { rowCount, columnCount, values }: Matrix,
  { rows32, rows64 }: { readonly rows32: Float32; readonly rows64: Float64 },
): { means: Float64Array; scale: number; squares: number; longestRow: number } {
  const means = columnMeans({ rowCount, columnCount, values })
  let largest = 0
  for (let row = 0, place = 0; row < rowCount; row++)
    for (let column = 0; column < columnCount; column++, place++) {
      const value = elementAt(values, place) - elementAt(means, column)
      rows64[place] = value
      if (!(Math.abs(value) <= largest)) largest = Math.abs(value)
    }
  if (!Number.isFinite(largest))
    throw new AppError('diverged', 'k-means is not finite: a value is NaN or infinite')
  const scale = largest === 0 ? 1 : 2 ** -Math.ceil(Math.log2(largest))
  let [squares, longestRow] = [0, 0]
  for (let row = 0, place = 0; row < rowCount; row++) {
    let sum = 0
    for (let column = 0; column < columnCount; column++, place++) {
      const value = elementAt(rows64, place) * scale
      rows64[place] = value
      rows32[place] = value
      sum += value * value
    }
    squares += sum
    if (sum > longestRow) longestRow = sum
  }
  return { means, scale, squares, longestRow: Math.sqrt(longestRow) }
}

function columnMeans({ rowCount, columnCount, values }: Matrix): Float64Array {
  const sums = new Float64Array(columnCount)
  for (let row = 0, place = 0; row < rowCount; row++)
    for (let column = 0; column < columnCount; column++, place++)
      sums[column] = elementAt(sums, column) + elementAt(values, place)
  return sums.map((sum) => (rowCount === 0 ? 0 : sum / rowCount))
}
