import { throwIfStopped } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { MetricValue } from '../evaluate/evaluation.ts'
import {
  findAlarms,
  type ModelHealth,
  type MovedColumn,
  type RealisedScores,
} from '../evaluate/model-health.ts'
import { loadHistoryRange } from '../events/history-range.ts'
import { computeLabels } from '../features/labels.ts'
import { bootstrapByCounts } from '../math/metrics/bootstrap.ts'
import { rankedCalibrationError } from '../math/metrics/calibration.ts'
import { rankedAreaUnderRoc, rankedBrierScore } from '../math/metrics/classification.ts'
import { type DrawCounts, type Ranking, rankRows } from '../math/metrics/ranking.ts'
import { rankedAbsoluteError, rankedDeviance } from '../math/metrics/regression.ts'
import type { Random } from '../math/random.ts'
import { type ColumnTable, tableOfDataset } from '../models/prepare/column-table.ts'
import { reportQuality } from '../models/prepare/quality-report.ts'
import { listActiveModels, type ModelEntry } from './registry.ts'
import { type Spoken, trainers } from './trainers.ts'

const selectCuts = sqlFile(import.meta.url, './sql/score-cuts.sql')
const selectScores = sqlFile(import.meta.url, './sql/scores-at-cut.sql')
const selectFeatures = sqlFile(import.meta.url, './sql/features-at-cut.sql')
const selectChecks = sqlFile(import.meta.url, './sql/model-checks.sql')

const dayMs = 86_400_000
/** So many past cuts are joined to what came. */
const realisedCuts = 4
const watchedFeatures = 20
/** Enough for an index right to .01. */
const sampleSize = 50_000

export type CheckOptions = {
  readonly now: Date
  readonly random: Random
  readonly signal?: AbortSignal
}

/**
 * Looks at every model in use: whether its scores and the features behind them moved between its cut and now, and what came of the
 * scores of past cuts whose horizon has passed. Keeps what it finds.
 */
export async function checkModels(database: Database, options: CheckOptions): Promise<ModelHealth[]> {
  const range = await loadHistoryRange(database)
  const found: ModelHealth[] = []
  for (const entry of await listActiveModels(database)) {
    throwIfStopped(options.signal)
    const spoken = trainers.find(({ name }) => name === entry.name)?.says
    if (spoken) found.push(await checkModel(database, { entry, spoken, lastMs: range?.lastMs ?? 0 }, options))
  }
  const rows = found.map((health) => ({
    version: health.version,
    name: health.name,
    checked_at: options.now,
    health: JSON.stringify(health),
  }))
  await database.insert('model_checks', rows)
  return found
}

/** The latest check of each version that was looked at. */
export async function loadModelChecks(database: Database): Promise<ReadonlyMap<string, ModelHealth>> {
  const rows = await database.query<{ version: string; health: string }>(selectChecks)
  return new Map(rows.map(({ version, health }) => [version, JSON.parse(health) as ModelHealth]))
}

type Checked = { readonly entry: ModelEntry; readonly spoken: Spoken; readonly lastMs: number }

async function checkModel(
  database: Database,
  { entry, spoken, lastMs }: Checked,
  { now, random, signal }: CheckOptions,
): Promise<ModelHealth> {
  const cuts = await database.query<{ as_of_ms: number }>(selectCuts, { parameters: parametersOf(spoken) })
  const cutsMs = cuts.map(({ as_of_ms }) => as_of_ms)
  const past = cutsMs.filter((cutMs) => cutMs + spoken.horizonDays * dayMs <= lastMs).slice(0, realisedCuts)
  const realised: RealisedScores[] = []
  if (spoken.outcome !== undefined)
    for (const cutMs of past)
      realised.push(await realise(database, spoken, cutMs, random.fork(`${entry.name} ${cutMs}`), signal))
  const between = cutsBetween(Date.parse(entry.asOf), cutsMs)
  const moved = between && (await driftBetween(database, entry, spoken, between, random))
  const health = {
    name: entry.name,
    version: entry.version,
    checkedAt: now.toISOString(),
    ...(between && { between: [isoOf(between[0]), isoOf(between[1])] as const }),
    ...(moved?.score && { scoreDrift: moved.score }),
    featureDrift: moved?.features ?? [],
    realised,
  }
  return { ...health, alarms: findAlarms(health, entry.evaluation) }
}

/** The cut of the fit and the latest one; of a fit of the latest cut, the one before it. */
function cutsBetween(fitMs: number, [latest, before]: readonly number[]): [number, number] | undefined {
  if (latest === undefined) return undefined
  const from = fitMs < latest ? fitMs : before
  return from === undefined ? undefined : [from, latest]
}

async function driftBetween(
  database: Database,
  { evaluation }: ModelEntry,
  spoken: Spoken,
  [from, to]: readonly [number, number],
  random: Random,
): Promise<{ score?: MovedColumn; features: MovedColumn[] }> {
  const [earlier, later] = [
    await loadScoresAt(database, spoken, from),
    await loadScoresAt(database, spoken, to),
  ]
  const scoreTables = [earlier, later].map((scores) => tableOf(scores.ids, ['score'], scores.values))
  const names = evaluation?.drivers.slice(0, watchedFeatures).map(({ feature }) => feature) ?? []
  const featureTables = [
    await loadFeaturesAt(database, names, from),
    await loadFeaturesAt(database, names, to),
  ]
  const [score] = movedColumns(scoreTables, random)
  return { ...(score && { score }), features: movedColumns(featureTables, random) }
}

function movedColumns([training, later]: readonly ColumnTable[], random: Random): MovedColumn[] {
  if (training === undefined || later === undefined) return []
  return reportQuality({ training, later }, random)
    .columns.flatMap(({ name, drift }): MovedColumn[] =>
      drift ? [{ column: name, stabilityIndex: drift.stabilityIndex, grade: drift.grade }] : [],
    )
    .sort((a, b) => b.stabilityIndex - a.stabilityIndex)
}

type ScoresAt = {
  readonly ids: readonly string[]
  readonly values: Float64Array
  readonly versions: readonly string[]
}

async function loadScoresAt(database: Database, spoken: Spoken, cutMs: number): Promise<ScoresAt> {
  const rows = await database.query<{ profile_id: string; value: number; version: string }>(selectScores, {
    parameters: { ...parametersOf(spoken), as_of_ms: cutMs },
  })
  return {
    ids: rows.map(({ profile_id }) => profile_id),
    values: Float64Array.from(rows, ({ value }) => value),
    versions: [...new Set(rows.map(({ version }) => version))],
  }
}

async function loadFeaturesAt(
  database: Database,
  names: readonly string[],
  cutMs: number,
): Promise<ColumnTable> {
  const rows = await database.query<{ profile_id: string; features: (number | null)[] }>(selectFeatures, {
    parameters: { names, as_of_ms: cutMs, limit: sampleSize },
  })
  const values = Float64Array.from(
    rows.flatMap(({ features }) => features.map((value) => value ?? Number.NaN)),
  )
  return tableOf(
    rows.map(({ profile_id }) => profile_id),
    names,
    values,
  )
}

function tableOf(
  rowIds: readonly string[],
  featureNames: readonly string[],
  values: Float64Array,
): ColumnTable {
  return tableOfDataset({ featureNames, rowIds, values }, {})
}

type Figure = readonly [name: string, of: (rows: Ranking, times?: DrawCounts) => number]

const figuresOf: Readonly<Record<NonNullable<Spoken['outcome']>['kind'], readonly Figure[]>> = {
  chance: [
    ['auc', rankedAreaUnderRoc],
    ['ece', (rows, times) => rankedCalibrationError(rows, times)],
    ['brier', rankedBrierScore],
  ],
  amount: [
    ['poisson_deviance', rankedDeviance],
    ['mae', rankedAbsoluteError],
  ],
}

/** What came of the scores of a cut. */
async function realise(
  database: Database,
  spoken: Spoken,
  cutMs: number,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<RealisedScores> {
  const { horizonDays, outcome } = spoken
  if (outcome === undefined) throw new Error(`nothing tells what came of ${spoken.model}`)
  const { ids, values, versions } = await loadScoresAt(database, spoken, cutMs)
  const labels = await computeLabels(database, {
    profileIds: ids,
    cutMs,
    horizonDays,
    ...(signal && { signal }),
  })
  const actual = Float64Array.from(outcome.of(labels))
  const rows = rankRows(actual, values)
  const figures = figuresOf[outcome.kind]
  const intervals = bootstrapByCounts(
    ids.length,
    (times) => figures.map(([, of]) => of(rows, times)),
    random,
    { resamples: 200 },
  )
  const metrics = figures.map(([name], index): [string, MetricValue] => [
    name,
    intervals[index] ?? { value: Number.NaN },
  ])
  return {
    asOf: isoOf(cutMs),
    versions,
    rowCount: ids.length,
    meanPredicted: meanOf(values),
    meanActual: meanOf(actual),
    metrics: Object.fromEntries(metrics),
  }
}

function parametersOf({ model, horizonDays }: Spoken) {
  return { model, horizon_days: horizonDays }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
