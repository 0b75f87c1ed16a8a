import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import type { FeatureTable } from '../../src/features/feature-table.ts'
import { shareKeyLimit } from '../../src/features/fitted-constants.ts'
import { saveFeatures } from '../../src/features/save-features.ts'
import { type Experiment, optionValue } from '../experiment.ts'

const sourceEvents = sqlFile(import.meta.url, '../event-table/source-events.sql')
const insertItems = sqlFile(import.meta.url, '../features/items.sql')
const insertTags = sqlFile(import.meta.url, '../features/item-tags.sql')
const byHand = sqlFile(import.meta.url, '../features/by-hand.sql')

const seed = 20_250_101
const cut = '2025-12-15 12:00:00.000'
const asOfMs = Date.parse('2025-12-15T12:00:00Z')
const timeZone = 'Europe/London'
const topicsVersion = 'bench'

/** Features of all profiles at one cut, beside one hand-written query of the same aggregates. */
export const experiment: Experiment = {
  summary: 'all features of all profiles at one cut, against one hand-written query of the same aggregates',
  options: {
    events: { summary: 'how many events to make up (default 1,000,000), 40 a profile', multiple: true },
    rounds: { summary: 'how often each is timed; the best counts (default 3)' },
  },
  async run(options, say) {
    const sizes = (options.events ?? ['1000000']).map(Number)
    const rounds = Number(optionValue(options, 'rounds') ?? 3)
    const models = []
    const baselines = []
    const notes = []
    for (const events of sizes) {
      const figures = await measure(events, rounds)
      say(`${events} events: ${JSON.stringify(figures)}`)
      const { seconds, byHandSeconds, saveSeconds, ...rest } = figures
      const ratio = seconds / byHandSeconds
      const perEvent = (seconds * 1e6) / events
      models.push({
        name: `definitions, ${events} events`,
        metrics: { ratio, microsecondsPerEvent: perEvent, saveSeconds, ...rest },
        seconds,
      })
      baselines.push({
        name: `by hand, ${events} events`,
        metrics: { microsecondsPerEvent: (byHandSeconds * 1e6) / events },
        seconds: byHandSeconds,
      })
    }
    notes.push('the bar: ratio ≤ 1.5, cost per event flat, memory ≤ 4 GB')
    notes.push(
      'both stream every row to the client; the fit of limits, bands, tiers and vocabularies is included',
    )
    return {
      experiment: 'features',
      dataset: { events: sizes.join(', '), items: 20_000, days: 365 },
      split: `as of ${cut}, ${timeZone}`,
      seed,
      models,
      baselines,
      notes,
    }
  },
}

async function measure(events: number, rounds: number) {
  const path = await mkdtemp(join(tmpdir(), 'likeness-features-'))
  try {
    await using database = await createEmbeddedDatabase({ path, sessionCount: 2, queryMemoryMb: 3000 })
    await fill(database, events)
    const options = { asOfMs, timeZone, topicsVersion }
    let table: FeatureTable | undefined
    const compute = async () => {
      table = await computeFeatures(database, options)
    }
    let rows: Row[] = []
    const seconds = await best(rounds, compute)
    const computed = table
    if (computed === undefined) throw new Error('nothing was computed')
    const parameters = handParameters(computed)
    const hand = async () => {
      rows = []
      for await (const batch of database.stream<Row>(byHand, { parameters }))
        for (const row of batch) rows.push(row)
    }
    const byHandSeconds = await best(rounds, hand)
    const greatestDifference = compare(computed, rows)
    table = undefined
    rows = []
    const saveSeconds = await best(1, () => saveFeatures(database, { ...options, now: new Date(asOfMs) }))
    return {
      seconds,
      byHandSeconds,
      saveSeconds,
      profileCount: computed.profileIds.length,
      columnCount: computed.numbers.featureNames.length,
      greatestDifference,
    }
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

async function fill(database: Database, events: number): Promise<void> {
  await migrate(database)
  const profiles = Math.max(100, Math.round(events / 40))
  await database.execute(sourceEvents, { parameters: { events, profiles, seed } })
  for (let part = 0; part < 12; part++) {
    const [from, until] = [part, part + 1].map((each) => Math.floor((each * events) / 12))
    const sql =
      'INSERT INTO events SELECT * FROM source_events WHERE row_number >= {from:UInt64} AND row_number < {until:UInt64}'
    await database.execute(sql, { parameters: { from: from ?? 0, until: until ?? 0 } })
  }
  await database.execute('DROP TABLE source_events SYNC')
  await database.execute('OPTIMIZE TABLE events FINAL')
  await database.execute(insertItems)
  await database.execute(insertTags)
}

type Row = {
  readonly profile_id: string
  readonly numbers: readonly (number | null)[]
  readonly labels: readonly string[]
}

/** The vocabularies are a matter of naming, so the query by hand is given them. */
function handParameters({ constants }: FeatureTable) {
  const { categories, brands, topics } = constants
  const keys = (names: readonly string[], limit: number) =>
    Array.from({ length: Math.min(names.length, limit) }, (_, index) => index + 1)
  return {
    cut,
    categories,
    brands,
    topics,
    category_keys: keys(categories, shareKeyLimit),
    brand_keys: keys(brands, shareKeyLimit),
    topic_keys: keys(topics, topics.length),
  }
}

/** The greatest relative difference between any two numbers; throws when a row, a label or a missing value differs. */
function compare({ profileIds, numbers, labels }: FeatureTable, rows: readonly Row[]): number {
  const width = numbers.featureNames.length
  const place = new Map(profileIds.map((id, row) => [id, row]))
  if (rows.length !== profileIds.length)
    throw new Error(`${rows.length} rows by hand, ${profileIds.length} here`)
  const texts = Object.values(labels)
  let greatest = 0
  for (const row of rows) {
    const position = place.get(row.profile_id)
    if (position === undefined) throw new Error(`no row for ${row.profile_id}`)
    if (row.numbers.length !== width) throw new Error(`${row.numbers.length} numbers by hand, ${width} here`)
    if (texts.some((text, index) => text[position] !== row.labels[index])) throw new Error('labels differ')
    for (const [column, name] of numbers.featureNames.entries()) {
      const [a, b] = [
        numbers.values[position * width + column] ?? Number.NaN,
        row.numbers[column] ?? Number.NaN,
      ]
      if (Number.isNaN(a) && Number.isNaN(b)) continue
      const difference = Math.abs(a - b) / Math.max(1, Math.abs(a))
      if (!(difference < 1e-6)) throw new Error(`${name} of ${row.profile_id}: ${a} here, ${b} by hand`)
      greatest = Math.max(greatest, difference)
    }
  }
  return greatest
}

async function best(rounds: number, work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now()
    await work()
    least = Math.min(least, (performance.now() - startedMs) / 1000)
  }
  return least
}
