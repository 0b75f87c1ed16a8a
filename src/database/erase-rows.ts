import type { Database, QueryParameters } from './database.ts'
import { sqlFile } from './sql-file.ts'

const createErasing = sqlFile(import.meta.url, './sql/create-erasing.sql')
const emptyErasing = sqlFile(import.meta.url, './sql/empty-erasing.sql')
const fillErasing = sqlFile(import.meta.url, './sql/fill-erasing.sql')
const countErasing = sqlFile(import.meta.url, './sql/count-erasing.sql')
const eraseListed = sqlFile(import.meta.url, './sql/erase-rows.sql')

type RowsToErase = {
  readonly table: string
  /** The rows whose column holds one of the ids. */
  readonly column: string
  /** The ids, or a statement `INSERT INTO erasing SELECT …` that finds them. */
  readonly ids: readonly string[] | { readonly sql: string; readonly parameters: QueryParameters }
}

/**
 * Erases rows on every node, superseded versions of them included, and answers how many they were. Once it resolves no
 * query finds them; their bytes are gone once the replaced parts are (`awaitCleanup`). Cut off, it is to be called again.
 */
export function eraseRows(database: Database, { table, column, ids }: RowsToErase): Promise<number> {
  const fill = 'sql' in ids ? ids : { sql: fillErasing, parameters: { ids } }
  return database.takeTurns('erase', async () => {
    // The table stays: an erasure that a crash left unfinished reads it when the engine goes on with it.
    await database.executeOnEveryNode(createErasing)
    await database.executeOnEveryNode(emptyErasing)
    await database.executeOnEveryNode(fill.sql, { parameters: fill.parameters })
    const [row] = await database.query<{ count: number }>(countErasing, { parameters: { table, column } })
    const count = row?.count ?? 0
    if (count > 0) {
      const local = database.kind === 'cluster' ? `${table}_local` : table
      await database.executeOnEveryNode(eraseListed, {
        parameters: { table: local, column },
        settings: { mutations_sync: 2 },
      })
    }
    await database.executeOnEveryNode(emptyErasing)
    return count
  })
}
