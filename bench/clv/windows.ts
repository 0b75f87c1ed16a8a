import type { CustomerSummaries } from '../../src/models/lifetime-summaries.ts'
import type { CustomerPurchases } from './transactions.ts'

const daysAWeek = 7

/** Customers as seen at the end of a window, in weeks; `rows` are their positions in the list they come from. */
export type WindowSummaries = CustomerSummaries & {
  readonly rows: readonly number[]
  /** Mean value of the repeat purchases; 0 without any. */
  readonly meanSpend: Float64Array
}

/** First day of the data. */
function firstDay(customers: readonly CustomerPurchases[]): number {
  return customers.reduce((least, { days }) => Math.min(least, days[0] ?? least), Number.POSITIVE_INFINITY)
}

/** Last day of a window of whole weeks that begins with the first day of the data. */
export function lastDayOf(customers: readonly CustomerPurchases[], weeks: number): number {
  return firstDay(customers) + weeks * daysAWeek - 1
}

/** What was known on `lastDay`: customers whose first purchase is not later. Reads no later purchase. */
export function summariseUntil(customers: readonly CustomerPurchases[], lastDay: number): WindowSummaries {
  const rows: number[] = []
  const [counts, recencies, ages, spends]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (const [row, { days, amounts }] of customers.entries()) {
    const seen = days.filter((day) => day <= lastDay)
    const [first] = seen
    if (first === undefined) continue
    const repeats = seen.length - 1
    rows.push(row)
    counts.push(repeats)
    recencies.push(((seen.at(-1) ?? first) - first) / daysAWeek)
    ages.push((lastDay - first) / daysAWeek)
    const spent = amounts.slice(1, seen.length).reduce((sum, amount) => sum + amount, 0)
    spends.push(repeats > 0 ? spent / repeats : 0)
  }
  return {
    rows,
    purchaseCount: Float64Array.from(counts),
    recencyDays: Float64Array.from(recencies),
    ageDays: Float64Array.from(ages),
    meanSpend: Float64Array.from(spends),
  }
}

/** Purchases of each of these customers after `lastDay`, up to `weeks` later. */
export function countAfter(
  customers: readonly CustomerPurchases[],
  rows: readonly number[],
  { lastDay, weeks }: { readonly lastDay: number; readonly weeks: number },
): Float64Array {
  const until = lastDay + weeks * daysAWeek
  return Float64Array.from(
    rows,
    (row) => customers[row]?.days.filter((day) => day > lastDay && day <= until).length ?? 0,
  )
}

/** Mean value of each customer's purchases in the same window; NaN for a customer without one. */
export function spendAfter(
  customers: readonly CustomerPurchases[],
  rows: readonly number[],
  { lastDay, weeks }: { readonly lastDay: number; readonly weeks: number },
): Float64Array {
  const until = lastDay + weeks * daysAWeek
  return Float64Array.from(rows, (row) => {
    const { days = [], amounts = [] } = customers[row] ?? {}
    const spent = amounts.filter((_, index) => (days[index] ?? 0) > lastDay && (days[index] ?? 0) <= until)
    return spent.reduce((total, amount) => total + amount, 0) / spent.length
  })
}
