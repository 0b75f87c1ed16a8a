import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'

/** Values of one column that share a bin. */
export type ColumnBins = {
  /** Bins of present values; the bin of this number holds the missing ones. */
  readonly binCount: number
  /** Largest value of each bin, the last one +∞; empty for categories. */
  readonly uppers: Float64Array
  /** Code of each bin, for categories only. */
  readonly codes: Float64Array | undefined
  /** Where the column's bins begin in a histogram. */
  readonly offset: number
}

/** A dataset as bins of a byte, the form in which trees are grown. */
export type BinnedColumns = {
  readonly rowCount: number
  readonly columns: readonly ColumnBins[]
  /** [columns × rowCount], column-major. */
  readonly bins: Uint8Array
  /** Bins of all columns together, missing ones included. */
  readonly slotCount: number
}

/**
 * Quantile bins: a value of its own for each bin where a column has few values, else about equally many rows a bin.
 * @param categorical columns whose values are codes; beyond the commonest `maxBins`, codes count as missing
 * @throws AppError 'bad_input' when a value is infinite.
 */
export function binColumns(
  dataset: Dataset,
  categorical: ReadonlySet<number>,
  maxBins: number,
): BinnedColumns {
  const columnCount = dataset.featureNames.length
  const rowCount = dataset.rowIds.length
  const bins = new Uint8Array(columnCount * rowCount)
  const columns: ColumnBins[] = []
  let slotCount = 0
  for (let column = 0; column < columnCount; column++) {
    const sorted = presentValues(dataset, column).sort()
    if (!Number.isFinite(sorted[0] ?? 0) || !Number.isFinite(sorted.at(-1) ?? 0)) {
      throw new AppError('bad_input', `feature '${dataset.featureNames[column]}' holds an infinite value`)
    }
    const described = categorical.has(column)
      ? binCategories(sorted, maxBins, slotCount)
      : binValues(sorted, maxBins, slotCount)
    columns.push(described)
    slotCount += described.binCount + 1
    for (let row = 0; row < rowCount; row++) {
      const value = dataset.values[row * columnCount + column] ?? Number.NaN
      bins[column * rowCount + row] = binOf(described, value)
    }
  }
  return { rowCount, columns, bins, slotCount }
}

function presentValues(dataset: Dataset, column: number): Float64Array {
  const columnCount = dataset.featureNames.length
  const present = new Float64Array(dataset.rowIds.length)
  let count = 0
  for (let index = column; index < dataset.values.length; index += columnCount) {
    const value = dataset.values[index] ?? Number.NaN
    if (!Number.isNaN(value)) present[count++] = value
  }
  return present.subarray(0, count)
}

function binValues(sorted: Float64Array, maxBins: number, offset: number): ColumnBins {
  const uppers: number[] = []
  const isOneEach = countDistinct(sorted) <= maxBins
  for (let index = 0, start = 0; index + 1 < sorted.length && uppers.length < maxBins - 1; index++) {
    const [value = 0, next = 0] = [sorted[index], sorted[index + 1]]
    if (value === next) continue
    // A value that fills many bins' share leaves what is behind it to the bins that are left.
    const isFull = (index + 1 - start) * (maxBins - uppers.length) >= sorted.length - start
    if (!isOneEach && !isFull) continue
    uppers.push(between(value, next))
    start = index + 1
  }
  uppers.push(Number.POSITIVE_INFINITY)
  return { binCount: uppers.length, uppers: Float64Array.from(uppers), codes: undefined, offset }
}

/** A number in [low, high), the middle where floating point has one. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2
  return middle < high ? middle : low
}

function countDistinct(sorted: Float64Array): number {
  let count = 0
  for (let index = 0; index < sorted.length; index++) if (sorted[index] !== sorted[index - 1]) count++
  return count
}

function binCategories(sorted: Float64Array, maxBins: number, offset: number): ColumnBins {
  const counts = new Map<number, number>()
  for (const code of sorted) counts.set(code, (counts.get(code) ?? 0) + 1)
  const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxBins)
  const codes = Float64Array.from(kept, ([code]) => code).sort()
  return { binCount: codes.length, uppers: new Float64Array(), codes, offset }
}

function binOf({ binCount, uppers, codes }: ColumnBins, value: number): number {
  if (Number.isNaN(value)) return binCount
  const edges = codes ?? uppers
  let [low, high] = [0, binCount - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (edges[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return codes === undefined || codes[low] === value ? low : binCount
}
