import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectTotals = sqlFile(import.meta.url, './sql/population-totals.sql')
const selectTenths = sqlFile(import.meta.url, './sql/population-tenths.sql')
const selectRecency = sqlFile(import.meta.url, './sql/population-recency.sql')
const selectCountries = sqlFile(import.meta.url, './sql/population-countries.sql')
const selectMonths = sqlFile(import.meta.url, './sql/sales-by-month.sql')
const selectCurrency = sqlFile(import.meta.url, './sql/currency.sql')

/** Lower edges of the bins of days since the last order; the last is open. */
const recencyEdges = [0, 8, 31, 61, 91, 181, 271, 366]

/** Everybody as of a cut. A customer is a person who bought at least once. */
export type Population = {
  readonly profileCount: number
  readonly customerCount: number
  readonly orderCount: number
  readonly spend: number
  /** Share of customers with more than one order. */
  readonly repeatRate: number
  /** By calendar month of the shop: sales, orders, and people who bought for the first time. */
  readonly months: readonly {
    readonly month: string
    readonly spend: number
    readonly orderCount: number
    readonly newCustomerCount: number
  }[]
  /** Share of all spend by tenth of customers, the highest spenders first. */
  readonly spendShareByTenth: readonly number[]
  /** Customers by days since the last order; the last bin is open. */
  readonly recency: readonly { readonly fromDays: number; readonly count: number }[]
  readonly countries: readonly { readonly name: string; readonly customerCount: number }[]
  /** ISO 4217 code; empty where the data state none. */
  readonly currency: string
}

type Totals = {
  readonly profile_count: number
  readonly customer_count: number
  readonly repeat_customer_count: number
  readonly order_count: number
  readonly spend: number
}

type Month = {
  readonly month: string
  readonly spend: number
  readonly order_count: number
  readonly new_customer_count: number
}

export async function loadPopulation(
  database: Database,
  { asOfMs, timeZone }: { readonly asOfMs: number; readonly timeZone: string },
): Promise<Population> {
  const read = <Row>(sql: string, more: Record<string, string | number[]> = {}) =>
    database.query<Row>(sql, { parameters: { as_of_ms: asOfMs, ...more } })
  const [totals] = await read<Totals>(selectTotals)
  if (totals === undefined) throw new Error('a count over all profiles gave no row')
  const tenths = await read<{ spend: number }>(selectTenths)
  const bins = await read<{ from_days: number; customer_count: number }>(selectRecency, {
    edges: recencyEdges,
  })
  const countries = await read<{ name: string; customer_count: number }>(selectCountries)
  const months = await read<Month>(selectMonths, {
    time_zone: timeZone,
    history: await findHistorySource(database),
  })
  const [money] = await database.query<{ currency: string }>(selectCurrency)
  const spend = Math.max(totals.spend, Number.MIN_VALUE)
  return {
    profileCount: totals.profile_count,
    customerCount: totals.customer_count,
    orderCount: totals.order_count,
    spend: totals.spend,
    repeatRate: totals.repeat_customer_count / Math.max(1, totals.customer_count),
    months: months.map((month) => ({
      month: month.month,
      spend: month.spend,
      orderCount: month.order_count,
      newCustomerCount: month.new_customer_count,
    })),
    spendShareByTenth: tenths.map((tenth) => tenth.spend / spend),
    recency: recencyEdges.map((fromDays) => ({
      fromDays,
      count: bins.find((bin) => bin.from_days === fromDays)?.customer_count ?? 0,
    })),
    countries: countries.map(({ name, customer_count }) => ({ name, customerCount: customer_count })),
    currency: /^[A-Z]{3}$/.test(money?.currency ?? '') ? (money?.currency ?? '') : '',
  }
}
