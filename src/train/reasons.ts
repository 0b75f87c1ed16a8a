import type { Dataset } from '../core/dataset.ts'
import type { Driver } from '../evaluate/evaluation.ts'
import type { Contribution } from '../models/linear-reasons.ts'
import type { Reason } from '../profiles/score.ts'
import { columnOf } from './row-source.ts'

const reasonCount = 5

/** The largest contributions of one score as shares of all of them. */
export function toReasons(contributions: readonly Contribution[]): Reason[] {
  const total = contributions.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0)
  if (!(total > 0)) return []
  return contributions
    .slice(0, reasonCount)
    .filter(({ contribution }) => contribution !== 0)
    .map(({ feature, contribution }) => ({ feature, share: contribution / total }))
}

/** Each feature's mean absolute contribution as a share of all, largest first, with the sign of its effect. */
export function toDrivers(features: Dataset, rows: readonly (readonly Contribution[])[]): Driver[] {
  const parts = new Map<string, Float64Array>()
  for (const [row, contributions] of rows.entries())
    for (const { feature, contribution } of contributions) {
      const column = parts.get(feature) ?? new Float64Array(rows.length)
      column[row] = contribution
      parts.set(feature, column)
    }
  const sizes = [...parts].map(([feature, column]) => ({
    feature,
    size: column.reduce((sum, value) => sum + Math.abs(value), 0),
    direction: directionOf(columnOf(features, feature), column),
  }))
  const total = sizes.reduce((sum, { size }) => sum + size, 0)
  return sizes
    .filter(({ size }) => size > 0)
    .map(({ feature, size, direction }) => ({ feature, share: size / total, direction }))
    .sort((a, b) => b.share - a.share)
}

/** Whether more of the feature raises or lowers the score: the sign of their covariance. */
function directionOf(values: Float64Array, contributions: Float64Array): 1 | -1 | 0 {
  const known = [...values.keys()].filter((row) => Number.isFinite(values[row]))
  const mean = known.reduce((sum, row) => sum + (values[row] ?? 0), 0) / Math.max(1, known.length)
  const covariance = known.reduce(
    (sum, row) => sum + ((values[row] ?? 0) - mean) * (contributions[row] ?? 0),
    0,
  )
  return covariance > 0 ? 1 : covariance < 0 ? -1 : 0
}
