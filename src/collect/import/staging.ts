import type { Database, QueryOptions, QueryParameters } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'

const createTables = sqlFile(import.meta.url, '../sql/create-staging.sql').split(/^-----$/m)
const dropTable = sqlFile(import.meta.url, '../sql/drop-table.sql')

/** The tables an import is prepared in, by the word that queries use for them. */
const words = [
  ...['raw', 'lines', 'repeats', 'ties', 'owners', 'said_items', 'said_traits', 'said_links'],
  ...['new_events', 'new_items', 'new_traits', 'new_links', 'new_quarantine'],
] as const
export type StagingTable = (typeof words)[number]

/** How much an INSERT … SELECT gathers before it writes: the engine's million rows of 45 columns take 300 MB. */
const blockSettings = { min_insert_block_size_rows: 131_072, min_insert_block_size_bytes: 67_108_864 }
/** A query names each column of the file several times; the engine's limit of 50,000 nodes is one of some 1,500 columns. */
const sizeSettings = {
  max_ast_elements: 1_000_000,
  max_expanded_ast_elements: 4_000_000,
  max_query_size: 67_108_864,
}

/** One import's own tables; nothing in them is seen by any reader until the import is committed. */
export type Staging = {
  readonly importId: string
  nameOf(table: StagingTable): string
  query<Row>(sql: string, parameters?: QueryParameters): Promise<Row[]>
  execute(sql: string, parameters?: QueryParameters, settings?: QueryOptions['settings']): Promise<void>
}

/** A query's placeholders `{lines:Identifier}` … get this import's tables, `{import_id:String}` its id. */
export function openStaging(database: Database, importId: string, signal?: AbortSignal): Staging {
  const names = Object.fromEntries(words.map((word) => [word, stagingName(importId, word)]))
  const optionsOf = (parameters: QueryParameters = {}): QueryOptions => ({
    parameters: { ...names, import_id: importId, ...parameters },
    settings: sizeSettings,
    ...(signal && { signal }),
  })
  return {
    importId,
    nameOf: (table) => stagingName(importId, table),
    query: (sql, parameters) => database.query(sql, optionsOf(parameters)),
    execute: (sql, parameters, settings) =>
      database.execute(sql, {
        ...optionsOf(parameters),
        settings: { ...sizeSettings, ...blockSettings, ...settings },
      }),
  }
}

export async function createStaging(staging: Staging): Promise<void> {
  for (const statement of createTables) await staging.execute(statement)
}

/** Also of imports that were cut off: the names tell whose they are. */
export async function dropStaging(database: Database, importId: string): Promise<void> {
  for (const word of words) {
    await database.execute(dropTable, { parameters: { table: stagingName(importId, word) } })
  }
}

function stagingName(importId: string, table: StagingTable): string {
  return `staging_${importId.slice(0, 24)}_${table}`
}
