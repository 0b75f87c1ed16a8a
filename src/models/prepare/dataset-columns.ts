import type { Dataset } from '../../core/dataset.ts'
import { elementAt, type Matrix } from '../../math/matrix.ts'
import { momentsOf, varies } from './column-moments.ts'

/** One column of a dataset. */
export function columnAt({ rowIds, featureNames, values }: Dataset, column: number): Float64Array {
  const picked = new Float64Array(rowIds.length)
  for (let row = 0; row < picked.length; row++)
    picked[row] = elementAt(values, row * featureNames.length + column)
  return picked
}

/** Mean and deviation of each column; deviation 0 where it does not vary. */
export type Standards = readonly { readonly mean: number; readonly deviation: number }[]

/** Over the known values of the given rows. */
export function fitStandards(dataset: Dataset, rows: Uint32Array): Standards {
  const width = dataset.featureNames.length
  return dataset.featureNames.map((_, column) => {
    const known = Float64Array.from(rows, (row) => elementAt(dataset.values, row * width + column)).filter(
      Number.isFinite,
    )
    const moments = known.length === 0 ? { mean: 0, deviation: 0 } : momentsOf(known)
    return { mean: moments.mean, deviation: varies(moments) ? moments.deviation : 0 }
  })
}

/** Rows with columns of mean 0 and deviation 1; what is missing, and what does not vary, is 0. */
export function standardiseRows(dataset: Dataset, standards: Standards, rows: Uint32Array): Matrix {
  const width = dataset.featureNames.length
  const values = new Float64Array(rows.length * width)
  for (const [place, row] of rows.entries())
    for (const [column, { mean, deviation }] of standards.entries()) {
      const value = (elementAt(dataset.values, row * width + column) - mean) / deviation
      values[place * width + column] = Number.isFinite(value) ? value : 0
    }
  return { rowCount: rows.length, columnCount: width, values }
}

/** Every row of a dataset. */
export function allRows({ rowIds }: Dataset): Uint32Array {
  return Uint32Array.from(rowIds.keys())
}
