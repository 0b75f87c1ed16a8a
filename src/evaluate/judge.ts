import type { Bilingual } from '../core/language.ts'
import { bootstrapByCounts, type Interval } from '../math/metrics/bootstrap.ts'
import { type DrawCounts, type Ranking, rankRows } from '../math/metrics/ranking.ts'
import type { Random } from '../math/random.ts'
import type {
  ContenderFigures,
  DependenceCurve,
  Driver,
  Evaluation,
  FeatureImportance,
  LearningCurve,
  MetricValue,
  Verdict,
} from './evaluation.ts'
import type { SliceColumn } from './slice-column.ts'

/** What a contender predicts for each test row. */
type Contender = { readonly name: Bilingual; readonly predicted: Float64Array }

/** What a judgement starts from, whatever the task. */
export type JudgeInput = {
  readonly model: string
  readonly question: Bilingual
  readonly split: Evaluation['split']
  /** The labels of the test rows. */
  readonly actual: Float64Array
  readonly predicted: Float64Array
  readonly baselines: readonly Contender[]
  /** Models that were tuned on the same rows and do not answer. */
  readonly rivals?: readonly Contender[]
  /** Which of them is the model. */
  readonly answeredBy?: Bilingual
  readonly drivers: readonly Driver[]
  /** Labels of the test rows by which they are judged apart. */
  readonly slices?: readonly SliceColumn[]
  readonly learningCurve?: LearningCurve
  readonly importances?: readonly FeatureImportance[]
  readonly dependence?: readonly DependenceCurve[]
  readonly settings: Readonly<Record<string, string | number>>
  /** Undefined where each row is a customer of its own. */
  readonly owners?: RowOwners
}

/** Which customer each of several rows is about: intervals draw customers, with all their rows. */
export type RowOwners = { readonly count: number; readonly of: Uint32Array }

/** A metric; `sign` is 1 where more is better and -1 where less is. */
export type Metric = {
  readonly name: string
  readonly sign: 1 | -1
  /** Of the rows as often as they were drawn; once each when left out. */
  of(rows: Ranking, times?: DrawCounts): number
}

/** Resamples of the customers behind every interval. */
const resampleCount = 200

function nameModel(answeredBy: Bilingual | undefined): Bilingual {
  if (answeredBy === undefined) return { en: 'the model', zh: '模型' }
  return { en: `the model: ${answeredBy.en}`, zh: `模型：${answeredBy.zh}` }
}

/** What was worked out elsewhere and is only told. */
export function toldParts({ learningCurve, importances, dependence }: JudgeInput) {
  return {
    ...(learningCurve && { learningCurve }),
    ...(importances && { importances }),
    ...(dependence && { dependence }),
  }
}

type Predictions = Pick<JudgeInput, 'actual' | 'predicted' | 'baselines' | 'owners' | 'rivals' | 'answeredBy'>

/** Figures on the rows of customers drawn anew; each customer's rows are drawn as often as the customer is. */
export function bootstrapRows(
  { actual, owners }: Pick<Predictions, 'actual' | 'owners'>,
  statistics: (times: DrawCounts) => readonly number[],
  random: Random,
): Interval[] {
  const options = { resamples: resampleCount }
  if (owners === undefined) return bootstrapByCounts(actual.length, statistics, random, options)
  const times = new Uint16Array(actual.length)
  const spread = (drawn: Uint16Array) => {
    for (let row = 0; row < times.length; row++) times[row] = drawn[owners.of[row] ?? 0] ?? 0
    return statistics(times)
  }
  return bootstrapByCounts(owners.count, spread, random, options)
}

/** Every metric of every contender with its interval over resampled customers. */
export function figuresOf(
  { actual, predicted, baselines, owners, rivals = [], answeredBy }: Predictions,
  metrics: readonly Metric[],
  random: Random,
): ContenderFigures[] {
  const contenders = [
    { name: nameModel(answeredBy), predicted, isBaseline: false },
    ...rivals.map((rival) => ({ ...rival, isBaseline: false, isRival: true })),
    ...baselines.map((baseline) => ({ ...baseline, isBaseline: true })),
  ]
  return contenders.map(({ name, predicted: values, ...role }) => {
    const rows = rankRows(actual, values)
    const intervals = bootstrapRows(
      { actual, ...(owners && { owners }) },
      (times) => metrics.map((metric) => metric.of(rows, times)),
      random.fork('figures'),
    )
    const figures = metrics.map((metric, index): [string, MetricValue] => [
      metric.name,
      intervals[index] ?? { value: Number.NaN },
    ])
    return { name, ...role, metrics: Object.fromEntries(figures) }
  })
}

/** The model against the baseline that does best on the metric, on the same resampled customers. */
export function judgeAgainstBest(
  { actual, predicted, baselines, owners }: Predictions,
  metric: Metric,
  random: Random,
): Verdict {
  const ranked = baselines
    .map(({ name, predicted: values }) => {
      const rows = rankRows(actual, values)
      return { name, rows, score: metric.sign * metric.of(rows) }
    })
    .sort((a, b) => b.score - a.score)
  const best = ranked[0]
  if (best === undefined) throw new Error(`no baseline stands beside the model on ${metric.name}`)
  const own = rankRows(actual, predicted)
  const [difference] = bootstrapRows(
    { actual, ...(owners && { owners }) },
    (times) => [metric.sign * (metric.of(own, times) - metric.of(best.rows, times))],
    random.fork('verdict'),
  )
  if (difference === undefined) throw new Error('a bootstrap gave no figure')
  const kind = difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'unclear'
  return { kind, metric: metric.name, baseline: best.name, difference }
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
