import { throwIfStopped } from '../core/errors.ts'
import { createClusterSpace, inOwnUnits, inSpaceUnits } from './cluster-space.ts'
import { chooseCentres, createPointSpace } from './k-means-plus-plus.ts'
import { runSteps } from './kernel-steps.ts'
import { createKernelSpace, createKernels, type KernelSpace, type Kernels } from './kernels.ts'
import { type Clusters, descend, sumOf } from './lloyd.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

export type MiniBatchOptions = {
  readonly clusterCount: number
  /** Rows drawn at a time; 16,384 by default. */
  readonly batchRows?: number
  /** At most so many batches; 200 by default. It ends sooner when the smoothed inertia has not fallen for 10. */
  readonly batches?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * k-means for rows too many to be gone through again and again: centres are the means of the rows that batches brought them
 * (Sculley, 2010, "Web-scale k-means clustering"), begun with the best of three starts on the first batch; then one pass puts every
 * row where it belongs. Memory beyond the matrix is that of a batch and of the answer.
 * @throws AppError 'diverged' when a value is not finite, 'stopped'.
 */
export function fitMiniBatches(
  matrix: Matrix,
  { clusterCount, batchRows = 16_384, batches = 200, signal }: MiniBatchOptions,
  random: Random,
): Clusters {
  const size = Math.min(matrix.rowCount, Math.max(batchRows, 8 * clusterCount))
  const space = createKernelSpace()
  const kernels = createKernels(space.memory)
  const scratch = { space, kernels, clusterCount }
  let centres = startOn(scratch, drawRows(matrix, size, random), random)
  const counts = new Float64Array(clusterCount)
  let [smoothed, least, idle, iterations] = [Number.NaN, Number.POSITIVE_INFINITY, 0, 0]
  for (; iterations < batches && idle < 10; iterations++) {
    throwIfStopped(signal)
    const batch = drawRows(matrix, size, random)
    const { assignments, inertia } = assignRowsTo(scratch, batch, centres)
    centres = moveTowards(centres, counts, batch, assignments)
    smoothed = Number.isNaN(smoothed) ? inertia : smoothed + 0.1 * (inertia - smoothed)
    idle = smoothed < least ? 0 : idle + 1
    least = Math.min(least, smoothed)
  }
  return { centres, ...assignAll(scratch, matrix, centres, signal), iterations }
}

/** Memory that is used again for each batch and each block. */
type Scratch = { readonly space: KernelSpace; readonly kernels: Kernels; readonly clusterCount: number }

function startOn({ space, kernels, clusterCount }: Scratch, batch: Matrix, random: Random): Float64Array {
  space.reset()
  const cluster = createClusterSpace(batch, clusterCount, space)
  const points = createPointSpace(cluster)
  let best: Clusters | undefined
  for (let start = 0; start < 3; start++) {
    const centres = runSteps(kernels, chooseCentres(cluster, points, random))
    const clusters = runSteps(kernels, descend(cluster, centres, { maxIterations: 20 }))
    if (best === undefined || clusters.inertia < best.inertia) best = clusters
  }
  if (best === undefined) throw new Error('no start was made')
  return inOwnUnits(cluster, best).centres
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
function assignRowsTo(
  { space, kernels, clusterCount }: Scratch,
  rows: Matrix,
  centres: Float64Array,
): Clusters {
  space.reset()
  const cluster = createClusterSpace(rows, clusterCount, space)
  const steps = descend(cluster, inSpaceUnits(cluster, centres), { maxIterations: 1 })
  return inOwnUnits(cluster, runSteps(kernels, steps))
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

function assignAll(scratch: Scratch, matrix: Matrix, centres: Float64Array, signal: AbortSignal | undefined) {
  const { rowCount, columnCount, values } = matrix
  const assignments = new Uint32Array(rowCount)
  const distances = new Float64Array(rowCount)
  for (let from = 0; from < rowCount; from += blockRows) {
    throwIfStopped(signal)
    const count = Math.min(blockRows, rowCount - from)
    const part = values.subarray(from * columnCount, (from + count) * columnCount)
    const block = assignRowsTo(scratch, { rowCount: count, columnCount, values: part }, centres)
    assignments.set(block.assignments, from)
    distances.set(block.distances, from)
  }
  return { assignments, distances, inertia: sumOf(distances) }
}
