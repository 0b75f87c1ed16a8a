import type { Dataset } from '../../src/core/dataset.ts'
import { AppError } from '../../src/core/errors.ts'
import { columnOf, type Table, type TableColumn } from '../table.ts'

/** What to predict from what; rows without a label are left out. */
export type Problem = {
  /** Text columns hold codes, NaN where a cell is empty. */
  readonly dataset: Dataset
  /** The features that came as text. */
  readonly categorical: readonly string[]
  /** 0 or 1. */
  readonly labels: Float64Array
  readonly rowsWithoutLabel: number
}

type ProblemQuestion = {
  readonly label: string
  readonly drop: readonly string[]
  readonly positive?: string
}

/**
 * @param positive the cell that counts as 1, where it is not plain
 * @throws AppError 'bad_usage' when the label is not one of two, 'too_little_data' when one class is absent.
 */
export function toProblem(table: Table, { label, drop, positive }: ProblemQuestion): Problem {
  const target = readLabels(columnOf(table, label), positive)
  const left = new Set([label, ...drop.map((name) => columnOf(table, name).name)])
  const rows = Uint32Array.from(target.keys()).filter((row) => target[row] !== undefined)
  const labels = Float64Array.from(rows, (row) => target[row] ?? Number.NaN)
  const columns = table.columns.filter(({ name }) => !left.has(name))
  const values = new Float64Array(rows.length * columns.length)
  for (const [index, column] of columns.entries()) {
    const cells = column.kind === 'numeric' ? column.values : encode(column.values)
    for (const [place, row] of rows.entries())
      values[place * columns.length + index] = cells[row] ?? Number.NaN
  }
  return {
    dataset: {
      featureNames: columns.map(({ name }) => name),
      rowIds: Array.from(rows, String),
      values,
    },
    categorical: columns.filter(({ kind }) => kind === 'text').map(({ name }) => name),
    labels,
    rowsWithoutLabel: table.rowCount - rows.length,
  }
}

/** A code for each text in alphabetical order: a name in numbers, which tells nothing of labels. */
function encode(texts: readonly string[]): Float64Array {
  const known = [...new Set(texts)].filter((text) => text !== '').sort()
  const codes = new Map(known.map((text, code) => [text, code]))
  return Float64Array.from(texts, (text) => codes.get(text) ?? Number.NaN)
}

const positives = ['true', 't', 'yes', 'y', '1']
const negatives = ['false', 'f', 'no', 'n', '0']
const empty = ['', 'nan', 'na', 'n/a', 'null']

function readLabels(column: TableColumn, positive: string | undefined): (0 | 1 | undefined)[] {
  const { kind, values } = column
  const cells = (kind === 'text' ? values : [...values].map(String)).map((cell) => cell.trim().toLowerCase())
  const labels = cells.map((cell) => {
    if (empty.includes(cell)) return undefined
    if (positive !== undefined) return cell === positive.trim().toLowerCase() ? 1 : 0
    if (positives.includes(cell)) return 1
    return negatives.includes(cell) ? 0 : 'unknown'
  })
  const strange = labels.indexOf('unknown')
  if (strange !== -1)
    throw new AppError('bad_usage', `the label '${column.name}' is not one of two`, {
      expected: 'TRUE or FALSE, yes or no, 1 or 0; else --positive VALUE',
      received: `'${cells[strange]}'`,
    })
  const read = labels.filter((each) => each !== 'unknown')
  if (read.includes(0) && read.includes(1)) return read
  throw new AppError('too_little_data', `the label '${column.name}' has one class only`)
}
