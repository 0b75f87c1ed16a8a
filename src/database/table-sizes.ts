import type { Database } from './database.ts'
import { sqlFile } from './sql-file.ts'

const selectSizes = sqlFile(import.meta.url, './sql/table-sizes.sql')

/** What one table takes on this node. */
export type TableSize = { readonly name: string; readonly rows: number; readonly bytes: number }

/** The server's version, and the tables of this database that hold rows. */
export async function describeDatabase(
  database: Database,
): Promise<{ readonly version: string; readonly tables: readonly TableSize[] }> {
  const [row] = await database.query<{ version: string }>('SELECT version() AS version')
  return { version: row?.version ?? '', tables: await database.query<TableSize>(selectSizes) }
}
