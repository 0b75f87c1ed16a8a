import type { LifetimeBacktest } from '../../src/models/lifetime-calibration.ts'
import type { CustomerPurchases } from './transactions.ts'
import { countAfter, lastDayOf, summariseUntil } from './windows.ts'

/**
 * Splits inside the calibration window whose horizon stands to their history as the holdout stands to the window: the
 * four whole weeks about that point, each judged to the window's end. Reads nothing after the window.
 */
export function innerBacktests(
  customers: readonly CustomerPurchases[],
  { calibrationWeeks, holdoutWeeks }: { readonly calibrationWeeks: number; readonly holdoutWeeks: number },
): LifetimeBacktest[] {
  const middle = calibrationWeeks ** 2 / (calibrationWeeks + holdoutWeeks)
  const cuts = [-2, -1, 0, 1].map((shift) => Math.ceil(middle) + shift)
  return cuts
    .filter((week) => week > 1 && week < calibrationWeeks)
    .map((week) => {
      const lastDay = lastDayOf(customers, week)
      const summaries = summariseUntil(customers, lastDay)
      const horizon = { lastDay, weeks: calibrationWeeks - week }
      const orders = countAfter(customers, summaries.rows, horizon)
      return {
        summaries,
        horizonDays: horizon.weeks,
        orderCount: orders.reduce((sum, count) => sum + count, 0),
      }
    })
}
