import { bootstrapByCounts } from '../math/metrics/bootstrap.ts'
import { rankedConfusion } from '../math/metrics/classification.ts'
import { type DecisionCosts, rankedDecisionCost } from '../math/metrics/decision-cost.ts'
import { rankRows } from '../math/metrics/ranking.ts'
import type { Random } from '../math/random.ts'
import type { Decision } from './evaluation.ts'
import type { JudgeInput } from './judge.ts'

/** Right and wrong decisions at a threshold, and what they cost beside acting on nobody and on everybody. */
export function judgeDecision(
  { actual, predicted }: Pick<JudgeInput, 'actual' | 'predicted'>,
  { threshold, costs }: { readonly threshold: number; readonly costs: DecisionCosts },
  random: Random,
): Decision {
  const rows = rankRows(actual, predicted)
  const [cost] = bootstrapByCounts(
    actual.length,
    (times) => [rankedDecisionCost(rows, threshold, costs, times)],
    random.fork('decision'),
    { resamples: 200 },
  )
  return {
    // JSON has no infinity: above every probability nobody is taken, too.
    threshold: Number.isFinite(threshold) ? threshold : 2,
    costs,
    counts: rankedConfusion(rows, threshold),
    cost: cost ?? { value: Number.NaN },
    costOfNobody: rankedDecisionCost(rows, Number.POSITIVE_INFINITY, costs),
    costOfEverybody: rankedDecisionCost(rows, Number.NEGATIVE_INFINITY, costs),
  }
}
