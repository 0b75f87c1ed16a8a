import { AppError } from '../../src/core/errors.ts'
import { columnOf, readTable, type TableColumn } from '../table.ts'

export type LabelledTexts = {
  readonly texts: readonly string[]
  /** 1 for good, 0 for bad. */
  readonly labels: Uint8Array
  /** The group of each row; absent where no column names it. */
  readonly groups?: readonly string[]
}

export type TextQuestion = {
  readonly file: string
  /** Columns whose texts are joined. */
  readonly texts: readonly string[]
  readonly label: string
  readonly group: string | undefined
}

/**
 * The rows of a table that hold words.
 * @throws AppError 'bad_usage' when a column is not there or the label is anything but yes and no.
 */
export async function readLabelledTexts({ file, texts, label, group }: TextQuestion): Promise<LabelledTexts> {
  const table = await readTable(file)
  const columns = texts.map((name) => cellsOf(columnOf(table, name)))
  const joined = Array.from({ length: table.rowCount }, (_, row) =>
    columns
      .map((cells) => cells[row] ?? '')
      .join(' ')
      .trim(),
  )
  const marks = cellsOf(columnOf(table, label)).map((cell) => parseLabel(cell, label))
  const groups = group === undefined ? undefined : cellsOf(columnOf(table, group))
  const rows = [...joined.keys()].filter((row) => joined[row] !== '')
  return {
    texts: rows.map((row) => joined[row] ?? ''),
    labels: Uint8Array.from(rows, (row) => marks[row] ?? 0),
    ...(groups && { groups: rows.map((row) => groups[row] ?? '') }),
  }
}

function cellsOf(column: TableColumn): readonly string[] {
  return column.kind === 'text' ? column.values : Array.from(column.values, String)
}

function parseLabel(cell: string, name: string): 0 | 1 {
  if (/^(1|true|yes)$/i.test(cell)) return 1
  if (/^(0|false|no)$/i.test(cell)) return 0
  throw new AppError('bad_usage', `the label '${name}' must be yes or no in every row`, {
    expected: '1/0, TRUE/FALSE or yes/no',
    received: cell,
  })
}
