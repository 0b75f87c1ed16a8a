import type { Column, ColumnTable } from '../../src/models/prepare/column-table.ts'
import { toProblem } from '../classify/problem.ts'
import type { Table } from '../table.ts'

/** Raw columns beside a yes/no label. */
export type ColumnProblem = { readonly table: ColumnTable; readonly target: Float64Array }

/**
 * Rows that have a label; texts are labels, and so are the columns of numbers that only name things.
 * Errors as `toProblem`.
 */
export function toColumnProblem(
  read: Table,
  question: { readonly label: string; readonly drop: readonly string[]; readonly codes: readonly string[] },
): ColumnProblem {
  const { dataset, labels } = toProblem(read, question)
  const rows = dataset.rowIds.map(Number)
  const left = new Set(dataset.featureNames)
  const columns = read.columns
    .filter(({ name }) => left.has(name))
    .map(({ name, kind, values }): Column => {
      const cells = rows.map((row) => values[row] ?? '')
      if (kind === 'numeric' && !question.codes.includes(name))
        return { kind: 'number', name, values: Float64Array.from(cells, Number) }
      return { kind: 'label', name, values: cells.map((cell) => (Number.isNaN(cell) ? '' : String(cell))) }
    })
  return { table: { rowIds: dataset.rowIds, columns }, target: labels }
}
