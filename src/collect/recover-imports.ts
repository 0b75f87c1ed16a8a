import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { deleteFrom, deleteRows, finishImport, type ImportHooks } from './import/commit-import.ts'
import { dropStaging } from './import/staging.ts'
import type { ImportReport } from './import-report.ts'

const unfinishedImports = sqlFile(import.meta.url, './sql/unfinished-imports.sql')
const listStaging = sqlFile(import.meta.url, './sql/list-staging.sql')
const dropTable = sqlFile(import.meta.url, './sql/drop-table.sql')

/** An import of another process that shares a server may still run; only older ones are taken for cut off. */
const foreignAgeMs = 6 * 3_600_000

export type UnfinishedImport = {
  readonly import_id: string
  readonly file_name: string
  readonly format: string
  readonly status: string
  readonly report: string
  readonly updated_at: string
}

/**
 * After a crash: an import that had only prepared is forgotten, one that had begun to store is carried to its end from
 * what it prepared, and no staging table stays. Call it when a database is opened, before any import.
 */
export async function recoverImports(database: Database, hooks: ImportHooks): Promise<void> {
  const isShared = database.kind !== 'embedded'
  const unfinished = await database.query<UnfinishedImport>(unfinishedImports)
  const isOld = (row: UnfinishedImport) => Date.parse(row.updated_at) < Date.now() - foreignAgeMs
  for (const row of unfinished) if (!isShared || isOld(row)) await recoverImport(database, row, hooks)
  if (isShared && unfinished.length > 0) return
  const left = await database.query<{ name: string }>(listStaging)
  for (const { name } of left) await database.execute(dropTable, { parameters: { table: name } })
}

/** Brings one unfinished import to an end, whichever. */
export async function recoverImport(
  database: Database,
  unfinished: UnfinishedImport,
  hooks: ImportHooks,
): Promise<void> {
  const { import_id: importId, file_name: fileName, format, status } = unfinished
  if (status === 'storing' && (await isPrepared(database, importId))) {
    await deleteFrom(database, 'events', importId)
    await deleteFrom(database, 'quarantine', importId)
    const report = JSON.parse(unfinished.report) as ImportReport
    const record = { importId, fileName, format, report }
    await finishImport(database, record, { ...hooks, elapsedMs: () => report.durationMs })
  } else {
    await deleteRows(database, importId)
    await dropStaging(database, importId)
  }
}

async function isPrepared(database: Database, importId: string): Promise<boolean> {
  const left = await database.query<{ name: string }>(listStaging)
  const names = left.filter(({ name }) => name.startsWith(`staging_${importId.slice(0, 24)}_new_`))
  return names.length === 5
}
