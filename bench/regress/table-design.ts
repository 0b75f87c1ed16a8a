import type { Dataset } from '../../src/core/dataset.ts'
import { applyOneHot, fitOneHot, type OneHot } from '../../src/models/prepare/one-hot.ts'
import type { TableColumn } from '../table.ts'

/** Numeric columns as they are, text columns one-hot; categories were taken from training rows alone. */
export type TableDesign = { readonly columns: readonly DesignColumn[] }

type DesignColumn =
  | { readonly kind: 'numeric'; readonly name: string; readonly values: Float64Array }
  | {
      readonly kind: 'text'
      readonly name: string
      readonly values: readonly string[]
      readonly encoder: OneHot
    }

export function fitTableDesign(columns: readonly TableColumn[], rows: Uint32Array): TableDesign {
  return {
    columns: columns.map((column) =>
      column.kind === 'numeric' ? column : { ...column, encoder: fitOneHot(pick(column.values, rows)) },
    ),
  }
}

/** The rows as models read them. */
export function applyTableDesign({ columns }: TableDesign, rows: Uint32Array): Dataset {
  const blocks = columns.map((column) => toBlock(column, rows))
  const featureNames = blocks.flatMap((block) => block.names)
  const values = new Float64Array(rows.length * featureNames.length)
  let start = 0
  for (const block of blocks) {
    const width = block.names.length
    for (let row = 0; row < rows.length; row++)
      values.set(block.values.subarray(row * width, (row + 1) * width), row * featureNames.length + start)
    start += width
  }
  return { featureNames, rowIds: Array.from(rows, String), values }
}

/** The values at the rows. */
export function pickNumbers(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
}

function toBlock(
  column: DesignColumn,
  rows: Uint32Array,
): { readonly names: string[]; readonly values: Float64Array } {
  if (column.kind === 'numeric') return { names: [column.name], values: pickNumbers(column.values, rows) }
  const names = column.encoder.categories.map((category) => `${column.name}=${category}`)
  return { names, values: applyOneHot(column.encoder, pick(column.values, rows)) }
}

function pick(values: readonly string[], rows: Uint32Array): string[] {
  return Array.from(rows, (row) => values[row] ?? '')
}
