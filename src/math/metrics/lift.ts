import { elementAt } from '../matrix.ts'
import { type DrawCounts, type Ranking, rankRows, runsOf, totalsOf } from './ranking.ts'

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
  const { length, counts, sums: labelSums } = runsOf(ranking, times)
  let [first, tenth] = [0, 0]
  for (let run = 0; run < length; run++) {
    const count = elementAt(counts, run)
    const sum = elementAt(labelSums, run)
    const end = first + count
    while (tenth < 9 && (edges[tenth + 1] ?? 0) <= first) tenth++
    for (let each = tenth; each < 10 && (edges[each] ?? 0) < end; each++) {
      const overlap = Math.min(end, edges[each + 1] ?? 0) - Math.max(first, edges[each] ?? 0)
      if (overlap > 0) sums[each] = elementAt(sums, each) + (sum * overlap) / count
    }
    first = end
  }
  const average = all.sum / all.count
  return Array.from(sums, (sum, tenth) => sum / ((edges[tenth + 1] ?? 0) - (edges[tenth] ?? 0)) / average)
}
