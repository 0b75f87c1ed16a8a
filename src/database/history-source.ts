import type { Database } from './database.ts'
import { sqlFile } from './sql-file.ts'

const countOverrides = sqlFile(import.meta.url, './sql/count-overrides.sql')

/** Where the history of people is read: the value of a query's `{history:Identifier}`. */
export type HistorySource = 'events' | 'history'

/**
 * The view `history` puts every row where it belongs by now, at about twice the cost of a plain scan; where nothing was
 * learnt about ids since the last squash, the table `events` says the same (docs/adr/0016).
 */
export async function findHistorySource(database: Database): Promise<HistorySource> {
  const [row] = await database.query<{ count: number }>(countOverrides)
  return row !== undefined && row.count > 0 ? 'history' : 'events'
}
