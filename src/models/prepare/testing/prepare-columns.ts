import { createRandom } from '../../../math/random.ts'
import type { Column, ColumnTable } from '../column-table.ts'
import { applyPreparation, describePreparation, fitPreparation } from '../preparation.ts'
import type { StepSettings } from '../preparation-step.ts'

type Cells = Readonly<Record<string, readonly number[] | readonly string[]>>

/** Columns by name: numbers where the cells are numbers, else labels (or texts, or moments, as `kind` says). */
function toTable(cells: Cells, kind?: 'text' | 'moment'): ColumnTable {
  const columns = Object.entries(cells).map(([name, values]): Column => {
    const numbers = values.filter((value) => typeof value === 'number')
    if (numbers.length === values.length)
      return { kind: kind === 'moment' ? 'moment' : 'number', name, values: Float64Array.from(numbers) }
    return { kind: kind === 'text' ? 'text' : 'label', name, values: values.map(String) }
  })
  return { rowIds: Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => `row ${row}`), columns }
}

function toCells({ columns }: ColumnTable): Record<string, (number | string)[]> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]))
}

/** One step fitted on columns written down in a test: what training rows become, what later ones do, and the words. */
export function prepareColumns(
  settings: StepSettings,
  cells: Cells,
  options: { readonly target?: readonly number[]; readonly kind?: 'text' | 'moment' } = {},
) {
  const { target, kind } = options
  const training = { table: toTable(cells, kind), ...(target && { target: Float64Array.from(target) }) }
  const { preparation, table } = fitPreparation([settings], training, createRandom(3))
  return {
    trained: toCells(table),
    apply: (later: Cells) => toCells(applyPreparation(preparation, toTable(later, kind))),
    lines: describePreparation(preparation).flatMap((step) => step.lines),
    step: preparation.steps[0],
  }
}
