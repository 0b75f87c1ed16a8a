import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { findHistorySource } from '../../src/database/history-source.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { streamFeatures } from '../../src/features/compute-features.ts'
import { featureDefinitions } from '../../src/features/definitions.ts'
import { composeFeatureQuery } from '../../src/features/feature-sql.ts'
import { fitConstants } from '../../src/features/fit-constants.ts'
import { type FittedConstants, shareKeyLimit } from '../../src/features/fitted-constants.ts'
import { saveFeatures } from '../../src/features/save-features.ts'
import { squashOverrides } from '../../src/identity/squash-overrides.ts'
import { compareRows, type FeatureRow } from './compare-rows.ts'
import { fillHistory, seed } from './fill-history.ts'
import { forgetPeak, readPeakMb } from './peak-memory.ts'
import { openSimulatedHistory } from './simulated-history.ts'

const byHand = sqlFile(import.meta.url, './by-hand.sql')
export const cut = '2025-12-15 12:00:00.000'
export const timeZone = 'Europe/London'
const mostByHand = 250_000
const mostCompared = 50_000

/** A made-up history of so many events, or a simulated shop of so many shoppers, imported. */
export type SizeJob = { readonly rounds: number } & (
  | { readonly kind: 'made_up'; readonly events: number }
  | { readonly kind: 'simulated'; readonly shoppers: number }
)

/** What features of all profiles cost at one size of the history; memory is the process's, the engine's included. */
export type SizeFigures = {
  readonly eventCount: number
  readonly profileCount: number
  readonly columnCount: number
  readonly computed: Cost
  readonly saved: Cost
  /** Absent for more people than one query by hand holds in memory: it goes to disk then. */
  readonly byHand?: Cost
  /** Profiles that were held against the query by hand, and the greatest relative difference of a number. */
  readonly comparedCount?: number
  readonly greatestDifference?: number
}

/** The best of the rounds, and the most memory held in any. */
export type Cost = { readonly seconds: number; readonly peakMb: number }

type Reading = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly topicsVersion?: string
  readonly textVersion?: string
}

/** Fills a database of its own, times the definitions and the query by hand on it, and holds them against each other. */
export async function measureSize(job: SizeJob): Promise<SizeFigures> {
  return job.kind === 'made_up' ? await measureMadeUp(job) : await measureSimulated(job)
}

async function measureMadeUp({
  events,
  rounds,
}: SizeJob & { readonly kind: 'made_up' }): Promise<SizeFigures> {
  const path = await mkdtemp(join(tmpdir(), 'likeness-features-'))
  try {
    await using database = await createEmbeddedDatabase({ path, sessionCount: 2, queryMemoryMb: 3000 })
    await fillHistory(database, path, events)
    const asOfMs = Date.parse(`${cut.replace(' ', 'T')}Z`)
    const reading = { asOfMs, timeZone, topicsVersion: 'bench', textVersion: 'bench' }
    const figures = await measureCosts(database, reading, rounds)
    const { profileCount } = figures
    const isCompared = profileCount <= mostCompared
    return { ...figures, ...(isCompared && (await compare(database, reading, profileCount))) }
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

async function measureSimulated({
  shoppers,
  rounds,
}: SizeJob & { readonly kind: 'simulated' }): Promise<SizeFigures> {
  await using history = await openSimulatedHistory(shoppers, { timeZone, seed })
  const { database, asOfMs, topicsVersion } = history
  await squashOverrides(database, history.graph, { now: new Date(asOfMs) })
  return await measureCosts(database, { asOfMs, timeZone, ...(topicsVersion && { topicsVersion }) }, rounds)
}

async function measureCosts(database: Database, reading: Reading, rounds: number): Promise<SizeFigures> {
  const [row] = await database.query<{ count: number }>('SELECT count() AS count FROM events')
  const eventCount = row?.count ?? 0
  const { shape, constants, ...computed } = await measureCompute(database, reading, rounds)
  const saved = await clock(rounds, () =>
    saveFeatures(database, { ...reading, now: new Date(reading.asOfMs) }),
  )
  const figures = { eventCount, ...shape, computed, saved }
  if (shape.profileCount > mostByHand) return figures
  const parameters = handParameters(constants, reading)
  return { ...figures, byHand: await clock(rounds, () => takeIn(database, parameters)) }
}

/** Every row is taken in and let go of, as the query by hand has it. */
async function measureCompute(database: Database, reading: Reading, rounds: number) {
  let shape = { profileCount: 0, columnCount: 0 }
  let constants: FittedConstants | undefined
  const cost = await clock(rounds, async () => {
    const stream = await streamFeatures(database, reading)
    let profileCount = 0
    for await (const { profileIds } of stream.batches) profileCount += profileIds.length
    shape = { profileCount, columnCount: stream.numberNames.length }
    constants = stream.constants
  })
  if (constants === undefined) throw new Error('nothing was computed')
  return { ...cost, shape, constants }
}

async function clock(rounds: number, work: () => Promise<unknown>): Promise<Cost> {
  forgetPeak()
  let seconds = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now()
    await work()
    seconds = Math.min(seconds, (performance.now() - startedMs) / 1000)
  }
  return { seconds, peakMb: readPeakMb() }
}

type HandParameters = ReturnType<typeof handParameters>

/** The vocabularies are a matter of naming, so the query by hand is given them. */
function handParameters({ categories, brands, topics }: FittedConstants, reading: Reading) {
  const keys = (names: readonly string[], limit: number) =>
    Array.from({ length: Math.min(names.length, limit) }, (_, index) => index + 1)
  return {
    cut: new Date(reading.asOfMs).toISOString().replace('T', ' ').replace('Z', ''),
    categories,
    brands,
    topics,
    text_version: reading.textVersion ?? '',
    category_keys: keys(categories, shareKeyLimit),
    brand_keys: keys(brands, shareKeyLimit),
    topic_keys: keys(topics, topics.length),
  }
}

/** Turns every row of the query by hand into numbers as the definitions' are, and lets go of them. */
async function takeIn(database: Database, parameters: HandParameters): Promise<void> {
  for await (const rows of database.stream<FeatureRow>(byHand, { parameters }))
    Float64Array.from(rows.flatMap((row) => row.numbers.map((number) => number ?? Number.NaN)))
}

/** Every row of both, affinities too. */
async function compare(database: Database, reading: Reading, profileCount: number) {
  const sourced = { ...reading, history: await findHistorySource(database) }
  const constants = await fitConstants(database, featureDefinitions, sourced)
  const query = composeFeatureQuery(featureDefinitions, constants, sourced)
  const parameters = handParameters(constants, reading)
  const ours = new Map<string, FeatureRow>()
  for await (const rows of database.stream<FeatureRow>(query.select, { parameters: query.parameters }))
    for (const row of rows) ours.set(row.profile_id, row)
  let [greatestDifference, comparedCount] = [0, 0]
  for await (const rows of database.stream<FeatureRow>(byHand, { parameters })) {
    comparedCount += rows.length
    for (const row of rows) {
      const own = ours.get(row.profile_id)
      if (own === undefined) throw new Error(`no row here for ${row.profile_id}`)
      greatestDifference = Math.max(greatestDifference, compareRows(query, own, row))
    }
  }
  if (ours.size !== comparedCount || ours.size !== profileCount)
    throw new Error(`${comparedCount} rows by hand, ${ours.size} here, of ${profileCount} profiles`)
  return { greatestDifference, comparedCount }
}
