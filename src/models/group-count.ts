import { fitKMeans } from '../math/k-means.ts'
import { assignToCentres } from '../math/lloyd.ts'
import { elementAt, itemAt, type Matrix } from '../math/matrix.ts'
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
  /** By how much nearer rows lie to their centres than rows without groups would, in logarithms of the inertia. */
  readonly gap: number
  /** Of the gap, for the draws it was told from. */
  readonly gapError: number
}

/** Two halves of the same people should find the same groups at least so well. */
const stableFrom = 0.8
/** Silhouettes nearer than this say the same; the gap then decides. */
const silhouetteTie = 0.01
const sampleSize = 2000
const halvings = 3
/** The trials only rank numbers of groups; the fit itself takes the best of ten starts. */
const starts = 2
/** Rows without groups to compare with are drawn so often, from so many rows. */
const referenceDraws = 5
const referenceSize = 1000

/**
 * Tries each number of groups on a sample: the silhouette of k-means (Rousseeuw, 1987), how far groupings learned from two halves
 * agree on all rows of the sample (Ben-Hur, Elisseeff & Guyon, 2002), and the gap to rows drawn without groups (Tibshirani, Walther
 * & Hastie, 2001).
 */
export function tryGroupCounts(
  matrix: Matrix,
  groupCounts: readonly number[],
  random: Random,
): GroupCountTrial[] {
  const rows = random.shuffle(Uint32Array.from({ length: matrix.rowCount }, (_, row) => row))
  const sample = selectRows(matrix, rows.subarray(0, sampleSize))
  const gapOf = createGap(sample, random.fork('reference'))
  return groupCounts.map((groupCount) => {
    const stream = random.fork(`groups-${groupCount}`)
    const { assignments } = fitKMeans(sample, { clusterCount: groupCount, starts }, stream)
    return {
      groupCount,
      silhouette: meanSilhouette(sample, assignments, stream),
      stability: stabilityOf(sample, groupCount, stream),
      ...gapOf(groupCount, random.fork(`gap-${groupCount}`)),
    }
  })
}

/**
 * Of the stable numbers of groups the one with the best silhouette, where several are as good the one with the largest gap; when
 * none is stable, of those nearest to it.
 */
export function chooseGroupCount(trials: readonly GroupCountTrial[]): number {
  const most = trials.reduce((best, { stability }) => Math.max(best, stability), -1)
  const stable = trials.filter(({ stability }) => stability >= Math.min(stableFrom, most - 0.05))
  const widest = stable.reduce((best, { silhouette }) => Math.max(best, silhouette), -1)
  const [first, ...others] = stable.filter(({ silhouette }) => silhouette >= widest - silhouetteTie)
  if (first === undefined) throw new Error('no number of groups was tried')
  return others.reduce((best, trial) => (trial.gap > best.gap ? trial : best), first).groupCount
}

/**
 * Whether there are groups at all: the rows lie nearer to the centres of some number of groups than chance gives one time in forty
 * (two errors of the gap), beyond what they do with one.
 * Source: Tibshirani et al. (2001), §3: the gap of one group against that of more, less its error.
 */
export function hasGroups(trials: readonly GroupCountTrial[], gapOfOne: number): boolean {
  return trials.some(({ gap, gapError }) => gap - 2 * gapError > gapOfOne)
}

/** The gap of a single group on the same sample size, beside `tryGroupCounts`. */
export function gapOfOneGroup(matrix: Matrix, random: Random): number {
  const rows = random.shuffle(Uint32Array.from({ length: matrix.rowCount }, (_, row) => row))
  const sample = selectRows(matrix, rows.subarray(0, sampleSize))
  return createGap(sample, random.fork('reference'))(1, random).gap
}

/**
 * The gap to rows drawn evenly over the ranges of their columns.
 * Source: Tibshirani et al. (2001), §3(a); the error is the deviation of the draws times √(1 + 1/draws).
 */
function createGap(
  sample: Matrix,
  random: Random,
): (groupCount: number, stream: Random) => Pick<GroupCountTrial, 'gap' | 'gapError'> {
  const own = selectRows(
    sample,
    Uint32Array.from({ length: Math.min(referenceSize, sample.rowCount) }, (_, row) => row),
  )
  const references = Array.from({ length: referenceDraws }, () => drawEvenly(own, random))
  return (groupCount, stream) => {
    if (own.rowCount < groupCount) return { gap: 0, gapError: 0 }
    const logOf = (matrix: Matrix) =>
      Math.log(
        Math.max(
          1e-12,
          fitKMeans(matrix, { clusterCount: groupCount, starts }, stream).inertia / own.rowCount,
        ),
      )
    const logs = references.map(logOf)
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length)
    return { gap: mean - logOf(own), gapError: deviation * Math.sqrt(1 + 1 / logs.length) }
  }
}

function drawEvenly({ rowCount, columnCount, values }: Matrix, random: Random): Matrix {
  const low = new Float64Array(columnCount).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(columnCount).fill(Number.NEGATIVE_INFINITY)
  for (const [index, value] of values.entries()) {
    const column = index % columnCount
    low[column] = Math.min(elementAt(low, column), value)
    high[column] = Math.max(elementAt(high, column), value)
  }
  const drawn = values.map((_, index) => {
    const from = elementAt(low, index % columnCount)
    return from + (elementAt(high, index % columnCount) - from) * random.next()
  })
  return { rowCount, columnCount, values: drawn }
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
