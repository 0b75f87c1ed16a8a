import type { BinnedColumns } from './binned-columns.ts'

/** Rows of a node, with their gradients in the same order, so that each column reads them one after another. */
export type NodeRows = {
  readonly rows: Int32Array
  readonly gradients: Float64Array
  readonly hessians: Float64Array
  readonly count: number
}

type BinnedColumn = { readonly bins: Uint8Array; readonly start: number }

/** Sums gradient and hessian by bin into `histogram` (pairs, [slots × 2]), for the given columns only. */
export function fillHistogram(
  histogram: Float64Array,
  node: NodeRows,
  binned: BinnedColumns,
  columns: readonly number[],
): void {
  const opened = columns.map((column) => {
    const { offset = 0, binCount = 0 } = binned.columns[column] ?? {}
    histogram.fill(0, 2 * offset, 2 * (offset + binCount + 1))
    const bins = binned.bins.subarray(column * binned.rowCount, (column + 1) * binned.rowCount)
    return { bins, start: 2 * offset }
  })
  let place = 0
  for (; place + 3 < opened.length; place += 4) {
    const [first, second, third, fourth] = opened.slice(place, place + 4)
    if (first && second && third && fourth) addFourColumns(histogram, [first, second, third, fourth], node)
  }
  for (const column of opened.slice(place)) addColumn(histogram, column, node)
}

function addColumn(histogram: Float64Array, { bins, start }: BinnedColumn, node: NodeRows): void {
  const { rows, gradients, hessians, count } = node
  for (let index = 0; index < count; index++) {
    const slot = start + 2 * (bins[rows[index] ?? 0] ?? 0)
    histogram[slot] = (histogram[slot] ?? 0) + (gradients[index] ?? 0)
    histogram[slot + 1] = (histogram[slot + 1] ?? 0) + (hessians[index] ?? 0)
  }
}

/** Four columns a pass read each row's gradients once: a quarter faster than one by one. */
function addFourColumns(
  histogram: Float64Array,
  [first, second, third, fourth]: readonly [BinnedColumn, BinnedColumn, BinnedColumn, BinnedColumn],
  { rows, gradients, hessians, count }: NodeRows,
): void {
  const [firstBins, secondBins, thirdBins, fourthBins] = [first.bins, second.bins, third.bins, fourth.bins]
  const [firstStart, secondStart, thirdStart, fourthStart] = [
    first.start,
    second.start,
    third.start,
    fourth.start,
  ]
  for (let index = 0; index < count; index++) {
    const row = rows[index] ?? 0
    const gradient = gradients[index] ?? 0
    const hessian = hessians[index] ?? 0
    const a = firstStart + 2 * (firstBins[row] ?? 0)
    const b = secondStart + 2 * (secondBins[row] ?? 0)
    const c = thirdStart + 2 * (thirdBins[row] ?? 0)
    const d = fourthStart + 2 * (fourthBins[row] ?? 0)
    histogram[a] = (histogram[a] ?? 0) + gradient
    histogram[a + 1] = (histogram[a + 1] ?? 0) + hessian
    histogram[b] = (histogram[b] ?? 0) + gradient
    histogram[b + 1] = (histogram[b + 1] ?? 0) + hessian
    histogram[c] = (histogram[c] ?? 0) + gradient
    histogram[c + 1] = (histogram[c + 1] ?? 0) + hessian
    histogram[d] = (histogram[d] ?? 0) + gradient
    histogram[d + 1] = (histogram[d + 1] ?? 0) + hessian
  }
}

/** What remains of a parent without one child is the other child: half of the sums need no pass over rows. */
export function subtractHistogram(
  parent: Float64Array,
  child: Float64Array,
  binned: BinnedColumns,
  columns: readonly number[],
): void {
  for (const column of columns) {
    const { offset = 0, binCount = 0 } = binned.columns[column] ?? {}
    for (let slot = 2 * offset; slot < 2 * (offset + binCount + 1); slot++) {
      parent[slot] = (parent[slot] ?? 0) - (child[slot] ?? 0)
    }
  }
}
