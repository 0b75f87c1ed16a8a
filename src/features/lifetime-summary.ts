import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectSummaries = sqlFile(import.meta.url, './sql/lifetime-summaries.sql')

/**
 * What lifetime models know of each customer with at least one order at the cut, in parallel columns by profile id.
 * Orders of one day of the shop are one purchase; days are calendar days of the shop.
 */
export type LifetimeSummaries = {
  readonly profileIds: readonly string[]
  /** Purchase days after the first: x. */
  readonly purchaseCount: Float64Array
  /** Days from the first purchase day to the last: t_x. */
  readonly recencyDays: Float64Array
  /** Days from the first purchase day to the cut: T. */
  readonly ageDays: Float64Array
  /** Mean spend of the purchase days after the first; 0 where there is none. */
  readonly meanSpend: Float64Array
}

export type LifetimeSummariesOptions = {
  readonly cutMs: number
  readonly timeZone: string
  readonly signal?: AbortSignal
}

type Row = {
  readonly profile_id: string
  readonly purchase_count: number
  readonly recency_days: number
  readonly age_days: number
  readonly mean_spend: number
}

/** Events of bots are left out, refunds do not lower what was spent, outliers stay as they are. */
export async function computeLifetimeSummaries(
  database: Database,
  options: LifetimeSummariesOptions,
): Promise<LifetimeSummaries> {
  const rows: Row[] = []
  const history = await findHistorySource(database)
  const parameters = { cut_ms: options.cutMs, time_zone: options.timeZone, history }
  const control = options.signal ? { signal: options.signal } : {}
  for await (const batch of database.stream<Row>(selectSummaries, { parameters, ...control }))
    for (const row of batch) rows.push(row)
  const column = (pick: (row: Row) => number) => Float64Array.from(rows, pick)
  return {
    profileIds: rows.map((row) => row.profile_id),
    purchaseCount: column((row) => row.purchase_count),
    recencyDays: column((row) => row.recency_days),
    ageDays: column((row) => row.age_days),
    meanSpend: column((row) => row.mean_spend),
  }
}
