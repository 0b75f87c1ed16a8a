import { type DrawCounts, meanOver, type Ranking, totalsOf } from './ranking.ts'

/** Share of the variance of `actual` that is explained: 1 − SSE / SST; negative when worse than the mean. */
export function rSquared(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const mean = meanOf(actual)
  const total = sumOf(actual, (value) => (value - mean) ** 2)
  return 1 - sumOf(actual, (value, row) => (value - at(predicted, row)) ** 2) / total
}

/** Mean of |actual − predicted|, in the unit of the labels. */
export function meanAbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return sumOf(actual, (value, row) => Math.abs(value - at(predicted, row))) / actual.length
}

/** Root of the mean squared error, in the unit of the labels. */
export function rootMeanSquaredError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(sumOf(actual, (value, row) => (value - at(predicted, row)) ** 2) / actual.length)
}

/** R², MAE and RMSE of a resample; the ranking's labels are what came, its scores what was predicted. */
export function rankedRegression(
  ranking: Ranking,
  times?: DrawCounts,
): { readonly r2: number; readonly mae: number; readonly rmse: number } {
  const { count, sum } = totalsOf(ranking, times)
  const squares = meanOver(ranking, times, (actual, predicted) => (actual - predicted) ** 2)
  const spread = meanOver(ranking, times, (actual) => (actual - sum / count) ** 2)
  return {
    r2: 1 - squares / spread,
    mae: meanOver(ranking, times, (actual, predicted) => Math.abs(actual - predicted)),
    rmse: Math.sqrt(squares),
  }
}

/** Pearson's correlation; NaN when either side does not vary. */
export function correlation(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const [meanActual, meanPredicted] = [meanOf(actual), meanOf(predicted)]
  const shared = sumOf(actual, (value, row) => (value - meanActual) * (at(predicted, row) - meanPredicted))
  const spread = sumOf(actual, (value) => (value - meanActual) ** 2)
  return shared / Math.sqrt(spread * sumOf(predicted, (value) => (value - meanPredicted) ** 2))
}

function meanOf(values: ArrayLike<number>): number {
  return sumOf(values, (value) => value) / values.length
}

function sumOf(values: ArrayLike<number>, term: (value: number, row: number) => number): number {
  let sum = 0
  for (let row = 0; row < values.length; row++) sum += term(at(values, row), row)
  return sum
}

function at(values: ArrayLike<number>, row: number): number {
  return values[row] ?? Number.NaN
}
