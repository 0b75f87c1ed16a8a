import { bootstrapIntervals, type Interval } from '../../src/math/metrics/bootstrap.ts'
import { expectedCalibrationError } from '../../src/math/metrics/calibration.ts'
import { areaUnderRoc, averagePrecision, brierScore, logLoss } from '../../src/math/metrics/classification.ts'
import type { Random } from '../../src/math/random.ts'
import type { Contender } from '../experiment.ts'

/** Out-of-fold probabilities of every row, one list a fold seed. */
export type Predictions = readonly Float64Array[]

const metrics = {
  auc: areaUnderRoc,
  averagePrecision,
  logLoss,
  brier: brierScore,
  calibrationError: expectedCalibrationError,
}
type MetricName = keyof typeof metrics
const names = Object.keys(metrics) as MetricName[]
const resamples = 200

/** Each figure as its mean over the fold seeds, and its interval on the first seed's folds. */
export function judge(labels: Float64Array, predictions: Predictions, random: Random): Contender['metrics'] {
  const [first = new Float64Array()] = predictions
  const order = Uint32Array.from(first.keys()).sort((a, b) => (first[b] ?? 0) - (first[a] ?? 0))
  const intervals = bootstrapIntervals(
    labels.length,
    (rows) => {
      const [truth, said] = [pick(labels, rows), pick(first, rows)]
      return names.map((name) => metrics[name](truth, said))
    },
    random,
    { resamples, order },
  )
  const means = names.map((name) => [name, meanOf(predictions.map((said) => metrics[name](labels, said)))])
  const ofFirst = names.map((name, index) => [`${name}FirstSeed`, intervals[index]])
  return Object.fromEntries([...means, ...ofFirst]) as Contender['metrics']
}

/** How far one contender's area under the curve lies above another's: mean over seeds, interval on the first. */
export function compareAuc(
  labels: Float64Array,
  [one, other]: readonly [Predictions, Predictions],
  random: Random,
): { readonly mean: number; readonly firstSeed: Interval } {
  const differences = one.map(
    (said, seed) => areaUnderRoc(labels, said) - areaUnderRoc(labels, other[seed] ?? []),
  )
  const [first = new Float64Array(), second = new Float64Array()] = [one[0], other[0]]
  const [firstSeed] = bootstrapIntervals(
    labels.length,
    (rows) => {
      const truth = pick(labels, rows)
      return [areaUnderRoc(truth, pick(first, rows)) - areaUnderRoc(truth, pick(second, rows))]
    },
    random,
    { resamples },
  )
  if (firstSeed === undefined) throw new Error('a bootstrap gave no figure')
  return { mean: meanOf(differences), firstSeed }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
}
