import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectRange = sqlFile(import.meta.url, './sql/history-range.sql')

/** How far the history reaches. */
export type HistoryRange = {
  readonly lineCount: number
  /** People with at least one line. */
  readonly profileCount: number
  readonly firstMs: number
  /** The last event: the cut where none is named. */
  readonly lastMs: number
}

/** Undefined while there is no event. */
export async function loadHistoryRange(database: Database): Promise<HistoryRange | undefined> {
  const [row] = await database.query<{
    line_count: number
    profile_count: number
    first_ms: number
    last_ms: number
  }>(selectRange, { parameters: { history: await findHistorySource(database) } })
  if (row === undefined || row.line_count === 0) return undefined
  return {
    lineCount: row.line_count,
    profileCount: row.profile_count,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
  }
}
