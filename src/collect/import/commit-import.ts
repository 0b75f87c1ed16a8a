import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { ImportReport } from '../import-report.ts'
import { openStaging, type Staging } from './staging.ts'

const storeStatements = ['events', 'items', 'traits', 'identities', 'quarantine'].map((table) =>
  sqlFile(import.meta.url, `../sql/store-${table}.sql`),
)
const deleteImported = sqlFile(import.meta.url, '../sql/delete-imported.sql')

/** What an import is at: `started` has stored nothing, `storing` is carried to its end after a crash. */
type ImportStatus = 'started' | 'storing' | 'finished'

export type ImportRecord = {
  readonly importId: string
  readonly fileName: string
  readonly format: string
  readonly status: ImportStatus
  readonly report?: ImportReport
}

export async function saveImport(database: Database, record: ImportRecord): Promise<void> {
  const { importId, fileName, format, status, report } = record
  await database.insert('imports', [
    {
      import_id: importId,
      file_name: fileName,
      format,
      status,
      row_count: report?.rowCount ?? 0,
      stored_count: report?.storedCount ?? 0,
      duplicate_count: report?.duplicateCount ?? 0,
      quarantined_count: report?.quarantinedCount ?? 0,
      report: report === undefined ? '' : JSON.stringify(report),
      updated_at: new Date(),
    },
  ])
}

/** Copies what was prepared to where readers find it. Not to be stopped: once begun it is carried to its end. */
export async function storePrepared(database: Database, importId: string): Promise<void> {
  const staging = openStaging(database, importId)
  for (const sql of storeStatements) await copy(staging, sql)
}

async function copy(staging: Staging, sql: string): Promise<void> {
  // Blocks that look like ones of a deleted, earlier try must not be taken for repeats of them.
  await staging.execute(sql, {}, { insert_deduplicate: 0 })
}

/** Takes the rows of an import out again. */
export async function deleteRows(database: Database, importId: string): Promise<void> {
  for (const table of ['events', 'quarantine', 'imports'] as const)
    await deleteFrom(database, table, importId)
}

export async function deleteFrom(
  database: Database,
  table: 'events' | 'quarantine' | 'imports',
  importId: string,
): Promise<void> {
  const name = database.kind === 'cluster' ? `${table}_local` : table
  await database.executeOnEveryNode(deleteImported, { parameters: { table: name, import_id: importId } })
}
