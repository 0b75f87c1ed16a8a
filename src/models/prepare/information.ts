import { elementAt, itemAt } from '../../math/matrix.ts'

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

/** Cuts values at their quantiles: a bin ends with a value that is there, so none is empty. */
export function countBins(values: Float64Array, wanted: number): Bins {
  const sorted = values.slice().sort()
  const [lowest, highest] = [elementAt(sorted, 0), elementAt(sorted, sorted.length - 1)]
  const edges: number[] = []
  for (let part = 1; part < wanted; part++) {
    const edge = elementAt(sorted, Math.floor((part / wanted) * (sorted.length - 1)))
    if (edge !== edges.at(-1) && edge < highest) edges.push(edge)
  }
  if (edges.length === 0 && lowest < highest) edges.push(lowest)
  const cuts = Float64Array.from(edges)
  const binOf = new Uint8Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = elementAt(values, row)
    let bin = 0
    while (bin < cuts.length && value > elementAt(cuts, bin)) bin++
    binOf[row] = bin
  }
  return { binOf, binCount: cuts.length + 1 }
}

/**
 * Mutual information of a column in ten bins and a binned target; twice the rows times it is χ²-distributed when the two
 * are independent (Kullback, 1959), which tells what chance gives.
 */
export function informationOf(column: Float64Array, target: Bins): Information {
  const own = countBins(column, columnBinCount)
  const cells = new Float64Array(own.binCount * target.binCount)
  for (let row = 0; row < column.length; row++) {
    const cell = itemAt(own.binOf, row) * target.binCount + itemAt(target.binOf, row)
    cells[cell] = elementAt(cells, cell) + 1
  }
  const freedom = (own.binCount - 1) * (target.binCount - 1)
  if (freedom === 0) return { nats: 0, isClear: false }
  const nats = mutualInformation(cells, target.binCount, column.length)
  return {
    nats: nats - freedom / (2 * column.length),
    isClear: 2 * column.length * nats > chiSquareQuantile99(freedom),
  }
}

function mutualInformation(cells: Float64Array, width: number, rowCount: number): number {
  const rows = new Float64Array(cells.length / width)
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

/** The 99 % quantile of χ² (Wilson & Hilferty, 1931). */
function chiSquareQuantile99(freedom: number): number {
  const spread = 2 / (9 * freedom)
  return freedom * (1 - spread + 2.3263 * Math.sqrt(spread)) ** 3
}
