import { elementAt, itemAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

/**
 * Mean silhouette of a grouping, −1..1 (Rousseeuw, 1987): how much nearer rows lie to their own group than to the next.
 * Rows of groups of one count 0. Beyond `sampleSize` rows it is measured on a seeded sample.
 */
export function meanSilhouette(
  matrix: Matrix,
  assignments: Uint32Array,
  random: Random,
  sampleSize = 1000,
): number {
  const all = Uint32Array.from({ length: matrix.rowCount }, (_, row) => row)
  const rows = matrix.rowCount > sampleSize ? random.shuffle(all).subarray(0, sampleSize) : all
  const clusterCount = assignments.reduce((most, cluster) => Math.max(most, cluster), 0) + 1
  let sum = 0
  for (const row of rows) sum += silhouetteOf(row, rows, { matrix, assignments, clusterCount })
  return sum / rows.length
}

function silhouetteOf(
  row: number,
  rows: Uint32Array,
  { matrix, assignments, clusterCount }: { matrix: Matrix; assignments: Uint32Array; clusterCount: number },
): number {
  const sums = new Float64Array(clusterCount)
  const counts = new Float64Array(clusterCount)
  for (const other of rows) {
    if (other === row) continue
    const cluster = itemAt(assignments, other)
    sums[cluster] = elementAt(sums, cluster) + distance(matrix, row, other)
    counts[cluster] = elementAt(counts, cluster) + 1
  }
  const own = itemAt(assignments, row)
  if (elementAt(counts, own) === 0) return 0
  const within = elementAt(sums, own) / elementAt(counts, own)
  let nearest = Number.POSITIVE_INFINITY
  for (const [cluster, count] of counts.entries())
    if (cluster !== own && count > 0) nearest = Math.min(nearest, elementAt(sums, cluster) / count)
  return Number.isFinite(nearest) ? (nearest - within) / Math.max(nearest, within, 1e-300) : 0
}

function distance({ columnCount, values }: Matrix, a: number, b: number): number {
  let sum = 0
  for (let column = 0; column < columnCount; column++)
    sum += (elementAt(values, a * columnCount + column) - elementAt(values, b * columnCount + column)) ** 2
  return Math.sqrt(sum)
}
