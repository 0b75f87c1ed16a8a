import type { Random } from '../../math/random.ts'
import type { SparseRows } from '../../text/hashed-vectors.ts'
import { type Clustering, clusterRows, similaritiesOf } from './spherical-kmeans.ts'

const candidates = [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24]

/** Fewer topics are taken when they part the items at least this well beside the best count. */
const tolerance = 0.95

/**
 * The fewest topics whose separation is within 5 % of the best. Separation is the simplified silhouette (Hruschka et
 * al., 2004) over cosines: for each row (b − a) / max(a, b) with a and b the distances to its own and the next centre.
 */
export function chooseClustering(
  rows: SparseRows,
  options: { readonly maxTopicCount: number; readonly startCount: number },
  random: Random,
): Clustering {
  const counts = candidates.filter((count) => count <= Math.max(2, options.maxTopicCount))
  const tried = counts.map((clusterCount) => {
    // Two starts tell how well a count does; the rest are spent on the one that is taken.
    const clustering = clusterRows(
      rows,
      { clusterCount, startCount: 2 },
      random.fork(`${clusterCount} topics`),
    )
    return { clusterCount, separation: separationOf(rows, clustering) }
  })
  const best = Math.max(...tried.map((each) => each.separation))
  const chosen = tried.find((each) => each.separation >= tolerance * best) ?? tried[0]
  const clusterCount = chosen?.clusterCount ?? 2
  return clusterRows(rows, { clusterCount, startCount: options.startCount }, random.fork('chosen'))
}

function separationOf(rows: SparseRows, { clusterOf, centres }: Clustering): number {
  let sum = 0
  let count = 0
  for (const [row, cluster] of clusterOf.entries()) {
    if (cluster < 0) continue
    const distances = similaritiesOf(rows, row, centres).map((similarity) => 1 - similarity)
    const own = distances[cluster] ?? 1
    let next = Number.POSITIVE_INFINITY
    for (const [other, distance] of distances.entries())
      if (other !== cluster && distance < next) next = distance
    const larger = Math.max(own, next)
    sum += larger > 0 && Number.isFinite(next) ? (next - own) / larger : 0
    count++
  }
  return count === 0 ? 0 : sum / count
}
