import { squaredDistance, sumOf } from './lloyd.ts'
import { elementAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

/**
 * Starting centres by greedy k-means++ (Arthur & Vassilvitskii, 2007): of a few rows drawn by squared distance, the one
 * that lowers the inertia most.
 */
export function chooseCentres(matrix: Matrix, clusterCount: number, random: Random): Float64Array {
  const { rowCount, columnCount, values } = matrix
  const centres = new Float64Array(clusterCount * columnCount)
  const rowAt = (row: number) => values.subarray(row * columnCount, (row + 1) * columnCount)
  const first = random.integer(rowCount)
  centres.set(rowAt(first), 0)
  let distances = distancesToRow(matrix, first)
  const candidateCount = 2 + Math.floor(Math.log(clusterCount))
  for (let cluster = 1; cluster < clusterCount; cluster++) {
    let best: { row: number; distances: Float64Array; inertia: number } | undefined
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      const row = drawByWeight(distances, random)
      const lowered = distancesToRow(matrix, row, distances)
      const inertia = sumOf(lowered)
      if (best === undefined || inertia < best.inertia) best = { row, distances: lowered, inertia }
    }
    if (best === undefined) break
    centres.set(rowAt(best.row), cluster * columnCount)
    distances = best.distances
  }
  return centres
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

/** Squared distance of each row to the given one, or what it is already where that is less. */
function distancesToRow(
  { rowCount, columnCount, values }: Matrix,
  centre: number,
  atMost?: Float64Array,
): Float64Array {
  const distances = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const distance = squaredDistance(values, row * columnCount, values, centre * columnCount, columnCount)
    distances[row] = atMost ? Math.min(distance, elementAt(atMost, row)) : distance
  }
  return distances
}
