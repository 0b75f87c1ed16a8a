import { AppError } from '../core/errors.ts'
import type { LifetimeFitOptions } from './lifetime-likelihood.ts'
import { expectedOrders, fitOrders, type OrderModel, type OrderModelKind } from './lifetime-orders.ts'
import { type CustomerSummaries, groupHistories } from './lifetime-summaries.ts'

/** The past replayed: customers as they stood at an earlier cut, and what they ordered after it. */
export type LifetimeBacktest = {
  readonly summaries: CustomerSummaries
  readonly horizonDays: number
  /** Orders of all these customers together within the horizon. */
  readonly orderCount: number
}

/** Expected orders of all customers together in the next `horizonDays`. */
function expectedTotal(model: OrderModel, summaries: CustomerSummaries, horizonDays: number): number {
  return groupHistories(summaries).histories.reduce(
    (sum, history) => sum + history.customerCount * expectedOrders(model, history, horizonDays),
    0,
  )
}

/**
 * How many times more orders came in the backtests than models fitted at their cuts expected: the factor by which this
 * model's totals are off in the past, and are corrected by in the future. The models assume a steady pace, so they miss
 * seasons and growth; the factor carries these over as far as past and future resemble each other. Backtests should
 * stand to their history as the horizon asked for stands to the whole history.
 * @throws AppError 'too_little_data' without orders in the backtests, and the errors of the fits.
 */
export function fitOrderFactor(
  kind: OrderModelKind,
  backtests: readonly LifetimeBacktest[],
  options: LifetimeFitOptions = {},
): number {
  let [actual, expected] = [0, 0]
  for (const { summaries, horizonDays, orderCount } of backtests) {
    actual += orderCount
    expected += expectedTotal(fitOrders(kind, summaries, options), summaries, horizonDays)
  }
  const factor = actual / expected
  if (Number.isFinite(factor) && factor > 0) return factor
  throw new AppError(
    'too_little_data',
    { en: 'the totals cannot be calibrated', zh: '无法校准总量' },
    { expected: 'orders in the backtests', received: `${actual} orders where ${expected} were expected` },
  )
}
