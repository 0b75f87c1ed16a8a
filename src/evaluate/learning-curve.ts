import { throwIfStopped } from '../core/errors.ts'
import { bootstrapByCounts } from '../math/metrics/bootstrap.ts'
import { rankRows } from '../math/metrics/ranking.ts'
import type { Random } from '../math/random.ts'
import { shareOfRows } from '../models/held-rows.ts'
import type { HeldOut } from '../models/hold-out.ts'
import type { Learner, Task } from '../models/learner.ts'
import type { LearningCurve } from './evaluation.ts'
import type { Metric } from './judge.ts'

const standardShares = [0.05, 0.1, 0.2, 0.4, 0.7, 1]
/** A fit on fewer rows says nothing. */
const leastRows = 20

export type LearningCurveOptions<Settings extends object> = {
  readonly settings: Settings
  readonly metric: Metric
  /** Shares of the people that are learned from, each within the next. */
  readonly shares?: readonly number[]
  readonly random: Random
  readonly signal?: AbortSignal | undefined
}

/**
 * The metric on the held rows by how many rows were learned from: where it still rises, more data would help; where it is flat,
 * another model or other features would. Intervals resample the held rows. Shares of fewer than 20 rows are left out.
 */
export async function learningCurve<Settings extends object>(
  learner: Pick<Learner<Settings>, 'fit'>,
  task: Task,
  { rest, held }: HeldOut,
  { settings, metric, shares = standardShares, random, signal }: LearningCurveOptions<Settings>,
): Promise<LearningCurve> {
  const points: LearningCurve['points'][number][] = []
  for (const share of shares) {
    throwIfStopped(signal)
    const part = shareOfRows(rest, share, random)
    const rowCount = part.dataset.rowIds.length
    if (rowCount < leastRows) continue
    await using model = await learner.fit(task, part, settings, { random: random.fork('fit'), signal })
    const ranking = rankRows(held.labels, await model.predict(held.dataset))
    const [figure] = bootstrapByCounts(
      held.labels.length,
      (times) => [metric.of(ranking, times)],
      random.fork('curve'),
      { resamples: 200 },
    )
    if (figure) points.push({ rowCount, ...figure })
  }
  return { metric: metric.name, points }
}
