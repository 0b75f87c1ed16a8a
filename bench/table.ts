import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { queryBindAsync } from 'chdb'
import { AppError } from '../src/core/errors.ts'

/** A column whose filled cells are all numbers is numeric, NaN where a cell is empty; any other is text, '' there. */
export type TableColumn =
  | { readonly name: string; readonly kind: 'numeric'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] }

export type Table = { readonly rowCount: number; readonly columns: readonly TableColumn[] }

/**
 * Reads a CSV or TSV with a header line, plain or gzipped, told apart by its first bytes and not by its name.
 * @throws AppError 'bad_file' when it is not there or is no such table.
 */
export async function readTable(path: string): Promise<Table> {
  const { names, rows } = await readCells(path)
  return { rowCount: rows.length, columns: names.map((name, index) => toColumn(name, rows, index)) }
}

/** A table as it is written: ids keep their zeros. @throws AppError as `readTable` does. */
export async function readTexts(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { names, rows } = await readCells(path)
  return new Map(names.map((name, index) => [name, rows.map((row) => row[index]?.trim() ?? '')]))
}

type Cells = { readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }

async function readCells(path: string): Promise<Cells> {
  const { compression, format } = recognise(path)
  const folder = await mkdtemp(join(tmpdir(), 'likeness-table-'))
  try {
    // The engine reads wildcards and endings in a path; a link with a plain name has neither.
    const link = join(folder, 'table')
    await symlink(resolve(path), link)
    const result = await queryBindAsync(sql, { path: link, format, compression }, { format: 'JSONCompact' })
    const { meta, data } = result.json<CompactJson>()
    return { names: meta.map(({ name }) => name), rows: data }
  } catch (cause) {
    throw new AppError('bad_file', 'the table cannot be read', { where: path, cause })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The named column. @throws AppError 'bad_usage' with the names there are. */
export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find((each) => each.name === name)
  if (column !== undefined) return column
  throw new AppError('bad_usage', `the table has no column '${name}'`, {
    expected: table.columns.map((each) => each.name).join(', '),
  })
}

// Every cell as text: the engine guesses types from the first rows and knows no exponents. One thread keeps the rows'
// order.
const sql = `SELECT * FROM file({path:String}, {format:String}, 'auto', {compression:String}) SETTINGS
  input_format_csv_use_best_effort_in_schema_inference = 0,
  input_format_tsv_use_best_effort_in_schema_inference = 0,
  max_threads = 1`

/** How files write a missing number. */
const missing = /^(na|nan|n\/a|null)?$/i

type CompactJson = {
  readonly meta: readonly { readonly name: string }[]
  readonly data: readonly (readonly (string | null)[])[]
}

function toColumn(name: string, rows: Cells['rows'], index: number): TableColumn {
  const cells = rows.map((row) => row[index]?.trim() ?? '')
  const numbers = Float64Array.from(cells, (cell) => (missing.test(cell) ? Number.NaN : Number(cell)))
  const isNumeric = cells.every((cell, row) => missing.test(cell) || Number.isFinite(numbers[row]))
  return isNumeric ? { name, kind: 'numeric', values: numbers } : { name, kind: 'text', values: cells }
}

function recognise(path: string): { readonly compression: string; readonly format: string } {
  const head = readHead(path)
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  const text = isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head
  const header = text.toString('utf8').split('\n', 1)[0] ?? ''
  return {
    compression: isGzip ? 'gzip' : 'none',
    format: header.includes('\t') ? 'TSVWithNames' : 'CSVWithNames',
  }
}

function readHead(path: string): Buffer {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(65_536)
      return head.subarray(0, readSync(file, head))
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw new AppError('bad_file', 'the file cannot be opened', { where: path, cause })
  }
}
