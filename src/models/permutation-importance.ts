import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { bootstrapByCounts, type Interval } from '../math/metrics/bootstrap.ts'
import type { FitControl, FittedModel, LearningRows, Task } from './learner.ts'
import { withColumn } from './model-answers.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import { rowLosses } from './row-losses.ts'

export type ImportanceOptions = {
  readonly task: Task
  /** Whose importance is asked for; every feature of the model where left out. */
  readonly features?: readonly string[]
  /** How often each column is shuffled; 5 by default. */
  readonly repeats?: number
  /** Draws of people for the intervals; 400 by default. */
  readonly resamples?: number
}

/** By how much the mean loss rises when a feature tells nothing. */
export type FeatureImportance = { readonly feature: string; readonly importance: Interval }

/**
 * Importance by permutation (Breiman, 2001; Fisher, Rudin & Dominici, 2019): each column in turn is shuffled among rows that were not
 * learned from, and the rise of the mean loss is told: squared error of amounts, Poisson deviance of counts, log-loss of chances and
 * classes. Intervals draw people, with all their rows. Largest first; of features that repeat each other each tells little.
 * @throws AppError 'bad_input' for other features or a task of order, 'too_little_data' without rows, 'stopped'.
 */
export async function measureImportance(
  model: FittedModel,
  rows: LearningRows,
  { task, features = model.featureNames, repeats = 5, resamples = 400 }: ImportanceOptions,
  { random, signal, progress }: FitControl,
): Promise<FeatureImportance[]> {
  const { dataset } = rows
  checkFeatureNames(model.featureNames, dataset)
  if (dataset.rowIds.length === 0) throw new AppError('too_little_data', 'there are no rows to shuffle')
  const people = [...Map.groupBy(dataset.rowIds.keys(), (row) => dataset.rowIds[row] ?? '').values()]
  const losses = rowLosses(task, rows, await model.predict(dataset))
  const rises: Float64Array[] = []
  for (const [place, feature] of features.entries()) {
    const column = columnOf(model, feature)
    const rise = new Float64Array(dataset.rowIds.length)
    for (let repeat = 0; repeat < repeats; repeat++) {
      await pause(signal)
      const from = random.shuffle(Uint32Array.from(dataset.rowIds.keys()))
      const width = model.featureNames.length
      const shuffled = withColumn(
        dataset,
        column,
        (row) => dataset.values[(from[row] ?? 0) * width + column] ?? Number.NaN,
      )
      const worse = rowLosses(task, rows, await model.predict(shuffled))
      for (const row of rise.keys())
        rise[row] = (rise[row] ?? 0) + ((worse[row] ?? 0) - (losses[row] ?? 0)) / repeats
    }
    rises.push(Float64Array.from(people, (own) => own.reduce((sum, row) => sum + (rise[row] ?? 0), 0)))
    progress?.({ done: place + 1, total: features.length })
  }
  const weights = Float64Array.from(people, (own) =>
    own.reduce((sum, row) => sum + (rows.weights === undefined ? 1 : (rows.weights[row] ?? 0)), 0),
  )
  const intervals = bootstrapByCounts(
    people.length,
    (times) => rises.map((rise) => weighedMean(rise, weights, times)),
    random,
    { resamples },
  )
  return features
    .flatMap((feature, place) => {
      const importance = intervals[place]
      return importance === undefined ? [] : [{ feature, importance }]
    })
    .sort((a, b) => b.importance.value - a.importance.value)
}

function columnOf({ featureNames }: FittedModel, feature: string): number {
  const column = featureNames.indexOf(feature)
  if (column !== -1) return column
  throw new AppError('bad_input', `the model has no feature '${feature}'`, {
    expected: featureNames.join(', '),
  })
}

function weighedMean(sums: Float64Array, weights: Float64Array, times: Uint16Array): number {
  let [sum, total] = [0, 0]
  for (let person = 0; person < sums.length; person++) {
    const drawn = times[person] ?? 0
    sum += drawn * (sums[person] ?? 0)
    total += drawn * (weights[person] ?? 0)
  }
  return sum / total
}
