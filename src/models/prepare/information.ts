import { elementAt } from '../../math/matrix.ts'
import { findBin, quantileEdges } from './bin-edges.ts'
import { knownSorted } from './column-moments.ts'

/** Values in bins of about equally many rows; equal values share a bin. */
export type Bins = { readonly binOf: Uint8Array; readonly binCount: number }

/** What a column tells of a target. */
export type Information = {
  /** Mutual information in nats, less what chance gives on average (Miller, 1955); may be a little below 0. */
  readonly nats: number
  /** Whether it is more than chance gives one column in a hundred. */
  readonly isClear: boolean
}

const columnBinCount = 10

/** Cuts values at their quantiles: a bin ends with a value that is there, so none is empty. Missing values have one of their own. */
export function countBins(values: Float64Array, wanted: number): Bins {
  const known = knownSorted(values)
  const edges = quantileEdges(known, wanted)
  const bins = new Uint8Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = elementAt(values, row)
    bins[row] = Number.isNaN(value) ? edges.length + 1 : findBin(edges, value)
  }
  return { binOf: bins, binCount: edges.length + (known.length < values.length ? 2 : 1) }
}

/**
 * Mutual information of a column in ten bins and a binned target; twice the rows times it is χ²-distributed when the two
 * are independent (Kullback, 1959), which tells what chance gives.
 */
export function informationOf(column: Float64Array, target: Bins): Information {
  const own = countBins(column, columnBinCount)
  const freedom = (own.binCount - 1) * (target.binCount - 1)
  if (freedom === 0) return { nats: 0, isClear: false }
  const nats = mutualInformation(own, target)
  return {
    nats: nats - freedom / (2 * column.length),
    isClear: 2 * column.length * nats > chiSquareQuantile(freedom, z99),
  }
}

/** In nats, of two binned columns of the same rows; what chance gives is still in it. */
export function mutualInformation(own: Bins, target: Bins): number {
  const width = target.binCount
  const rowCount = own.binOf.length
  const cells = new Float64Array(own.binCount * width)
  for (let row = 0; row < rowCount; row++) {
    const cell = (own.binOf[row] ?? 0) * width + (target.binOf[row] ?? 0)
    cells[cell] = elementAt(cells, cell) + 1
  }
  const rows = new Float64Array(own.binCount)
  const columns = new Float64Array(width)
  for (const [cell, count] of cells.entries()) {
    const [row, column] = [Math.floor(cell / width), cell % width]
    rows[row] = elementAt(rows, row) + count
    columns[column] = elementAt(columns, column) + count
  }
  let nats = 0
  for (const [cell, count] of cells.entries()) {
    if (count === 0) continue
    const expected = elementAt(rows, Math.floor(cell / width)) * elementAt(columns, cell % width)
    nats += (count / rowCount) * Math.log((count * rowCount) / expected)
  }
  return nats
}

/** The normal deviate that one in a hundred exceeds. */
export const z99 = 2.3263

/** The quantile of χ² whose normal deviate is given (Wilson & Hilferty, 1931). */
export function chiSquareQuantile(freedom: number, deviate: number): number {
  const spread = 2 / (9 * freedom)
  return freedom * (1 - spread + deviate * Math.sqrt(spread)) ** 3
}
