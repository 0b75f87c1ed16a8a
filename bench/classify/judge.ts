import { bootstrapByCounts, type Interval } from '../../src/math/metrics/bootstrap.ts'
import { rankedCalibrationError } from '../../src/math/metrics/calibration.ts'
import {
  areaUnderRoc,
  rankedAreaUnderRoc,
  rankedAveragePrecision,
  rankedBrierScore,
  rankedLogLoss,
} from '../../src/math/metrics/classification.ts'
import { type DrawCounts, type Ranking, rankRows } from '../../src/math/metrics/ranking.ts'
import type { Random } from '../../src/math/random.ts'
import type { Contender } from '../experiment.ts'
import { judgeClassSets } from './judge-class-sets.ts'

/** Out-of-fold probabilities of every row, one list a fold seed. */
export type Predictions = readonly Float64Array[]

const metrics = {
  auc: rankedAreaUnderRoc,
  averagePrecision: rankedAveragePrecision,
  logLoss: rankedLogLoss,
  brier: rankedBrierScore,
  calibrationError: (rows: Ranking, times?: DrawCounts) => rankedCalibrationError(rows, times),
}
type MetricName = keyof typeof metrics
const names = Object.keys(metrics) as MetricName[]
const resamples = 200

/** Each figure as its mean over the fold seeds, and its interval on the first seed's folds. */
export function judge(labels: Float64Array, predictions: Predictions, random: Random): Contender['metrics'] {
  const rankings = predictions.map((said) => rankRows(labels, said))
  const [first = rankRows([], [])] = rankings
  const intervals = bootstrapByCounts(
    labels.length,
    (times) => names.map((name) => metrics[name](first, times)),
    random,
    { resamples },
  )
  const means = names.map((name) => [name, meanOf(rankings.map((rows) => metrics[name](rows)))])
  const ofFirst = names.map((name, index) => [`${name}FirstSeed`, intervals[index]])
  const sets = judgeClassSets(labels, predictions[0] ?? new Float64Array(), random.fork('sets'))
  return { ...Object.fromEntries([...means, ...ofFirst]), ...sets } as Contender['metrics']
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
  const [first, second] = [rankRows(labels, one[0] ?? []), rankRows(labels, other[0] ?? [])]
  const [firstSeed] = bootstrapByCounts(
    labels.length,
    (times) => [rankedAreaUnderRoc(first, times) - rankedAreaUnderRoc(second, times)],
    random,
    { resamples },
  )
  if (firstSeed === undefined) throw new Error('a bootstrap gave no figure')
  return { mean: meanOf(differences), firstSeed }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
