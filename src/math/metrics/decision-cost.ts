import { rankedConfusion } from './classification.ts'
import { type DrawCounts, forEachRun, type Ranking, rankRows, totalsOf } from './ranking.ts'

/** What it costs, in any unit, to act on somebody who would not have, and to leave out somebody who would. */
export type DecisionCosts = { readonly falsePositive: number; readonly falseNegative: number }

/** The mean cost a row of a resample when scores at or above the threshold are taken for a yes. */
export function rankedDecisionCost(
  ranking: Ranking,
  threshold: number,
  costs: DecisionCosts,
  times?: DrawCounts,
): number {
  const { falsePositives, falseNegatives } = rankedConfusion(ranking, threshold, times)
  const { count } = totalsOf(ranking, times)
  return (falsePositives * costs.falsePositive + falseNegatives * costs.falseNegative) / count
}

/**
 * The threshold of least cost on these rows; choose it on other rows than it is judged on. Infinite where it costs least to
 * take nobody. With calibrated probabilities it lies near falsePositive / (falsePositive + falseNegative) (Elkan, 2001).
 */
export function cheapestThreshold(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  { falsePositive, falseNegative }: DecisionCosts,
): number {
  const ranking = rankRows(labels, scores)
  let best = { threshold: Number.POSITIVE_INFINITY, cost: totalsOf(ranking).sum * falseNegative }
  let cost = best.cost
  forEachRun(ranking, undefined, ({ score, count, sum }) => {
    cost += (count - sum) * falsePositive - sum * falseNegative
    if (cost < best.cost) best = { threshold: score, cost }
  })
  return best.threshold
}
