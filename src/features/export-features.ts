import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectNames = sqlFile(import.meta.url, './sql/saved-names.sql')
const selectSaved = sqlFile(import.meta.url, './sql/saved-features.sql')

export type ExportFormat = 'csv' | 'jsonl'

/** Takes one piece of text; resolves when it is ready for the next. */
export type TextSink = (text: string) => Promise<void> | void

type Row = {
  readonly profile_id: string
  readonly numbers: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Streams the saved features of a cut, one line a profile, and resolves with their number (0 when none were saved at
 * that very cut). CSV has a header and one column for every name that occurs; what a profile lacks is empty. JSONL
 * holds what a profile has.
 */
export async function exportFeatures(
  database: Database,
  options: { readonly asOfMs: number; readonly format: ExportFormat; readonly signal?: AbortSignal },
  sink: TextSink,
): Promise<number> {
  const { asOfMs, format, signal } = options
  const query = { parameters: { as_of_ms: asOfMs }, ...(signal && { signal }) }
  const names = format === 'csv' ? await database.query<{ name: string }>(selectNames, query) : []
  const columns = names.map((each) => each.name)
  let count = 0
  if (format === 'csv') await sink(formatCsvLine(['profile_id', ...columns]))
  for await (const rows of database.stream<Row>(selectSaved, query)) {
    const lines = rows.map(({ profile_id, numbers, labels }) =>
      format === 'jsonl'
        ? `${JSON.stringify({ profile_id, ...labels, ...numbers })}\n`
        : formatCsvLine([profile_id, ...columns.map((name) => numbers[name] ?? labels[name] ?? '')]),
    )
    await sink(lines.join(''))
    count += rows.length
  }
  return count
}

/** RFC 4180, with LF. A text that a spreadsheet would run as a formula is shown as text. */
function formatCsvLine(values: readonly (string | number)[]): string {
  return `${values.map(formatCsvValue).join(',')}\n`
}

function formatCsvValue(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
