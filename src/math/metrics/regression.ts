import { elementAt } from '../matrix.ts'
import {
  type DrawCounts,
  figuresOfRanks,
  meanOfRanks,
  meanOver,
  type Ranking,
  rankRows,
  squaredError,
  totalsOf,
} from './ranking.ts'

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

/**
 * Mean Poisson deviance, 2 (y ln(y / μ) − y + μ): least for predictions of the mean, as the squared error is, but an error
 * counts in proportion to what was predicted, so that a few huge amounts do not decide alone. Predictions are taken to be at
 * least a thousandth of the mean of what came.
 * Source: Gneiting (2011), "Making and evaluating point forecasts", theorem 7; McCullagh & Nelder (1989), ch. 2.
 */
export function poissonDeviance(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return rankedDeviance(rankRows(actual, predicted))
}

/** The deviance of a resample; the ranking's labels are what came, its scores what was predicted. */
export function rankedDeviance(ranking: Ranking, times?: DrawCounts): number {
  const least = meanActual(ranking, times) / 1000
  const { labels, scores } = ranking
  const values = figuresOfRanks(ranking, devianceOf).slice()
  // The smallest predictions come last.
  for (let rank = scores.length - 1; rank >= 0 && elementAt(scores, rank) < least; rank--)
    values[rank] = devianceOf(elementAt(labels, rank), least)
  return meanOfRanks(ranking, times, values)
}

function devianceOf(actual: number, expected: number): number {
  return 2 * ((actual > 0 ? actual * Math.log(actual / expected) : 0) - actual + expected)
}

/** The RMSE of a resample. */
export function rankedSquaredError(ranking: Ranking, times?: DrawCounts): number {
  return Math.sqrt(meanOver(ranking, times, squaredError))
}

/** The MAE of a resample. */
export function rankedAbsoluteError(ranking: Ranking, times?: DrawCounts): number {
  return meanOver(ranking, times, absoluteError)
}

function absoluteError(actual: number, predicted: number): number {
  return Math.abs(actual - predicted)
}

/** R² of a resample. */
export function rankedRSquared(ranking: Ranking, times?: DrawCounts): number {
  const mean = meanActual(ranking, times)
  const squares = meanOver(ranking, times, squaredError)
  const around = new Float64Array(ranking.labels.length)
  for (let rank = 0; rank < around.length; rank++)
    around[rank] = (elementAt(ranking.labels, rank) - mean) ** 2
  return 1 - squares / meanOfRanks(ranking, times, around)
}

function meanActual(ranking: Ranking, times?: DrawCounts): number {
  const { count, sum } = totalsOf(ranking, times)
  return sum / count
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
