import { stat } from 'node:fs/promises'
import type { FileLoad } from '../database.ts'
import { quoteIdentifier } from '../identifier.ts'
import { brokenFileError } from './engine-error.ts'

/** The parts of the statements that load a file, for every adapter. */
export type LoadParts = {
  /** `INSERT INTO … SELECT … FROM `, to be followed by where the rows come from. */
  readonly insertFrom: string
  /** The file's columns as the engine's readers want them: names and types. */
  readonly structure: string
  /** What was read is what was written, so the numbers run from 1 without a gap and the last is the count. */
  readonly count: string
  /** After a failure: nothing of the file stays. */
  readonly empty: string
}

/** @throws AppError `bad_file` when there is no such file. */
export async function prepareLoad(load: FileLoad): Promise<LoadParts> {
  const found = await stat(load.path).catch(() => undefined)
  if (found?.isFile() !== true) throw brokenFileError(load.path, 'there is no such file')
  const table = quoteIdentifier(load.table)
  const columns = load.columns.map((column) => ({ name: quoteIdentifier(column.name), type: column.type }))
  const names = columns.map((column) => column.name).join(', ')
  return {
    insertFrom: `INSERT INTO ${table} (row_number, ${names}) SELECT rowNumberInAllBlocks() + 1, ${names} FROM `,
    structure: columns.map((column) => `${column.name} ${column.type}`).join(', '),
    count: `SELECT max(row_number) AS count FROM ${table}`,
    empty: `TRUNCATE TABLE IF EXISTS ${table}`,
  }
}
