import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../core/errors.ts'
import type { Database, FileLoad } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import { composeRawCount, composeRawTable, rawColumns } from '../import-sql.ts'
import { badFile, type FileFacts, openContent, toReadError } from './inspect-file.ts'
import { marksOf, mendFile } from './mend-file.ts'
import { maxLineBytes } from './read-lines.ts'
import type { TableShape } from './sniff-table.ts'
import type { Staging } from './staging.ts'

const dropTable = sqlFile(import.meta.url, '../sql/drop-table.sql')

type LoadSource = { readonly path: string; readonly compression: 'none' | 'gzip' }
type RawCount = { readonly row_count: number; readonly span_count: number }

/** A folder for copies that the work needs; gone when the work is done. */
export async function withTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-import-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The unpacked copy that Parquet needs, which is read from its end. */
export async function unpackFile(facts: FileFacts, folder: string, signal?: AbortSignal): Promise<string> {
  if (facts.compression === 'none') return facts.path
  const target = join(folder, 'unpacked')
  try {
    await pipeline(
      openContent(facts.path, facts.compression, signal),
      createWriteStream(target, { mode: 0o600 }),
    )
  } catch (error) {
    throw toReadError(facts.path, facts.compression, error)
  }
  return target
}

export type TableLoad = {
  readonly facts: FileFacts
  readonly plainPath: string
  readonly shape: TableShape
  readonly folder: string
  readonly signal?: AbortSignal
}

/**
 * The file's rows, as they are, in the staging table `raw`; resolves with their number. A file that the engine's reader
 * refuses, or in which a quote may have run over rows, is read again from a mended copy.
 * @throws AppError `bad_file` when it cannot be read even so.
 */
export async function loadTable(database: Database, staging: Staging, load: TableLoad): Promise<number> {
  const { facts, shape } = load
  const source: LoadSource =
    shape.kind === 'parquet'
      ? { path: load.plainPath, compression: 'none' }
      : { path: facts.path, compression: facts.compression }
  const isLong = facts.longestLineBytes > maxLineBytes && shape.kind !== 'parquet'
  const count = isLong ? undefined : await tryLoad(database, staging, load, source)
  if (count !== undefined) return count
  const mended = join(load.folder, 'mended')
  await mendFile(facts, shape, mended, load.signal)
  const again = await loadInto(database, staging, load, { path: mended, compression: 'none' })
  return again.row_count
}

/** Undefined when the file needs mending. */
async function tryLoad(
  database: Database,
  staging: Staging,
  load: TableLoad,
  source: LoadSource,
): Promise<number | undefined> {
  try {
    const { row_count, span_count } = await loadInto(database, staging, load, source)
    return span_count > 0 ? undefined : row_count
  } catch (error) {
    const isOurs = error instanceof AppError && ['stopped', 'database_unreachable'].includes(error.code)
    if (isOurs || load.shape.kind !== 'csv') throw renameFile(error, load.facts)
    return undefined
  }
}

async function loadInto(
  database: Database,
  staging: Staging,
  { facts, shape, signal }: TableLoad,
  source: LoadSource,
): Promise<RawCount> {
  const table = staging.nameOf('raw')
  await database.execute(dropTable, { parameters: { table } })
  await database.execute(composeRawTable(table, shape))
  await database.loadFile({
    ...source,
    ...engineFormat(shape, facts.checksum),
    columns: rawColumns(shape),
    table,
    ...(signal && { signal }),
  })
  const [counted] = await staging.query<RawCount>(composeRawCount(table, shape))
  if (counted === undefined) throw new Error('a count gave no row')
  return counted
}

function engineFormat(shape: TableShape, checksum: string): Pick<FileLoad, 'format' | 'settings'> {
  switch (shape.kind) {
    case 'parquet':
      return { format: 'Parquet' }
    case 'cells':
    case 'json':
      return { format: 'LineAsString' }
    case 'csv':
      return {
        format: shape.headerLines === 1 ? 'CSVWithNames' : 'CSV',
        settings: {
          format_csv_delimiter: shape.delimiter,
          // Columns are taken by position: a header may name one twice.
          input_format_with_names_use_header: 0,
          input_format_csv_detect_header: 0,
          // A row of too few or too many cells is set aside by itself instead of failing the file.
          input_format_csv_allow_variable_number_of_columns: 1,
          // An empty cell is an empty text; only a cell that is not there is NULL.
          input_format_csv_empty_as_default: 0,
          format_csv_null_representation: marksOf(checksum).absent,
          input_format_csv_trim_whitespaces: 0,
          input_format_csv_skip_trailing_empty_lines: 1,
        },
      }
    default:
      return shape satisfies never
  }
}

/** The engine names the copy it read; a person knows the file. */
function renameFile(error: unknown, facts: FileFacts): unknown {
  if (!(error instanceof AppError) || error.code !== 'bad_file') return error
  return badFile(
    facts.path,
    {
      en: `${facts.fileName} cannot be read: ${error.message}`,
      zh: `${facts.fileName} 无法读取：${error.text.zh}`,
    },
    error,
  )
}
