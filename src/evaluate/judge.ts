import type { Bilingual } from '../core/language.ts'
import { bootstrapInterval, bootstrapIntervals } from '../math/metrics/bootstrap.ts'
import type { Random } from '../math/random.ts'
import type { ContenderFigures, Driver, EvaluationSplit, MetricValue, Verdict } from './evaluation.ts'

/** What a contender predicts for each test row. */
type Contender = { readonly name: Bilingual; readonly predicted: Float64Array }

/** What a judgement starts from, whatever the task. */
export type JudgeInput = {
  readonly model: string
  readonly question: Bilingual
  readonly split: EvaluationSplit
  /** The labels of the test rows, one a customer. */
  readonly actual: Float64Array
  readonly predicted: Float64Array
  readonly baselines: readonly Contender[]
  readonly drivers: readonly Driver[]
  readonly settings: Readonly<Record<string, string | number>>
}

/** A metric over rows; `sign` is 1 where more is better and -1 where less is. */
export type Metric = {
  readonly name: string
  readonly sign: 1 | -1
  of(actual: Float64Array, predicted: Float64Array): number
}

/** Resamples of the customers behind every interval. */
const resampleCount = 200

const modelName: Bilingual = { en: 'the model', zh: '模型' }

/** Every metric of every contender with its interval over resampled customers. */
export function figuresOf(
  { actual, predicted, baselines }: Pick<JudgeInput, 'actual' | 'predicted' | 'baselines'>,
  metrics: readonly Metric[],
  random: Random,
): ContenderFigures[] {
  const contenders = [
    { name: modelName, predicted, isBaseline: false },
    ...baselines.map((baseline) => ({ ...baseline, isBaseline: true })),
  ]
  return contenders.map(({ name, predicted: values, isBaseline }) => {
    const intervals = bootstrapIntervals(
      actual.length,
      (rows) => {
        const [labels, drawn] = [pick(actual, rows), pick(values, rows)]
        return metrics.map((metric) => metric.of(labels, drawn))
      },
      random.fork('figures'),
      { order: byPrediction(values), resamples: resampleCount },
    )
    const figures = metrics.map((metric, index): [string, MetricValue] => [
      metric.name,
      intervals[index] ?? { value: Number.NaN },
    ])
    return { name, isBaseline, metrics: Object.fromEntries(figures) }
  })
}

/** Rows from the highest prediction down. */
function byPrediction(predicted: Float64Array): Uint32Array {
  const rows = Uint32Array.from(predicted, (_, row) => row)
  return rows.sort((a, b) => (predicted[b] ?? 0) - (predicted[a] ?? 0))
}

/** The model against the baseline that does best on the metric, on the same resampled customers. */
export function judgeAgainstBest(
  { actual, predicted, baselines }: Pick<JudgeInput, 'actual' | 'predicted' | 'baselines'>,
  metric: Metric,
  random: Random,
): Verdict {
  const ranked = baselines
    .map((baseline) => ({ ...baseline, score: metric.sign * metric.of(actual, baseline.predicted) }))
    .sort((a, b) => b.score - a.score)
  const best = ranked[0]
  if (best === undefined) throw new Error(`no baseline stands beside the model on ${metric.name}`)
  const difference = bootstrapInterval(
    actual.length,
    (rows) => {
      const labels = pick(actual, rows)
      return (
        metric.sign *
        (metric.of(labels, pick(predicted, rows)) - metric.of(labels, pick(best.predicted, rows)))
      )
    },
    random.fork('verdict'),
    { resamples: resampleCount },
  )
  const kind = difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'unclear'
  return { kind, metric: metric.name, baseline: best.name, difference }
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length)
  for (const [index, row] of rows.entries()) picked[index] = values[row] ?? Number.NaN
  return picked
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
