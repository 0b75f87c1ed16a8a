import type { ModelRows } from '../../src/models/learner.ts'
import type { CustomerPurchases } from '../clv/transactions.ts'
import { countAfter, lastDayOf } from '../clv/windows.ts'

const dayMs = 86_400_000

/** Customers as of the end of the calibration weeks, told twice, and whether each buys within the weeks after. */
export type BuyerRows = {
  /** Recency, frequency, spend: what is usually told of customers; and their purchases as events. */
  readonly dataset: ModelRows
  readonly labels: Float64Array
}

/** Events are purchases; in place of an item stands how large each was: its order of magnitude, in halves of a power of two. */
export function buildBuyerRows(
  customers: readonly CustomerPurchases[],
  weeks: { readonly calibrationWeeks: number; readonly holdoutWeeks: number },
): BuyerRows {
  const lastDay = lastDayOf(customers, weeks.calibrationWeeks)
  const rows = [...customers.keys()].filter((row) => (customers[row]?.days[0] ?? Number.NaN) <= lastDay)
  const seen = rows.map((row) => purchasesUntil(customers[row], lastDay))
  const counts = countAfter(customers, rows, { lastDay, weeks: weeks.holdoutWeeks })
  const rowIds = rows.map((row) => customers[row]?.id ?? '')
  return {
    dataset: {
      featureNames: ['days since last', 'days since first', 'purchases', 'spend', 'mean spend'],
      rowIds,
      values: Float64Array.from(seen.flatMap((purchases) => columnsOf(purchases, lastDay))),
      events: {
        sequences: seen.map((purchases) =>
          purchases.map(({ day, amount }) => ({ kind: 'purchase', item: sizeOf(amount), atMs: day * dayMs })),
        ),
        asOfMs: rows.map(() => (lastDay + 1) * dayMs),
      },
    },
    labels: Float64Array.from(counts, (count) => (count > 0 ? 1 : 0)),
  }
}

type Purchase = { readonly day: number; readonly amount: number }

function purchasesUntil(customer: CustomerPurchases | undefined, lastDay: number): Purchase[] {
  if (customer === undefined) return []
  return customer.days.flatMap((day, index) =>
    day <= lastDay ? [{ day, amount: customer.amounts[index] ?? 0 }] : [],
  )
}

function columnsOf(purchases: readonly Purchase[], lastDay: number): number[] {
  const [first, last] = [purchases[0]?.day ?? lastDay, purchases.at(-1)?.day ?? lastDay]
  const spend = purchases.reduce((sum, { amount }) => sum + amount, 0)
  return [lastDay - last, lastDay - first, purchases.length, spend, spend / Math.max(1, purchases.length)]
}

function sizeOf(amount: number): string {
  return amount > 0 ? String(Math.round(2 * Math.log2(amount))) : 'nothing'
}
