import { fitKMeans } from '../math/k-means.ts'
import { assignToCentres } from '../math/lloyd.ts'
import { itemAt, type Matrix } from '../math/matrix.ts'
import { adjustedRandIndex } from '../math/metrics/clustering.ts'
import type { Random } from '../math/random.ts'
import { meanSilhouette } from '../math/silhouette.ts'

/** How well so many groups fit. */
export type GroupCountTrial = {
  readonly groupCount: number
  /** −1..1: how much nearer rows lie to their own group than to the next. */
  readonly silhouette: number
  /** Mean adjusted Rand index of groupings learned from different halves: 1 when chance plays no part. */
  readonly stability: number
}

/** Two halves of the same people should find the same groups at least so well. */
const stableFrom = 0.8
const sampleSize = 2000
const halvings = 3
/** The trials only rank numbers of groups; the fit itself takes the best of ten starts. */
const starts = 2

/**
 * Tries each number of groups on a sample: the silhouette of k-means (Rousseeuw, 1987), and how far groupings learned from
 * two halves agree on all rows of the sample (Ben-Hur, Elisseeff & Guyon, 2002).
 */
export function tryGroupCounts(
  matrix: Matrix,
  groupCounts: readonly number[],
  random: Random,
): GroupCountTrial[] {
  const rows = random.shuffle(Uint32Array.from({ length: matrix.rowCount }, (_, row) => row))
  const sample = selectRows(matrix, rows.subarray(0, sampleSize))
  return groupCounts.map((groupCount) => {
    const stream = random.fork(`groups-${groupCount}`)
    const { assignments } = fitKMeans(sample, { clusterCount: groupCount, starts }, stream)
    return {
      groupCount,
      silhouette: meanSilhouette(sample, assignments, stream),
      stability: stabilityOf(sample, groupCount, stream),
    }
  })
}

/** Of the stable numbers of groups the one with the best silhouette; when none is stable, of those nearest to it. */
export function chooseGroupCount(trials: readonly GroupCountTrial[]): number {
  const most = trials.reduce((best, { stability }) => Math.max(best, stability), -1)
  const stable = trials.filter(({ stability }) => stability >= Math.min(stableFrom, most - 0.05))
  const [first] = stable
  if (first === undefined) throw new Error('no number of groups was tried')
  return stable.reduce((best, trial) => (trial.silhouette > best.silhouette ? trial : best), first).groupCount
}

function stabilityOf(sample: Matrix, clusterCount: number, random: Random): number {
  const order = Uint32Array.from({ length: sample.rowCount }, (_, row) => row)
  const half = Math.floor(order.length / 2)
  if (half < clusterCount) return 0
  let sum = 0
  for (let round = 0; round < halvings; round++) {
    random.shuffle(order)
    const [first, second] = [order.subarray(0, half), order.subarray(half)].map((rows) => {
      const { centres } = fitKMeans(selectRows(sample, rows), { clusterCount, starts }, random)
      return assignToCentres(sample, centres).assignments
    })
    if (first && second) sum += adjustedRandIndex(first, second)
  }
  return sum / halvings
}

function selectRows({ columnCount, values }: Matrix, rows: Uint32Array): Matrix {
  const selected = new Float64Array(rows.length * columnCount)
  for (let index = 0; index < rows.length; index++) {
    const start = itemAt(rows, index) * columnCount
    selected.set(values.subarray(start, start + columnCount), index * columnCount)
  }
  return { rowCount: rows.length, columnCount, values: selected }
}
