import { AppError } from '../core/errors.ts'
import { improveBySwaps } from './centre-swaps.ts'
import { chooseCentres } from './k-means-plus-plus.ts'
import { type Clusters, descendLloyd } from './lloyd.ts'
import type { Matrix } from './matrix.ts'
import type { Random } from './random.ts'

export type KMeansOptions = {
  readonly clusterCount: number
  /** Best of so many k-means++ starts; 10 by default. */
  readonly starts?: number
  /** Then so many tries to leave the local minimum by moving one centre elsewhere; 0 by default. */
  readonly swaps?: number
  /** Of each descent; 300 by default. */
  readonly maxIterations?: number
}

/**
 * k-means: Lloyd's algorithm from greedy k-means++ starts, on request improved by swaps of centres.
 * @throws AppError 'too_little_data' with fewer rows than clusters, 'diverged' when a value is not finite.
 */
export function fitKMeans(
  matrix: Matrix,
  { clusterCount, starts = 10, swaps = 0, maxIterations = 300 }: KMeansOptions,
  random: Random,
): Clusters {
  if (matrix.rowCount < clusterCount)
    throw new AppError('too_little_data', `${matrix.rowCount} rows cannot make ${clusterCount} clusters`)
  let best: Clusters | undefined
  for (let start = 0; start < starts; start++) {
    const clusters = descendLloyd(matrix, chooseCentres(matrix, clusterCount, random), { maxIterations })
    if (best === undefined || clusters.inertia < best.inertia) best = clusters
  }
  if (best === undefined || !Number.isFinite(best.inertia))
    throw new AppError('diverged', 'k-means is not finite')
  return swaps > 0 && clusterCount > 1 ? improveBySwaps(matrix, best, { swaps, maxIterations }, random) : best
}
