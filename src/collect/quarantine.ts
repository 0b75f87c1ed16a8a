import type { QuarantineReason } from '../core/event.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { ImportReport } from './import-report.ts'

const listRows = sqlFile(import.meta.url, './sql/list-quarantine.sql')
const showRow = sqlFile(import.meta.url, './sql/show-quarantine.sql')
const finishedImports = sqlFile(import.meta.url, './sql/finished-imports.sql')

/** A row that was set aside, without its content. */
export type QuarantinedRow = {
  readonly importId: string
  readonly fileName: string
  readonly rowNumber: number
  readonly reason: QuarantineReason
  /** What was expected, what came, where. */
  readonly detail: string
  readonly at: string
}

export type QuarantineFilter = {
  readonly importId?: string
  readonly reason?: QuarantineReason
  /** The most rows to give (default 100). */
  readonly limit?: number
}

/** The rows that were set aside in the last 30 days, the newest import first, in the order of its file. */
export function listQuarantine(database: Database, filter: QuarantineFilter = {}): Promise<QuarantinedRow[]> {
  const { importId = '', reason = '', limit = 100 } = filter
  return database.query(listRows, { parameters: { import_id: importId, reason, limit } })
}

/** One row with its content, cut at 32 KB; undefined when there is none. */
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
