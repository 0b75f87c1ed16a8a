import { AppError } from '../core/errors.ts'
import { improveBySwaps } from './centre-swaps.ts'
import { createClusterSpace, inOwnUnits } from './cluster-space.ts'
import { chooseCentres, createPointSpace } from './k-means-plus-plus.ts'
import type { KernelPool } from './kernel-pool.ts'
import { type KernelSteps, runSteps } from './kernel-steps.ts'
import { createKernelSpace, createKernels, type Kernels } from './kernels.ts'
import { type Clusters, descend } from './lloyd.ts'
import type { Matrix } from './matrix.ts'
import { type LearnControl, learnFromBatches } from './mini-batches.ts'
import type { Random } from './random.ts'
import type { SharedMemory } from './web-assembly.ts'

export type KMeansOptions = {
  readonly clusterCount: number
  /** Best of so many k-means++ starts; 10 by default. */
  readonly starts?: number
  /** Then so many tries to leave the local minimum by moving one centre elsewhere; 0 by default. */
  readonly swaps?: number
  /** Of each descent; 300 by default. */
  readonly maxIterations?: number
  /** Beyond so many rows centres are learned from small batches (`learnFromBatches`); a million by default. */
  readonly wholeUpTo?: number
}

/** On what threads, until when, and who is told; `done` of `total` descents. */
export type KMeansControl = {
  readonly pool: KernelPool
  readonly signal?: AbortSignal | undefined
  readonly progress?: (step: { readonly done: number; readonly total: number }) => void
}

/**
 * k-means: Lloyd's algorithm from greedy k-means++ starts, of which the best is followed to its end, on request improved by swaps
 * of centres.
 * @param over the kernels over a memory: those compiled, where left out
 * @throws AppError 'too_little_data' with fewer rows than clusters, 'diverged' when a value is not finite.
 */
export function fitKMeans(
  matrix: Matrix,
  options: KMeansOptions,
  random: Random,
  over: (memory: SharedMemory) => Kernels = createKernels,
): Clusters {
  const { memory, steps } = prepare(matrix, options, random)
  return runSteps(over(memory), steps)
}

/**
 * The same on other threads, to the bit, whatever their number: this one stays free between rounds of some milliseconds.
 * @throws AppError as `fitKMeans`, and 'stopped'.
 */
export async function fitKMeansOnThreads(
  matrix: Matrix,
  options: KMeansOptions,
  random: Random,
  { pool, signal, progress }: KMeansControl,
): Promise<Clusters> {
  const { memory, steps } = prepare(matrix, options, random, progress)
  return await pool.runSteps(memory, steps, signal)
}

function prepare(
  matrix: Matrix,
  options: KMeansOptions,
  random: Random,
  progress: KMeansControl['progress'] = () => undefined,
): { readonly memory: SharedMemory; readonly steps: KernelSteps<Clusters> } {
  const { rowCount } = matrix
  const { clusterCount, wholeUpTo = 1_000_000 } = options
  if (rowCount < clusterCount)
    throw new AppError('too_little_data', `${rowCount} rows cannot make ${clusterCount} clusters`)
  const space = createKernelSpace()
  const learn = rowCount > wholeUpTo ? learnFromBatches : learnFromAll
  return { memory: space.memory, steps: learn(matrix, options, { random, space, progress }) }
}

/** Descents from starts end when centres hardly move: which is best is seen by then, and it alone is followed to its end. */
const tolerance = 1e-4

function* learnFromAll(
  matrix: Matrix,
  { clusterCount, starts = 10, swaps = 0, maxIterations = 300 }: KMeansOptions,
  { random, space, progress }: LearnControl,
): KernelSteps<Clusters> {
  const cluster = createClusterSpace(matrix, clusterCount, space)
  const points = createPointSpace(cluster)
  let best: Clusters | undefined
  for (let start = 0; start < starts; start++) {
    const centres = yield* chooseCentres(cluster, points, random)
    const clusters = yield* descend(cluster, centres, { maxIterations, tolerance })
    if (best === undefined || clusters.inertia < best.inertia) best = clusters
    progress({ done: start + 1, total: starts + 1 })
  }
  if (best === undefined) throw new Error('k-means has no start')
  const settled = yield* descend(cluster, best.centres, { maxIterations })
  const improved =
    swaps > 0 && clusterCount > 1
      ? yield* improveBySwaps({ cluster, points }, settled, { swaps, maxIterations }, random)
      : settled
  progress({ done: starts + 1, total: starts + 1 })
  return inOwnUnits(cluster, improved)
}
