import { type DrawCounts, forEachRun, type Ranking, rankRows, totalsOf } from './ranking.ts'

/**
 * How many times the average rate each tenth of the rows acts, highest score first. A tenth is counted in expectation
 * over ties: rows of equal score share their labels evenly.
 */
export function liftByDecile(labels: ArrayLike<number>, scores: ArrayLike<number>): number[] {
  return rankedLift(rankRows(labels, scores))
}

/** The lift by tenths of a resample. */
export function rankedLift(ranking: Ranking, times?: DrawCounts): number[] {
  const all = totalsOf(ranking, times)
  const edges = Array.from({ length: 11 }, (_, tenth) => Math.floor((tenth * all.count) / 10))
  const sums = new Float64Array(10)
  let first = 0
  forEachRun(ranking, times, ({ count, sum }) => {
    for (let tenth = 0; tenth < 10; tenth++) {
      const overlap =
        Math.min(first + count, edges[tenth + 1] ?? 0) - Math.max(first, edges[tenth] ?? Number.NaN)
      if (overlap > 0) sums[tenth] = (sums[tenth] ?? 0) + (sum * overlap) / count
    }
    first += count
  })
  const average = all.sum / all.count
  return Array.from(sums, (sum, tenth) => sum / ((edges[tenth + 1] ?? 0) - (edges[tenth] ?? 0)) / average)
}
