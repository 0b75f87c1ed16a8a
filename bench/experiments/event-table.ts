import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'
import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { type Layout, layouts } from '../event-table/layouts.ts'
import { type Contender, type Experiment, optionValue } from '../experiment.ts'

const folder = '../event-table'
const queries = {
  features: sqlFile(import.meta.url, `${folder}/features.sql`),
  audience: sqlFile(import.meta.url, `${folder}/audience.sql`),
  labels: sqlFile(import.meta.url, `${folder}/labels.sql`),
  duplicates: sqlFile(import.meta.url, `${folder}/duplicates.sql`),
  duplicatesEver: sqlFile(import.meta.url, `${folder}/duplicates-ever.sql`),
}
const timeline = sqlFile(import.meta.url, `${folder}/timeline.sql`)
const sourceEvents = sqlFile(import.meta.url, `${folder}/source-events.sql`)
const batch = sqlFile(import.meta.url, `${folder}/batch.sql`)
const selectProfiles = sqlFile(import.meta.url, `${folder}/profiles.sql`)
const size = sqlFile(import.meta.url, `${folder}/size.sql`)

const seed = 20_250_101
const parameters = { cut: '2025-09-01 00:00:00.000', since: '2025-08-25 00:00:00.000' }

/** Which layout of the table of events serves the reads that features, timelines and audiences make. */
export const experiment: Experiment = {
  summary: 'layouts of the table of events: insert speed, size and the reads that matter',
  options: {
    events: { summary: 'how many events to make up (default 5,000,000)' },
    only: { summary: 'the name of a layout to measure alone', multiple: true },
  },
  async run(options, say) {
    const events = Number(optionValue(options, 'events') ?? 5_000_000)
    const profiles = Math.max(100, Math.round(events / 40))
    const chosen = layouts.filter((each) => options.only === undefined || options.only.includes(each.name))
    const path = await mkdtemp(join(tmpdir(), 'likeness-event-table-'))
    try {
      await using database = await createEmbeddedDatabase({ path, sessionCount: 2, queryMemoryMb: 4000 })
      const source = `CREATE TABLE source_events ENGINE = MergeTree ORDER BY tuple() AS ${sourceEvents}`
      await database.execute(source, { parameters: { events, profiles, seed, from: 0, count: events } })
      await database.execute(batch, { parameters })
      const filled: Filled[] = []
      for (const [index, layout] of chosen.entries()) {
        filled.push(await fillTable(database, layout, `events_${index}`, events))
        say(`${layout.name}: ${JSON.stringify(filled.at(-1)?.metrics)}`)
      }
      const reads = await measureReads(database, filled)
      const measured: Contender[] = filled.map(({ name, metrics, seconds }, index) => ({
        name,
        metrics: { ...metrics, ...reads[index] },
        seconds,
      }))
      return {
        experiment: 'event-table',
        dataset: { events, profiles, days: 365 },
        split:
          'one table a layout, twelve inserts in order of time, merged; each read: the best of seven rounds over all tables',
        seed,
        models: measured.slice(1),
        baselines: measured.slice(0, 1),
        notes: [await describePool(database)],
      }
    } finally {
      await rm(path, { recursive: true, force: true })
    }
  },
}

type Metrics = Readonly<Record<string, number>>
type Filled = {
  readonly name: string
  readonly table: string
  readonly metrics: Metrics
  readonly seconds: number
}

async function fillTable(database: Database, layout: Layout, table: string, events: number): Promise<Filled> {
  const startedMs = performance.now()
  await database.execute(await composeTable(layout, table))
  const insertMs = await clock(() => insertInOrder(database, table, events))
  const spreadInsertMs = await clock(() => insertSpread(database, table, events))
  const mergeMs = await clock(() => database.execute(`OPTIMIZE TABLE ${table} FINAL`))
  const sizes = await database.query<{ bytes: number; parts: number; rows: number }>(size, {
    parameters: { table },
  })
  const [stored] = sizes
  const metrics = {
    insertRowsPerSecond: Math.round(events / (insertMs / 1000)),
    spreadInsertMs: round(spreadInsertMs),
    mergeSeconds: round(mergeMs / 1000),
    bytesPerEvent: round((stored?.bytes ?? 0) / (stored?.rows ?? 1)),
    parts: stored?.parts ?? 0,
  }
  return { name: layout.name, table, metrics, seconds: round((performance.now() - startedMs) / 1000) }
}

/** Every round asks every table, so that what else the machine does falls on all alike; the best round counts. */
async function measureReads(database: Database, filled: readonly Filled[]): Promise<Metrics[]> {
  const best = filled.map((): Record<string, number> => ({}))
  const profiles = await database.query<{ profile: string }>(selectProfiles)
  for (let round = 0; round < 7; round++) {
    for (const [index, { table }] of filled.entries()) {
      const keep = (name: string, value: number) => {
        const metrics = best[index] ?? {}
        metrics[name] = Math.min(metrics[name] ?? Number.POSITIVE_INFINITY, Number(value.toPrecision(3)))
      }
      for (const [name, sql] of Object.entries(queries)) {
        keep(`${name}Ms`, await clock(() => database.query(sql, { parameters: { ...parameters, table } })))
      }
      const timelines: number[] = []
      for (const { profile } of profiles) {
        timelines.push(await clock(() => database.query(timeline, { parameters: { profile, table } })))
      }
      keep('timelineMs', timelines.toSorted((a, b) => a - b)[timelines.length >> 1] ?? 0)
    }
  }
  return best
}

/** Twelve inserts in order of time, as history grows. */
async function insertInOrder(database: Database, table: string, events: number): Promise<void> {
  for (let part = 0; part < 12; part++) {
    const [from, until] = [part, part + 1].map((each) => Math.floor((each * events) / 12))
    const sql = `INSERT INTO ${table} SELECT * FROM source_events WHERE row_number >= {from:UInt64} AND row_number < {until:UInt64}`
    await database.execute(sql, { parameters: { from: from ?? 0, until: until ?? 0 } })
  }
}

/** 10,000 rows of the whole year at once, as a small import of old history brings them. */
async function insertSpread(database: Database, table: string, events: number): Promise<void> {
  const sql = `INSERT INTO ${table} SELECT * FROM source_events WHERE row_number % {step:UInt64} = 0 LIMIT 10000`
  await database.execute(sql, { parameters: { step: Math.max(1, Math.floor(events / 10_000)) } })
}

/** Small queries one after another, alone and while the features of all profiles are computed over and over. */
async function describePool(database: Database): Promise<string> {
  const askFor = async (durationMs: number) => {
    const durations: number[] = []
    const endMs = performance.now() + durationMs
    while (performance.now() < endMs) {
      durations.push(
        await clock(() => database.query('SELECT {n:UInt32} AS n', { parameters: { n: durations.length } })),
      )
    }
    const sorted = durations.toSorted((a, b) => a - b)
    const at = (share: number) => round(sorted[Math.floor(share * sorted.length)] ?? 0)
    return `${sorted.length} small queries with a parameter in ${durationMs / 1000} s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
  }
  const alone = await askFor(2000)
  let isBusy = true
  let heavyCount = 0
  const heavy = (async () => {
    for (; isBusy; heavyCount++)
      await database.query(queries.features, { parameters: { ...parameters, table: 'events_0' } })
  })()
  const beside = await askFor(4000)
  isBusy = false
  await heavy
  return `two sessions: ${alone}; beside ${heavyCount} runs of the features query: ${beside}`
}

/** The product's own columns, in another order, other partitions, other codecs. */
async function composeTable(layout: Layout, table: string): Promise<string> {
  const file = new URL('../../src/database/migrations/0001-history.sql', import.meta.url)
  const text = await readFile(file, 'utf8')
  const body = /CREATE TABLE IF NOT EXISTS events \(\n([\s\S]+?)\n\) ENGINE/.exec(text)?.[1] ?? ''
  const columns = body
    .split('\n')
    .filter((line) => /^ {4}[a-z_]+ [A-Z]/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/,$/, '')
        .replace(/ CODEC\(.+\)$/, ''),
    )
    .map((line) => {
      const codec = layout.codecs?.[line.split(' ', 1)[0] ?? '']
      return codec === undefined ? line : `${line} CODEC(${codec})`
    })
  const partition = layout.partitionBy === undefined ? '' : `PARTITION BY ${layout.partitionBy}`
  return `CREATE TABLE ${table} (${[...columns, ...(layout.extra ?? [])].join(', ')}) ENGINE = MergeTree ${partition}
    ORDER BY ${layout.orderBy} SETTINGS index_granularity = ${layout.granule ?? 8192}, fsync_after_insert = 1`
}

async function clock(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
