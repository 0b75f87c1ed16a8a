import { bootstrapIntervals } from '../../src/math/metrics/bootstrap.ts'
import { correlation, meanAbsoluteError, rootMeanSquaredError } from '../../src/math/metrics/regression.ts'
import { createRandom } from '../../src/math/random.ts'
import { expectedSpend, type GammaGammaModel } from '../../src/models/gamma-gamma.ts'
import type { LifetimePredictions } from '../../src/models/lifetime.ts'
import type { Contender } from '../experiment.ts'
import type { WindowSummaries } from './windows.ts'

type Metrics = Contender['metrics']

/** Metrics of predicted counts, with intervals over customers; every contender is judged on the same resamples. */
export function judgeCounts(actual: Float64Array, predicted: Float64Array, seed: number): Metrics {
  const [rmse, totalError, related] = bootstrapIntervals(
    actual.length,
    (rows) => {
      const [truth, guess] = [select(actual, rows), select(predicted, rows)]
      return [rootMeanSquaredError(truth, guess), sum(guess) / sum(truth) - 1, correlation(truth, guess)]
    },
    createRandom(seed).fork('bootstrap'),
  )
  const isConstant = predicted.every((value) => value === predicted[0])
  return {
    ...(rmse && { rmse }),
    mae: meanAbsoluteError(actual, predicted),
    ...(related && !isConstant && { correlation: related }),
    total: sum(predicted),
    ...(totalError && { totalError }),
  }
}

/** Share of customers whose count lies within the predicted bounds. */
export function coverage(actual: Float64Array, predictions: LifetimePredictions): number {
  const inside = actual.filter((count, row) => {
    const [low = 0, high = 0] = [predictions.expectedOrdersLow[row], predictions.expectedOrdersHigh[row]]
    return count >= low && count <= high
  })
  return inside.length / actual.length
}

function select(values: Float64Array, indices: Uint32Array): Float64Array {
  const selected = new Float64Array(indices.length)
  for (const [position, index] of indices.entries()) selected[position] = values[index] ?? Number.NaN
  return selected
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

type SpendCase = {
  readonly model: GammaGammaModel | undefined
  readonly summaries: WindowSummaries
  /** Mean value of a holdout purchase; NaN for customers without one. */
  readonly actualSpend: Float64Array
  readonly seed: number
}

type SpendContenders = { readonly models: readonly Contender[]; readonly baselines: readonly Contender[] }

/**
 * Expected spend per purchase against that of the holdout, over repeaters who bought in both windows; beside it the
 * customer's own past mean and everyone's, on the same customers.
 */
export function judgeSpends({ model, summaries, actualSpend, seed }: SpendCase): SpendContenders {
  if (model === undefined) return { models: [], baselines: [] }
  const { purchaseCount, meanSpend } = summaries
  const rows = [...actualSpend.keys()].filter(
    (row) => (actualSpend[row] ?? Number.NaN) > 0 && (meanSpend[row] ?? 0) > 0,
  )
  const repeaters = meanSpend.filter((spend) => spend > 0)
  const everyone = sum(repeaters) / repeaters.length
  const judge = (predict: (count: number, mean: number) => number): Metrics => {
    const predicted = Float64Array.from(rows, (row) => predict(purchaseCount[row] ?? 0, meanSpend[row] ?? 0))
    const truth = Float64Array.from(rows, (row) => actualSpend[row] ?? Number.NaN)
    const [spendRmse, spendMae] = bootstrapIntervals(
      rows.length,
      (drawn) => {
        const [actual, guess] = [select(truth, drawn), select(predicted, drawn)]
        return [rootMeanSquaredError(actual, guess), meanAbsoluteError(actual, guess)]
      },
      createRandom(seed).fork('bootstrap'),
    )
    return { ...(spendRmse && { spendRmse }), ...(spendMae && { spendMae }) }
  }
  const { p, q, v, logLikelihood } = model
  const fitted = { p, q, v, logLikelihood }
  const metrics = { ...fitted, ...judge((count, mean) => expectedSpend(model, count, mean) ?? everyone) }
  return {
    models: [{ name: 'gamma-gamma', metrics, seconds: 0 }],
    baselines: [
      { name: 'spend: own past mean', metrics: judge((_, mean) => mean), seconds: 0 },
      { name: 'spend: mean of all', metrics: judge(() => everyone), seconds: 0 },
    ],
  }
}
