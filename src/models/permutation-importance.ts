import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { bootstrapByCounts, type Interval } from '../math/metrics/bootstrap.ts'
import type { FitControl, FittedModel, LearningRows, Task } from './learner.ts'
import { withColumn } from './model-answers.ts'
import { checkFeatureNames } from './prepare/scaler.ts'

export type ImportanceOptions = {
  readonly task: Task
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
  { task, repeats = 5, resamples = 400 }: ImportanceOptions,
  { random, signal, progress }: FitControl,
): Promise<FeatureImportance[]> {
  const { dataset } = rows
  checkFeatureNames(model.featureNames, dataset)
  if (dataset.rowIds.length === 0) throw new AppError('too_little_data', 'there are no rows to shuffle')
  const people = [...Map.groupBy(dataset.rowIds.keys(), (row) => dataset.rowIds[row] ?? '').values()]
  const losses = lossesOf(task, rows, await model.predict(dataset))
  const rises: Float64Array[] = []
  for (const [column] of model.featureNames.entries()) {
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
      const worse = lossesOf(task, rows, await model.predict(shuffled))
      for (const row of rise.keys())
        rise[row] = (rise[row] ?? 0) + ((worse[row] ?? 0) - (losses[row] ?? 0)) / repeats
    }
    rises.push(Float64Array.from(people, (own) => own.reduce((sum, row) => sum + (rise[row] ?? 0), 0)))
    progress?.({ done: column + 1, total: model.featureNames.length })
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
  return model.featureNames
    .flatMap((feature, column) => {
      const importance = intervals[column]
      return importance === undefined ? [] : [{ feature, importance }]
    })
    .sort((a, b) => b.importance.value - a.importance.value)
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

/** Each row's loss times its weight. */
function lossesOf(task: Task, { labels, weights }: LearningRows, said: Float64Array): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0)
    return weight * lossOf(task, label, said, row)
  })
}

function lossOf(task: Task, label: number, said: Float64Array, row: number): number {
  const answer = said[row] ?? Number.NaN
  switch (task.kind) {
    case 'amount':
      return (label - answer) ** 2
    case 'count': {
      const mean = Math.max(answer, 1e-12)
      return 2 * ((label === 0 ? 0 : label * Math.log(label / mean)) - (label - mean))
    }
    case 'chance':
      return -Math.log(Math.max(label === 1 ? answer : 1 - answer, 1e-12))
    case 'class':
      return -Math.log(Math.max(said[row * task.classCount + label] ?? Number.NaN, 1e-12))
    case 'order':
      throw new AppError('bad_input', {
        en: 'an order has no loss of single rows: its importance cannot be told by shuffling',
        zh: '排序任务没有逐行的损失，无法用置换衡量特征重要性',
      })
    default:
      return task satisfies never
  }
}
