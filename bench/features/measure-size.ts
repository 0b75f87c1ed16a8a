import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { findHistorySource } from '../../src/database/history-source.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import { featureDefinitions } from '../../src/features/definitions.ts'
import { composeFeatureQuery } from '../../src/features/feature-sql.ts'
import { fitConstants } from '../../src/features/fit-constants.ts'
import { type FittedConstants, shareKeyLimit } from '../../src/features/fitted-constants.ts'
import { saveFeatures } from '../../src/features/save-features.ts'
import { compareRows, type FeatureRow } from './compare-rows.ts'
import { fillHistory } from './fill-history.ts'
import { forgetPeak, readPeakMb } from './peak-memory.ts'

const byHand = sqlFile(import.meta.url, './by-hand.sql')
export const cut = '2025-12-15 12:00:00.000'
export const timeZone = 'Europe/London'
const options = {
  asOfMs: Date.parse('2025-12-15T12:00:00Z'),
  timeZone,
  topicsVersion: 'bench',
  textVersion: 'bench',
}

export type SizeJob = { readonly events: number; readonly rounds: number }

/** What features of all profiles cost at one size of the history; memory is the process's, the engine's included. */
export type SizeFigures = {
  readonly profileCount: number
  readonly columnCount: number
  readonly computed: Cost
  readonly byHand: Cost
  readonly saved: Cost
  /** Between numbers of the definitions and of the query by hand, relative. */
  readonly greatestDifference: number
  readonly comparedCount: number
}

/** The best of the rounds, and the most memory held in any. */
export type Cost = { readonly seconds: number; readonly peakMb: number }

/** Fills a database of its own, times the definitions and the query by hand on it, and holds them against each other. */
export async function measureSize({ events, rounds }: SizeJob): Promise<SizeFigures> {
  const path = await mkdtemp(join(tmpdir(), 'likeness-features-'))
  try {
    await using database = await createEmbeddedDatabase({ path, sessionCount: 2, queryMemoryMb: 3000 })
    await fillHistory(database, path, events)
    const { shape, constants, ...computed } = await measureCompute(database, rounds)
    const parameters = handParameters(constants)
    const hand = await clock(rounds, () => takeIn(database, parameters))
    return {
      ...shape,
      computed,
      byHand: hand,
      saved: await clock(1, () => saveFeatures(database, { ...options, now: new Date(options.asOfMs) })),
      ...(await compare(database, parameters, shape.profileCount)),
    }
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

/** Only what is asked of the table afterwards outlives this: its numbers are the memory. */
async function measureCompute(database: Database, rounds: number) {
  let shape = { profileCount: 0, columnCount: 0 }
  let constants: FittedConstants | undefined
  const cost = await clock(rounds, async () => {
    const table = await computeFeatures(database, options)
    shape = { profileCount: table.profileIds.length, columnCount: table.numbers.featureNames.length }
    constants = table.constants
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
function handParameters({ categories, brands, topics }: FittedConstants) {
  const keys = (names: readonly string[], limit: number) =>
    Array.from({ length: Math.min(names.length, limit) }, (_, index) => index + 1)
  return {
    cut,
    categories,
    brands,
    topics,
    text_version: options.textVersion,
    category_keys: keys(categories, shareKeyLimit),
    brand_keys: keys(brands, shareKeyLimit),
    topic_keys: keys(topics, topics.length),
  }
}

/** Reads every row of the query by hand into numbers as the definitions' are. */
async function takeIn(database: Database, parameters: HandParameters): Promise<void> {
  const chunks: Float64Array[] = []
  for await (const rows of database.stream<FeatureRow>(byHand, { parameters }))
    chunks.push(Float64Array.from(rows.flatMap((row) => row.numbers.map((number) => number ?? Number.NaN))))
}

const mostCompared = 50_000

/** All rows of a small history, every so manieth of a large one. */
async function compare(database: Database, parameters: HandParameters, profileCount: number) {
  const reading = { ...options, history: await findHistorySource(database) }
  const constants = await fitConstants(database, featureDefinitions, reading)
  const query = composeFeatureQuery(featureDefinitions, constants, reading)
  const step = Math.max(1, Math.ceil(profileCount / mostCompared))
  const isChosen = (id: string) => Number.parseInt(id.slice(-8), 16) % step === 0
  const ours = new Map<string, FeatureRow>()
  for await (const rows of database.stream<FeatureRow>(query.select, { parameters: query.parameters }))
    for (const row of rows) if (isChosen(row.profile_id)) ours.set(row.profile_id, row)
  const comparedCount = ours.size
  let [greatestDifference, handCount] = [0, 0]
  for await (const rows of database.stream<FeatureRow>(byHand, { parameters })) {
    handCount += rows.length
    for (const row of rows) {
      const own = ours.get(row.profile_id)
      if (own === undefined && isChosen(row.profile_id)) throw new Error(`no row here for ${row.profile_id}`)
      if (own !== undefined) greatestDifference = Math.max(greatestDifference, compareRows(query, own, row))
      ours.delete(row.profile_id)
    }
  }
  if (ours.size > 0 || handCount !== profileCount)
    throw new Error(`${handCount} rows by hand, ${profileCount} here`)
  return { greatestDifference, comparedCount }
}
