import type { QuarantineReason } from '../core/event.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { ImportReport } from './import-report.ts'

const listRows = sqlFile(import.meta.url, './sql/list-quarantine.sql')
const showRow = sqlFile(import.meta.url, './sql/show-quarantine.sql')
const finishedImports = sqlFile(import.meta.url, './sql/finished-imports.sql')

/** What calls have in place of the id of an import: those of the live routes and those of `/v1/import`. */
export const callImportIds = { live: 'live', historic: 'live-import' } as const

/** A row of a file or a call that was set aside, without its content. */
export type QuarantinedRow = {
  /** Of a file's rows the id of its import, else one of `callImportIds`. */
  readonly importId: string
  /** Empty for calls. */
  readonly fileName: string
  /** Who sent the call; of a file its format. */
  readonly source: string
  /** Up to 2^53. */
  readonly rowNumber: number
  readonly reason: QuarantineReason
  /** What was expected, what came, where. */
  readonly detail: string
  /** When it came. */
  readonly at: string
}

export type QuarantineFilter = {
  readonly importId?: string | undefined
  readonly source?: string | undefined
  readonly reason?: QuarantineReason | undefined
  /** The most rows to give (default 100). */
  readonly limit?: number | undefined
}

/** What was set aside in the last 30 days, the newest first, rows of a file in its order. */
export function listQuarantine(database: Database, filter: QuarantineFilter = {}): Promise<QuarantinedRow[]> {
  const { importId = '', source = '', reason = '', limit = 100 } = filter
  return database.query(listRows, { parameters: { import_id: importId, source, reason, limit } })
}

/** One row with its content, cut at 32 KB, by the first letters of its import; undefined when there is none. */
export async function showQuarantine(
  database: Database,
  importId: string,
  rowNumber: number,
): Promise<(QuarantinedRow & { readonly raw: string }) | undefined> {
  const parameters = { import_id: importId, row_number: rowNumber }
  const [row] = await database.query<QuarantinedRow & { raw: string }>(showRow, { parameters })
  return row
}

/** The reports of all files imported, the newest last. */
export async function listImports(database: Database): Promise<ImportReport[]> {
  const rows = await database.query<{ report: string }>(finishedImports)
  return rows.map((row) => JSON.parse(row.report) as ImportReport)
}
