import { z } from 'zod'
import type { Evaluation, MetricValue } from '../../src/evaluate/evaluation.ts'
import { loadHistoryRange } from '../../src/events/history-range.ts'
import { createRandom } from '../../src/math/random.ts'
import { createRowSource } from '../../src/train/row-source.ts'
import { type NeedsRecord, type TrainedNeeds, trainNeeds } from '../../src/train/train-needs.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { historyFileOptions, readHistoryFiles } from '../history-files.ts'
import { countsOf, type ImportedHistory, openImportedHistory } from '../imported-history.ts'

const schema = z.object({
  'time-zone': z.string().default('UTC'),
  horizon: z.coerce.number().int().min(1).max(365).default(90),
  'train-rows': z.coerce.number().int().min(1000).default(120_000),
  'judge-rows': z.coerce.number().int().min(1000).default(60_000),
  seed: z.coerce.number().int().default(1),
})
type Settings = z.infer<typeof schema>

/** What each shopper needs of single items and categories, learned before a cut and judged after it, category by category. */
export const experiment: Experiment = {
  summary: 'needs of items and categories on a later time, per category beside “the same as last quarter”',
  options: {
    ...historyFileOptions,
    horizon: { summary: 'days after the cut; 90 when left out' },
    'train-rows': { summary: 'pairs of a shopper and a thing that are learned from; 120000 when left out' },
    'judge-rows': { summary: 'pairs at each later cut; 60000 when left out' },
    seed: { summary: '1 when left out' },
  },
  async run(options, say) {
    const settings = parseOptions(schema, options)
    const timeZone = settings['time-zone']
    const { seed } = settings
    await using history = await openImportedHistory(await readHistoryFiles(options), { timeZone, seed })
    say(`imported, as of ${new Date(history.asOfMs).toISOString()}`)
    const startedMs = performance.now()
    const trained = await train(history, settings)
    const seconds = (performance.now() - startedMs) / 1000
    const { record } = trained.model
    return {
      experiment: 'needs',
      dataset: { ...countsOf(history.reports), ...rowCounts(trained) },
      split: describeSplit(trained),
      seed,
      models: [
        overall(trained, undefined, seconds),
        ...record.parts.map((part) => ({
          name: part.name.en,
          metrics: partMetrics(part, record.reference.en),
          seconds: 0,
        })),
      ],
      baselines: (trained.evaluation?.contenders ?? [])
        .filter(({ isBaseline }) => isBaseline)
        .map(({ name }) => overall(trained, name.en, 0)),
      notes: explain(trained),
    }
  },
}

async function train({ database, asOfMs }: ImportedHistory, settings: Settings): Promise<TrainedNeeds> {
  const timeZone = settings['time-zone']
  const range = await loadHistoryRange(database)
  return trainNeeds(
    {
      database,
      rows: createRowSource({ database, timeZone }),
      asOfMs,
      firstMs: range?.firstMs ?? asOfMs,
      timeZone,
      random: createRandom(settings.seed),
      signal: undefined,
      ...{ clock: () => 0, effort: 'quick', budget: {}, costs: undefined, tell: () => undefined },
    },
    settings.horizon,
    { train: settings['train-rows'], judge: settings['judge-rows'] },
  )
}

function rowCounts({ evaluation, needs }: TrainedNeeds): Record<string, number> {
  const { trainRowCount = 0, validationRowCount = 0, testRowCount = 0 } = evaluation?.split ?? {}
  return {
    'pairs learned from': trainRowCount,
    'pairs chosen on': validationRowCount,
    'pairs judged on': testRowCount,
    'shoppers scored': needs.length,
  }
}

function describeSplit({ evaluation, model }: TrainedNeeds): string {
  const split = evaluation?.split
  if (split === undefined || !('testCutMs' in split)) return ''
  const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)
  return `in time, ${model.horizonDays} days: learned at ${split.trainCutsMs.map(day).join(', ')}, chosen and calibrated at ${day(split.validationCutMs)}, judged at ${day(split.testCutMs)}`
}

/** The model, or one baseline by its name, on all pairs. */
function overall(
  { evaluation, model }: TrainedNeeds,
  baseline: string | undefined,
  seconds: number,
): Contender {
  const find = ({ contenders }: Evaluation) =>
    contenders.find(({ name, isBaseline }) => (baseline === undefined ? !isBaseline : name.en === baseline))
  const metrics: Record<string, MetricValue> = {}
  for (const [prefix, judged] of [
    ['', evaluation],
    ['units_', model.record.unitsEvaluation],
  ] as const)
    for (const [metric, value] of Object.entries((judged && find(judged))?.metrics ?? {}))
      metrics[`${prefix}${metric}`] = value
  return { name: baseline ?? 'needs', metrics: toFigures(metrics), seconds }
}

type Figure = Contender['metrics'][string]

function toFigures(metrics: Readonly<Record<string, MetricValue>>): Record<string, Figure> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { value, low, high }]) => [
      name,
      low === undefined || high === undefined ? value : { value, low, high },
    ]),
  )
}

function partMetrics(part: NeedsRecord['parts'][number], lastQuarter: string): Contender['metrics'] {
  const metrics: Record<string, Figure> = {
    pairs: part.rowCount,
    shoppers: part.shopperCount,
    bought_share: part.boughtShare,
    probability_mean: part.meanProbability,
    units_mean: part.meanUnits,
    units_expected: part.meanExpected,
  }
  for (const [name, comparisons] of [
    ['poisson_deviance', part.deviance],
    ['squared_error', part.squaredError],
    ['log_loss', part.logLoss],
  ] as const) {
    const against = comparisons.find(({ baseline }) => baseline === lastQuarter)
    if (against === undefined) continue
    metrics[name] = against.own
    metrics[`${name}_last_quarter`] = against.other
    metrics[`${name}_gain`] = against.gain
  }
  return metrics
}

function explain({ evaluation, model }: TrainedNeeds): string[] {
  const { record } = model
  const { when } = record
  const days = (value: number) => value.toFixed(1)
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  return [
    ...(['deviance', 'squaredError', 'logLoss'] as const).map((name) => tally(record, name)),
    `Over all, on ${evaluation?.verdict.metric} against “${evaluation?.verdict.baseline.en}”: ${evaluation?.verdict.kind}.`,
    `The shoppers were asked about ${percent(record.heldItemShare)} of the items and ${percent(record.heldGroupShare)} of the categories that they bought; the rest is no part of these figures.`,
    `So many candidates of each shopper would hold of the items that were bought: ${record.coverage.map(({ candidateCount, share }) => `${candidateCount}: ${percent(share)}`).join(', ')}.`,
    `Days to the next purchase, of ${when.boughtCount} that came (rule: ${when.rule}): off by ${days(when.meanError)} on average; the middle of the horizon by ${days(when.middleError)}, the typical time of all shoppers by ${days(when.typicalError)}.`,
    'Units in all are in usual purchases of each thing; by category in units. Intervals are 95 %, shoppers resampled.',
  ]
}

/** In how many categories the model is better than last quarter, and than the best baseline of each, beyond the interval. */
function tally({ parts, reference }: NeedsRecord, name: 'deviance' | 'squaredError' | 'logLoss'): string {
  const against = parts.map((part) => part[name].find(({ baseline }) => baseline === reference.en)?.kind)
  const best = parts.map((part) => part[name].toSorted((a, b) => a.other - b.other)[0]?.kind)
  const count = (kinds: readonly (string | undefined)[], kind: string) =>
    kinds.filter((each) => each === kind).length
  return `${name}: of ${parts.length} categories better than last quarter in ${count(against, 'better')}, worse in ${count(against, 'worse')}; than the best baseline of each better in ${count(best, 'better')}, worse in ${count(best, 'worse')}.`
}
