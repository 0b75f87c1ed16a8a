import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectShares = sqlFile(import.meta.url, './sql/people-shares.sql')

/** The people whose ids lie from one text to before another, in the order of their bytes; undefined: without an end. */
export type PeopleShare = { readonly from?: string; readonly until?: string }

/**
 * Parts all people into shares that are computed one after the other. What a query holds grows with its people, and
 * beyond memory its cost with more than that: measured, a history of 10 M events read at once costs twice as much an
 * event as one of 1 M.
 */
export async function loadPeopleShares(
  database: Database,
  { linesPerShare, signal }: { readonly linesPerShare: number; readonly signal?: AbortSignal | undefined },
): Promise<readonly PeopleShare[]> {
  const rows = await database.query<{ starts_at: string }>(selectShares, {
    parameters: { lines_per_share: linesPerShare },
    ...(signal && { signal }),
  })
  // The first begins before whoever is first, as ids may come that no row was stored under.
  const starts = rows.slice(1).map((row) => row.starts_at)
  return [undefined, ...starts].map((from, index) => ({
    ...(from !== undefined && { from }),
    ...(starts[index] !== undefined && { until: starts[index] }),
  }))
}
