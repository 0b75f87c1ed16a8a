import type { Dataset } from '../../core/dataset.ts'
import { weightedGram } from '../../math/cholesky.ts'
import { elementAt, itemAt } from '../../math/matrix.ts'
import { columnAt } from './dataset-columns.ts'
import { countBins, informationOf } from './information.ts'

/** The columns of a scaled dataset that a linear model is fitted on. */
export type ColumnChoice = {
  /** Positions in the dataset, ascending. */
  readonly columns: readonly number[]
  /** For each of them the sign of its own correlation with the target. */
  readonly directions: readonly number[]
}

/** Of two columns that are nearer than this, the one that tells less of the target is left out. */
const mostCorrelation = 0.9

/**
 * Leaves out columns that do not vary, that tell nothing of the target (mutual information no larger than chance gives
 * one column in a hundred), and that say the same as a better one (correlation above .9).
 * @param weights of the rows; 1 when left out
 */
export function chooseColumns(
  scaled: Dataset,
  target: Float64Array,
  weights: Float64Array = new Float64Array(target.length).fill(1),
): ColumnChoice {
  const bins = countBins(target, 5)
  const informative = scaled.featureNames
    .map((_, column) => column)
    .filter((column) => informationOf(columnAt(scaled, column), bins).isClear)
  const toTarget = correlationsWith(scaled, informative, target, weights)
  const between = correlationsBetween(scaled, informative)
  const ranked = [...informative.keys()].sort(
    (a, b) => Math.abs(elementAt(toTarget, b)) - Math.abs(elementAt(toTarget, a)),
  )
  const kept: number[] = []
  for (const place of ranked)
    if (
      kept.every(
        (other) => Math.abs(elementAt(between, place * informative.length + other)) <= mostCorrelation,
      )
    )
      kept.push(place)
  kept.sort((a, b) => a - b)
  return {
    columns: kept.map((place) => itemAt(informative, place)),
    directions: kept.map((place) => Math.sign(elementAt(toTarget, place))),
  }
}

/** The given columns, row-major, followed by a column of ones where a model has its intercept there. */
export function pickColumns(
  { rowIds, featureNames, values }: Dataset,
  columns: readonly number[],
  withOnes = false,
): Float64Array {
  const width = columns.length + (withOnes ? 1 : 0)
  const picked = new Float64Array(rowIds.length * width).fill(1)
  for (let row = 0; row < rowIds.length; row++)
    for (let place = 0; place < columns.length; place++)
      picked[row * width + place] = elementAt(values, row * featureNames.length + itemAt(columns, place))
  return picked
}

function correlationsWith(
  scaled: Dataset,
  columns: readonly number[],
  target: Float64Array,
  weights: Float64Array,
): Float64Array {
  const centredTarget = centre(target, weights)
  const spread = sumOf(centredTarget, (value, row) => elementAt(weights, row) * value * value)
  return Float64Array.from(columns, (column) => {
    const centred = centre(columnAt(scaled, column), weights)
    const own = sumOf(centred, (value, row) => elementAt(weights, row) * value * value)
    const shared = sumOf(
      centred,
      (value, row) => elementAt(weights, row) * value * elementAt(centredTarget, row),
    )
    return own * spread > 0 ? shared / Math.sqrt(own * spread) : 0
  })
}

/** [columns × columns] */
function correlationsBetween(scaled: Dataset, columns: readonly number[]): Float64Array {
  const [rowCount, width] = [scaled.rowIds.length, columns.length]
  const values = pickColumns(scaled, columns, true)
  const gram = weightedGram({ rowCount, columnCount: width + 1, values }).values
  const at = (a: number, b: number) => elementAt(gram, a * (width + 1) + b) / rowCount
  const covariance = (a: number, b: number) => at(a, b) - at(a, width) * at(b, width)
  return Float64Array.from({ length: width * width }, (_, index) => {
    const [a, b] = [Math.floor(index / width), index % width]
    return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))
  })
}

function centre(values: Float64Array, weights: Float64Array): Float64Array {
  const total = sumOf(weights, (weight) => weight)
  const mean = sumOf(values, (value, row) => value * elementAt(weights, row)) / total
  return values.map((value) => value - mean)
}

function sumOf(values: Float64Array, term: (value: number, row: number) => number): number {
  let sum = 0
  for (let row = 0; row < values.length; row++) sum += term(elementAt(values, row), row)
  return sum
}
