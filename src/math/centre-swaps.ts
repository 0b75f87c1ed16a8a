import { drawByWeight } from './k-means-plus-plus.ts'
import { type Clusters, descendLloyd, squaredDistance } from './lloyd.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'
import type { Random } from './random.ts'

/**
 * Leaves local minima of Lloyd's algorithm, so many times trying: a row of any cluster, drawn by squared distance in it,
 * becomes a centre in place of one whose loss costs little; Lloyd's iterations follow; the better result is kept.
 * Source: Fränti (2018), "Efficiency of random swap clustering"; costs as Lattanzi & Sohler (2019). Drawing the cluster
 * first keeps far outliers from taking every turn: it reached lower inertia than drawing among all rows in the same time
 * (UCI Online Shoppers, k = 8 and 20, eight seeds).
 */
export function improveBySwaps(
  matrix: Matrix,
  start: Clusters,
  { swaps, maxIterations }: { readonly swaps: number; readonly maxIterations: number },
  random: Random,
): Clusters {
  const { columnCount, values } = matrix
  let best = start
  let second = secondDistances(matrix, best)
  for (let swap = 0; swap < swaps; swap++) {
    const row = drawRow(best, start.centres.length / columnCount, random)
    const replaced = drawReplaced(lossesFor(matrix, best, second, row), random)
    const centres = best.centres.slice()
    centres.set(values.subarray(row * columnCount, (row + 1) * columnCount), replaced * columnCount)
    const next = descendLloyd(matrix, centres, { maxIterations, goal: best.inertia })
    if (next.inertia < best.inertia * (1 - 1e-9)) {
      best = next
      second = secondDistances(matrix, best)
    }
  }
  return best
}

function drawRow({ assignments, distances }: Clusters, clusterCount: number, random: Random): number {
  const cluster = random.integer(clusterCount)
  const weights = distances.map((distance, row) => (assignments[row] === cluster ? distance : 0))
  return drawByWeight(weights, random)
}

/** A cluster drawn by the inverse square of what the loss of its centre costs. */
function drawReplaced(losses: Float64Array, random: Random): number {
  const least = losses.indexOf(Math.min(...losses))
  if (losses[least] === 0) return least
  return drawByWeight(
    losses.map((loss) => (elementAt(losses, least) / loss) ** 2),
    random,
  )
}

/** By how much inertia rises when a cluster's centre goes away and the point becomes one, before anything else moves. */
function lossesFor(
  { rowCount, columnCount, values }: Matrix,
  { centres, assignments, distances }: Clusters,
  second: Float64Array,
  point: number,
): Float64Array {
  const losses = new Float64Array(centres.length / columnCount)
  for (let row = 0; row < rowCount; row++) {
    const distance = squaredDistance(values, row * columnCount, values, point * columnCount, columnCount)
    const own = elementAt(distances, row)
    if (distance <= own) continue
    const cluster = itemAt(assignments, row)
    losses[cluster] = elementAt(losses, cluster) + Math.min(distance, elementAt(second, row)) - own
  }
  return losses
}

/** Squared distance of each row to the nearest centre that is not its own. */
function secondDistances(
  { rowCount, columnCount, values }: Matrix,
  { centres, assignments }: Clusters,
): Float64Array {
  const second = new Float64Array(rowCount).fill(Number.POSITIVE_INFINITY)
  for (let row = 0; row < rowCount; row++) {
    const own = itemAt(assignments, row) * columnCount
    for (let start = 0; start < centres.length; start += columnCount) {
      if (start === own) continue
      const distance = squaredDistance(values, row * columnCount, centres, start, columnCount)
      if (distance < elementAt(second, row)) second[row] = distance
    }
  }
  return second
}
