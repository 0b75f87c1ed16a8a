import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectGroups = sqlFile(import.meta.url, './sql/group-sizes.sql')
const selectLifetime = sqlFile(import.meta.url, './sql/lifetime-totals.sql')
const selectReturns = sqlFile(import.meta.url, './sql/return-tenths.sql')

/** How many people an interest group holds and what they bought. */
export type GroupSize = {
  readonly label: string
  readonly customerCount: number
  readonly spend: number
  readonly orderCount: number
}

/** What is expected of all customers of a cut together. */
export type LifetimeTotals = {
  /** Customers by probability of still being one, in tenths from 0. */
  readonly aliveTenths: readonly number[]
  readonly horizonDays: number
  readonly expectedOrders: number
  readonly expectedSpend: number
  /** Customers by the propensity to buy again, in tenths from 0; absent where no propensity was trained. */
  readonly returns?: { readonly horizonDays: number; readonly tenths: readonly number[] }
}

export async function loadGroupSizes(database: Database, asOfMs: number): Promise<GroupSize[]> {
  const rows = await database.query<{
    label: string
    customer_count: number
    spend: number
    order_count: number
  }>(selectGroups, { parameters: { as_of_ms: asOfMs } })
  return rows.map(({ label, customer_count, spend, order_count }) => ({
    label,
    customerCount: customer_count,
    spend,
    orderCount: order_count,
  }))
}

/** Undefined when nobody has a lifetime score at that cut. */
export async function loadLifetimeTotals(
  database: Database,
  asOfMs: number,
): Promise<LifetimeTotals | undefined> {
  const [row] = await database.query<{
    horizon_days: number
    expected_orders: number
    expected_spend: number
    alive_tenths: readonly number[]
  }>(selectLifetime, { parameters: { as_of_ms: asOfMs } })
  if (row === undefined || row.horizon_days === 0) return undefined
  const [returns] = await database.query<{ horizon_days: number; return_tenths: readonly number[] }>(
    selectReturns,
    { parameters: { as_of_ms: asOfMs } },
  )
  return {
    aliveTenths: row.alive_tenths,
    horizonDays: row.horizon_days,
    expectedOrders: row.expected_orders,
    expectedSpend: row.expected_spend,
    ...(returns ? { returns: { horizonDays: returns.horizon_days, tenths: returns.return_tenths } } : {}),
  }
}
