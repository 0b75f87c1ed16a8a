import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import { elementAt, itemAt } from '../../math/matrix.ts'

/** Numbers; what is not finite is missing. */
export type NumberColumn = { readonly kind: 'number'; readonly name: string; readonly values: Float64Array }
/** One of several words each; an empty one is missing. */
export type LabelColumn = {
  readonly kind: 'label'
  readonly name: string
  readonly values: readonly string[]
}
/** Whole sentences; an empty one is missing. */
type TextColumn = { readonly kind: 'text'; readonly name: string; readonly values: readonly string[] }
/** Unix milliseconds; what no calendar has is missing. */
type MomentColumn = { readonly kind: 'moment'; readonly name: string; readonly values: Float64Array }

export type Column = NumberColumn | LabelColumn | TextColumn | MomentColumn
export type ColumnKind = Column['kind']
export type ColumnOf<Kind extends ColumnKind> = Extract<Column, { kind: Kind }>

/** Raw rows as they come, before anything was learned of them. */
export type ColumnTable = {
  /** Whose row it is; a person may have several (at several cuts), which folds and intervals keep together. */
  readonly rowIds: readonly string[]
  readonly columns: readonly Column[]
}

/** Further than this from 0 a number is cut: no measurement is that large, and its cube still has a place in float64. */
const mostSize = 1e100

/** A column that was computed: what grew beyond the largest size is cut there. */
export function numberColumn(name: string, values: Float64Array): NumberColumn {
  return { kind: 'number', name, values: values.every(isPlain) ? values : values.map(cut) }
}

/** Numbers of a dataset, and texts (feature → one a row) as labels. */
export function tableOfDataset(
  { featureNames, rowIds, values }: Dataset,
  labels: Readonly<Record<string, readonly string[]>> = {},
): ColumnTable {
  const width = featureNames.length
  const numbers = featureNames.map(
    (name, column) =>
      ({
        kind: 'number',
        name,
        values: Float64Array.from(rowIds, (_, row) => elementAt(values, row * width + column)),
      }) as const,
  )
  const words = Object.entries(labels).map(
    ([name, texts]) => ({ kind: 'label', name, values: texts }) as const,
  )
  return { rowIds, columns: [...numbers, ...words] }
}

/**
 * A table of numbers alone as models read it.
 * @throws AppError 'bad_input' naming the first column that no step made numbers of.
 */
export function datasetOfTable({ rowIds, columns }: ColumnTable): Dataset {
  const numbers = columns.map((column) => {
    if (column.kind === 'number') return column.values
    throw new AppError(
      'bad_input',
      {
        en: `column '${column.name}' holds no numbers yet`,
        zh: `列“${column.name}”尚未转换为数字`,
      },
      {
        expected: 'number',
        received: column.kind,
        wayOut: {
          en: 'Add a step that makes numbers of it: one-hot, hash or target for labels, text for texts, dates for moments.',
          zh: '请增加一个将其转为数字的步骤：类别用 one-hot、hash 或 target，文本用 text，日期用 dates。',
        },
      },
    )
  })
  const values = new Float64Array(rowIds.length * columns.length)
  for (const [column, own] of numbers.entries())
    for (let row = 0; row < rowIds.length; row++) values[row * columns.length + column] = elementAt(own, row)
  return { featureNames: columns.map((column) => column.name), rowIds, values }
}

/** The given rows, in the given order. */
export function selectRows({ rowIds, columns }: ColumnTable, rows: ArrayLike<number>): ColumnTable {
  const places = Uint32Array.from(rows)
  return {
    rowIds: Array.from(places, (row) => rowIds[row] ?? ''),
    columns: columns.map((column) =>
      column.kind === 'number' || column.kind === 'moment'
        ? { ...column, values: Float64Array.from(places, (row) => itemAt(column.values, row)) }
        : { ...column, values: Array.from(places, (row) => column.values[row] ?? '') },
    ),
  }
}

/**
 * The table with missing numbers as NaN alone, none larger than 1e100 and no 0 with a sign (JSON would lose it).
 * @throws AppError 'bad_input' for two columns of one name, or one that is not as long as the table.
 */
export function tidyTable(table: ColumnTable): ColumnTable {
  checkTable(table)
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.kind === 'number' || column.kind === 'moment' ? tidyColumn(column) : column,
    ),
  }
}

function checkTable({ rowIds, columns }: ColumnTable): void {
  const seen = new Set<string>()
  for (const { name, values } of columns) {
    if (seen.has(name))
      throw new AppError('bad_input', {
        en: `two columns are named '${name}'`,
        zh: `有两列同名：“${name}”`,
      })
    seen.add(name)
    if (values.length !== rowIds.length)
      throw new AppError(
        'bad_input',
        { en: `column '${name}' is not as long as the table`, zh: `列“${name}”的长度与表不符` },
        { expected: `${rowIds.length}`, received: `${values.length}` },
      )
  }
}

/** The last moment that a Date can hold. */
const lastMs = 8.64e15

function tidyColumn<Tidied extends NumberColumn | MomentColumn>(column: Tidied): Tidied {
  const most = column.kind === 'moment' ? lastMs : Number.MAX_VALUE
  const isTidy = (value: number) => isPlain(value) && !(Math.abs(value) > most)
  if (column.values.every(isTidy)) return column
  const values = column.values.map((value) => (Math.abs(value) <= most ? cut(value) : Number.NaN))
  return { ...column, values }
}

function isPlain(value: number): boolean {
  return Math.abs(value) <= mostSize ? !Object.is(value, -0) : Number.isNaN(value)
}

function cut(value: number): number {
  return Math.min(mostSize, Math.max(-mostSize, value)) + 0
}
