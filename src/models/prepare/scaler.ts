import type { Dataset } from '../../core/dataset.ts'
import { AppError } from '../../core/errors.ts'
import { elementAt } from '../../math/matrix.ts'
import { placeRanks } from '../../math/place-ranks.ts'
import { quantileOfSorted, quantileOfWeighted, quantileRanks } from '../../math/quantile.ts'
import { momentsOf, signedLog, varies } from './column-moments.ts'
import { columnAt } from './dataset-columns.ts'

/** How one column becomes a number that linear models read well; fitted on training rows alone. */
type ColumnScale = {
  readonly low: number
  readonly high: number
  readonly median: number
  readonly isLogged: boolean
  readonly mean: number
  /** 0 for a column that does not vary: it becomes 0 throughout. */
  readonly deviation: number
}

/** Plain data. Columns of the output: every input column, then `name?` for each that misses values. */
export type Scaler = {
  readonly formatVersion: 1
  readonly featureNames: readonly string[]
  readonly columns: readonly ColumnScale[]
  /** Input columns that also get an indicator of being missing. */
  readonly missing: readonly number[]
}

export type ScalerOptions = {
  /** Values beyond these quantiles of the training rows are clipped (winsorised); .005 and .995 by default. */
  readonly clipAt?: readonly [number, number]
  /** Columns whose skewness is larger become sign(x)·ln(1 + |x|); 2 by default, Infinity for none. */
  readonly logAboveSkewness?: number
}

/**
 * @param weights how much each row counts, all above 0; 1 each when left out
 * @throws AppError 'too_little_data' without rows.
 */
export function fitScaler(dataset: Dataset, options: ScalerOptions = {}, weights?: Float64Array): Scaler {
  if (dataset.rowIds.length === 0) throw new AppError('too_little_data', 'there are no rows to scale')
  const columns: ColumnScale[] = []
  const missing: number[] = []
  for (let column = 0; column < dataset.featureNames.length; column++) {
    const values = columnAt(dataset, column)
    const missingCount = values.reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0)
    if (missingCount > 0 && missingCount < values.length) missing.push(column)
    columns.push(fitColumn(values, options, weights))
  }
  return { formatVersion: 1, featureNames: dataset.featureNames, columns, missing }
}

/**
 * Imputes the median, clips, takes logarithms where the fit did, and standardises.
 * @throws AppError 'bad_input' when the columns are not those of the fit.
 */
export function applyScaler(scaler: Scaler, dataset: Dataset): Dataset {
  checkFeatureNames(scaler.featureNames, dataset)
  const [rowCount, columnCount] = [dataset.rowIds.length, scaler.featureNames.length]
  const width = columnCount + scaler.missing.length
  const values = new Float64Array(rowCount * width)
  for (let row = 0; row < rowCount; row++) {
    for (const [column, scale] of scaler.columns.entries())
      values[row * width + column] = scaleValue(scale, elementAt(dataset.values, row * columnCount + column))
    for (const [index, column] of scaler.missing.entries())
      values[row * width + columnCount + index] = Number.isNaN(
        elementAt(dataset.values, row * columnCount + column),
      )
        ? 1
        : 0
  }
  const indicators = scaler.missing.map((column) => `${scaler.featureNames[column]}?`)
  return { featureNames: [...scaler.featureNames, ...indicators], rowIds: dataset.rowIds, values }
}

/** @throws AppError 'bad_input' naming the first column that differs. */
export function checkFeatureNames(expected: readonly string[], dataset: Dataset): void {
  const index = Array.from({ length: Math.max(expected.length, dataset.featureNames.length) }).findIndex(
    (_, column) => expected[column] !== dataset.featureNames[column],
  )
  if (index === -1) return
  throw new AppError('bad_input', 'the columns are not those that the model was fitted on', {
    where: `column ${index}`,
    expected: expected[index] ?? 'no further column',
    received: dataset.featureNames[index] ?? 'no further column',
  })
}

/** Overwrites the values. */
function fitColumn(
  values: Float64Array,
  { clipAt = [0.005, 0.995], logAboveSkewness = 2 }: ScalerOptions,
  weights?: Float64Array,
): ColumnScale {
  const quantile =
    weights === undefined ? quantilesOf(values, [...clipAt, 0.5]) : quantilesOfWeighted(values, weights)
  if (quantile === undefined) return { low: 0, high: 0, median: 0, isLogged: false, mean: 0, deviation: 0 }
  const bounds = { low: quantile(clipAt[0]), high: quantile(clipAt[1]), median: quantile(0.5) }
  for (let row = 0; row < values.length; row++) values[row] = clip(elementAt(values, row), bounds)
  const plain = momentsOf(values, weights)
  const isLogged = Math.abs(plain.skewness) > logAboveSkewness
  const moments = isLogged ? momentsOf(values.map(signedLog), weights) : plain
  return { ...bounds, isLogged, mean: moments.mean, deviation: varies(moments) ? moments.deviation : 0 }
}

type QuantileReader = (level: number) => number

/** Those quantiles of the finite values, which need no sorting of the rest; undefined where there are none. */
function quantilesOf(values: Float64Array, levels: readonly number[]): QuantileReader | undefined {
  const finite = finiteOf(values)
  if (finite.length === 0) return undefined
  const ranks = levels.flatMap((level) => quantileRanks(finite.length, level))
  placeRanks(
    finite,
    [...new Set(ranks)].sort((a, b) => a - b),
  )
  return (level) => quantileOfSorted(finite, level)
}

function finiteOf(values: Float64Array): Float64Array {
  const finite = new Float64Array(values.length)
  let count = 0
  for (let row = 0; row < values.length; row++) {
    const value = elementAt(values, row)
    if (Number.isFinite(value)) finite[count++] = value
  }
  return finite.subarray(0, count)
}

function quantilesOfWeighted(values: Float64Array, weights: Float64Array): QuantileReader | undefined {
  const rows = Uint32Array.from(values.keys()).filter((row) => Number.isFinite(elementAt(values, row)))
  rows.sort((a, b) => elementAt(values, a) - elementAt(values, b))
  const [sorted, counts] = [values, weights].map((list) =>
    Float64Array.from(rows, (row) => elementAt(list, row)),
  )
  if (sorted === undefined || counts === undefined || sorted.length === 0) return undefined
  return (level) => quantileOfWeighted(sorted, counts, level)
}

function scaleValue(scale: ColumnScale, value: number): number {
  if (scale.deviation === 0) return 0
  const clipped = clip(value, scale)
  return ((scale.isLogged ? signedLog(clipped) : clipped) - scale.mean) / scale.deviation
}

function clip(value: number, { low, high, median }: { low: number; high: number; median: number }): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : median
}
