import type { ClusterSpace } from './cluster-space.ts'
import type { KernelSteps } from './kernel-steps.ts'
import type { KernelCall } from './kernels.ts'
import { sumOf } from './lloyd.ts'
import { elementAt, itemAt } from './matrix.ts'
import type { Random } from './random.ts'
import type { RowChunk } from './row-chunks.ts'

/** Room to measure every row against four points at a time, beside a limit of each row. */
export type PointSpace = {
  /** A number a row, zeros where rows fill up to a multiple of four. */
  readonly limits: Float32Array<SharedArrayBuffer>
  /** Of each point the lesser of the limit and the squared distance. */
  readonly lowered: readonly Float32Array<SharedArrayBuffer>[]
  /** [4] for each chunk: the sum of those. */
  readonly sums: readonly Float64Array<SharedArrayBuffer>[]
  /** Measures up to four rows. */
  measure(rows: readonly number[]): readonly KernelCall[]
}

export function createPointSpace({ space, rows32, columnCount, chunks, rowCount }: ClusterSpace): PointSpace {
  const length = 4 * Math.ceil(rowCount / 4)
  const limits = space.float32(length)
  const points = space.float32(4 * columnCount)
  const lowered = Array.from({ length: 4 }, () => space.float32(length))
  const sums = chunks.map(() => space.float64(4))
  const [first, second] = lowered.map(({ byteOffset }) => byteOffset)
  if (first === undefined || second === undefined) throw new Error('a point space has four results')
  const calls = chunks.map(({ index, from, to }): KernelCall => {
    const [rows, sum] = [rows32.byteOffset, sums[index]?.byteOffset ?? 0]
    const end = Math.min(length, 4 * Math.ceil(to / 4))
    return {
      name: 'lowerToPoints32',
      args: [rows, from, end, columnCount, points.byteOffset, limits.byteOffset, first, second - first, sum],
    }
  })
  const measure = (rows: readonly number[]) => {
    for (let lane = 0; lane < 4; lane++) {
      const start = (rows[lane] ?? itemAt(rows, 0)) * columnCount
      for (let column = 0; column < columnCount; column++)
        points[4 * column + lane] = itemAt(rows32, start + column)
    }
    return calls
  }
  return { limits, lowered, sums, measure }
}

/**
 * Starting centres by greedy k-means++ (Arthur & Vassilvitskii, 2007): of a few rows drawn by squared distance, the one
 * that lowers the inertia most. Distances are of float32: they only say how likely a row is drawn.
 */
export function* chooseCentres(
  cluster: ClusterSpace,
  points: PointSpace,
  random: Random,
): KernelSteps<Float64Array> {
  const { rowCount, columnCount, clusterCount, rows64, chunks } = cluster
  const centres = new Float64Array(clusterCount * columnCount)
  const place = (row: number, index: number) =>
    centres.set(rows64.subarray(row * columnCount, (row + 1) * columnCount), index * columnCount)
  const first = random.integer(rowCount)
  place(first, 0)
  points.limits.fill(Number.POSITIVE_INFINITY, 0, rowCount)
  yield points.measure([first])
  let sums = keepLowered(points, 0)
  const candidateCount = 2 + Math.floor(Math.log(clusterCount))
  for (let index = 1; index < clusterCount; index++) {
    const rows = Array.from({ length: candidateCount }, () =>
      drawRow(points.limits, { sums, chunks }, random),
    )
    const { row, lane } = yield* bestOf(points, rows)
    place(row, index)
    // Beyond four candidates those of the first four were written over.
    if (rows.length > 4) yield points.measure([row])
    sums = keepLowered(points, rows.length > 4 ? 0 : lane)
  }
  return centres
}

/** The row that lowers the sum of squared distances most, and its place among its four. */
function* bestOf(
  points: PointSpace,
  rows: readonly number[],
): KernelSteps<{ readonly row: number; readonly lane: number }> {
  let [best, least] = [{ row: itemAt(rows, 0), lane: 0 }, Number.POSITIVE_INFINITY]
  for (let start = 0; start < rows.length; start += 4) {
    const four = rows.slice(start, start + 4)
    yield points.measure(four)
    for (const [lane, row] of four.entries()) {
      const inertia = points.sums.reduce((sum, chunk) => sum + elementAt(chunk, lane), 0)
      if (inertia < least) [best, least] = [{ row, lane }, inertia]
    }
  }
  return best
}

/** Makes what a point lowered the limits. @returns their sum in each chunk */
function keepLowered({ limits, lowered, sums }: PointSpace, lane: number): Float64Array {
  const kept = lowered[lane]
  if (kept) limits.set(kept)
  return Float64Array.from(sums, (chunk) => elementAt(chunk, lane))
}

/** A row drawn with probability in proportion to its weight; any when all weights are 0. */
function drawRow(
  weights: Float32Array,
  { sums, chunks }: { readonly sums: Float64Array; readonly chunks: readonly RowChunk[] },
  random: Random,
): number {
  let left = random.next() * sumOf(sums)
  for (const { index, from, to } of chunks) {
    const sum = elementAt(sums, index)
    if (left > sum && index < chunks.length - 1) {
      left -= sum
      continue
    }
    for (let row = from; row < to; row++) {
      const weight = itemAt(weights, row)
      left -= weight
      if (left <= 0 && weight > 0) return row
    }
  }
  return random.integer(chunks.at(-1)?.to ?? 1)
}

/** An index drawn with probability in proportion to its weight; any when all weights are 0. */
export function drawByWeight(weights: Float64Array, random: Random): number {
  let left = random.next() * sumOf(weights)
  for (let index = 0; index < weights.length; index++) {
    const weight = elementAt(weights, index)
    left -= weight
    if (left <= 0 && weight > 0) return index
  }
  return random.integer(weights.length)
}
