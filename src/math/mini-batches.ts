import { type ClusterSpace, createClusterSpace, inOwnUnits, inSpaceUnits } from './cluster-space.ts'
import { chooseCentres, createPointSpace } from './k-means-plus-plus.ts'
import type { KernelSteps } from './kernel-steps.ts'
import type { KernelSpace } from './kernels.ts'
import { type Clusters, descend, sumOf } from './lloyd.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

export type MiniBatchOptions = {
  readonly clusterCount: number
  /** Rows drawn at a time; 16,384 by default. */
  readonly batchRows?: number
  /** At most so many batches; 200 by default. It ends sooner when the smoothed inertia has not fallen for 10. */
  readonly batches?: number
}

/** Where it computes, and who is told how far it is. */
export type LearnControl = {
  readonly random: Random
  readonly space: KernelSpace
  progress(step: { readonly done: number; readonly total: number }): void
}

/** Where it computes, in arrays that are used again for each batch and each block. */
type Scratch = { readonly space: KernelSpace; readonly clusterCount: number }

/**
 * k-means for rows too many to be gone through again and again: centres are the means of the rows that batches brought them
 * (Sculley, 2010, "Web-scale k-means clustering"), begun with the best of three starts on the first batch; then one pass puts every
 * row where it belongs. Memory beyond the matrix is that of a batch and of the answer.
 * @throws AppError 'diverged' when a value is not finite.
 */
export function* learnFromBatches(
  matrix: Matrix,
  { clusterCount, batchRows = 16_384, batches = 200 }: MiniBatchOptions,
  { random, space, progress }: LearnControl,
): KernelSteps<Clusters> {
  const scratch = { space, clusterCount }
  const size = Math.min(matrix.rowCount, Math.max(batchRows, 8 * clusterCount))
  let centres = yield* startOn(scratch, drawRows(matrix, size, random), random)
  const counts = new Float64Array(clusterCount)
  let [smoothed, least, idle, iterations] = [Number.NaN, Number.POSITIVE_INFINITY, 0, 0]
  for (; iterations < batches && idle < 10; iterations++) {
    const batch = drawRows(matrix, size, random)
    const { assignments, inertia } = yield* assignRowsTo(scratch, batch, centres)
    centres = moveTowards(centres, counts, batch, assignments)
    smoothed = Number.isNaN(smoothed) ? inertia : smoothed + 0.1 * (inertia - smoothed)
    idle = smoothed < least ? 0 : idle + 1
    least = Math.min(least, smoothed)
    progress({ done: iterations + 1, total: batches })
  }
  return { centres, ...(yield* assignAll(scratch, matrix, centres)), iterations }
}

function* startOn(scratch: Scratch, batch: Matrix, random: Random): KernelSteps<Float64Array> {
  const cluster = load(scratch, batch)
  const points = createPointSpace(cluster)
  let best: Clusters | undefined
  for (let start = 0; start < 3; start++) {
    const centres = yield* chooseCentres(cluster, points, random)
    const clusters = yield* descend(cluster, centres, { maxIterations: 20 })
    if (best === undefined || clusters.inertia < best.inertia) best = clusters
  }
  if (best === undefined) throw new Error('no start was made')
  return inOwnUnits(cluster, best).centres
}

function load({ space, clusterCount }: Scratch, rows: Matrix): ClusterSpace {
  space.reset()
  return createClusterSpace(rows, clusterCount, space)
}

function drawRows({ rowCount, columnCount, values }: Matrix, size: number, random: Random): Matrix {
  const drawn = new Float64Array(size * columnCount)
  for (let index = 0; index < size; index++) {
    const start = random.integer(rowCount) * columnCount
    drawn.set(values.subarray(start, start + columnCount), index * columnCount)
  }
  return { rowCount: size, columnCount, values: drawn }
}

/** One assignment, without a move of centres. */
function* assignRowsTo(scratch: Scratch, rows: Matrix, centres: Float64Array): KernelSteps<Clusters> {
  const cluster = load(scratch, rows)
  const clusters = yield* descend(cluster, inSpaceUnits(cluster, centres), { maxIterations: 1 })
  return inOwnUnits(cluster, clusters)
}

/** Each centre as the mean of all rows that ever came to it, those of this batch added. */
function moveTowards(
  centres: Float64Array,
  counts: Float64Array,
  { columnCount, rowCount, values }: Matrix,
  assignments: Uint32Array,
): Float64Array {
  const moved = centres.slice()
  for (let row = 0; row < rowCount; row++) {
    const cluster = itemAt(assignments, row)
    const count = elementAt(counts, cluster) + 1
    counts[cluster] = count
    for (let column = 0; column < columnCount; column++) {
      const place = cluster * columnCount + column
      const gap = elementAt(values, row * columnCount + column) - elementAt(moved, place)
      moved[place] = elementAt(moved, place) + gap / count
    }
  }
  return moved
}

const blockRows = 131_072

function* assignAll(scratch: Scratch, { rowCount, columnCount, values }: Matrix, centres: Float64Array) {
  const assignments = new Uint32Array(rowCount)
  const distances = new Float64Array(rowCount)
  for (let from = 0; from < rowCount; from += blockRows) {
    const count = Math.min(blockRows, rowCount - from)
    const part = values.subarray(from * columnCount, (from + count) * columnCount)
    const block = yield* assignRowsTo(scratch, { rowCount: count, columnCount, values: part }, centres)
    assignments.set(block.assignments, from)
    distances.set(block.distances, from)
  }
  return { assignments, distances, inertia: sumOf(distances) }
}
