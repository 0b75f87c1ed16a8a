import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../src/core/errors.ts'
import type { WordsOfLine } from '../src/core/text-reading.ts'
import type { Database } from '../src/database/database.ts'
import { loadTextVersion } from '../src/events/text-readings.ts'
import { createRandom } from '../src/math/random.ts'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import type { Engine } from '../src/serve/engine.ts'
import type { Operation } from '../src/serve/operation.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'
import { importFiles } from '../src/serve/operations/import-files.ts'
import { showModel } from '../src/serve/operations/show-model.ts'
import { trainTextReadings } from '../src/train/train-text-readings.ts'
import { trainTopics } from '../src/train/train-topics.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-texts-'))
const signal = new AbortController().signal
let engine: Engine

beforeAll(async () => {
  engine = await open()
})
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Engine> {
  const settings = { data: join(folder, 'data'), port: 0, minFreeDiskMb: 0 }
  return openEngine(await loadConfig(settings, { environment: {}, folder }))
}

function run<Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<Output> {
  return operation.run(input, { engine, progress: () => undefined, signal })
}

let ids = 0
function track(event: string, properties: object, daysAgo = 1): object {
  ids += 1
  const timestamp = new Date(Date.now() - daysAgo * 86_400_000).toISOString()
  const userId = `u${ids % 20}`
  return { type: 'track', messageId: `m-${ids}`, event, userId, timestamp, properties }
}
const review = (rating: number, review_body: string, daysAgo?: number) =>
  track('Product Reviewed', { product_id: `p${ids % 5}`, rating, review_body }, daysAgo)
const search = (query: string, daysAgo?: number) => track('Products Searched', { query }, daysAgo)

/** Reviews of half a year whose words and ratings agree, in two languages. */
function writeReviews(count: number): object[] {
  const words = [
    [1, 'Awful lamp, very bad'],
    [2, '台灯很差，非常失望'],
    [3, 'It is a lamp'],
    [4, 'Good kettle, lovely'],
    [5, '茶壶很好，非常满意'],
  ] as const
  return Array.from({ length: count }, (_, index) => {
    const [rating, text] = words[index % 5] ?? [3, '']
    return review(rating, `${text} ${index}`, 1 + (index % 180))
  })
}

async function importCalls(name: string, calls: readonly object[]): Promise<void> {
  const file = join(folder, name)
  writeFileSync(file, calls.map((call) => JSON.stringify(call)).join('\n'))
  await run(importFiles, { files: [file], format: 'segment' })
}

async function importItems(name: string, titles: readonly string[]): Promise<void> {
  const file = join(folder, name)
  const header = 'product_id,name,name_zh,description,description_zh,category,brand,price,currency'
  const rows = titles.map((title, index) => `p${index},${title},,,,,,1.00,GBP`)
  writeFileSync(file, [header, ...rows].join('\n'))
  await run(importFiles, { files: [file], format: 'catalogue' })
}

async function sendLive(calls: readonly object[], over = engine): Promise<void> {
  const json = { batch: calls }
  await over.collector.accept({
    route: 'batch',
    source: 'web',
    isServer: true,
    isHistoric: false,
    receivedAtMs: Date.now(),
    body: Buffer.from(JSON.stringify(json)),
    json,
  })
  await over.fold.drain()
}

type Stored = {
  readonly version: string
  readonly id: string
  readonly topic: string
  readonly sentiment: number | null
}

/** What the reader in use says of the lines in the table, against what is stored of its version. */
async function compareAll(): Promise<{ said: Stored[]; stored: Stored[] }> {
  const reader = engine.readers.current()
  const lines = await engine.database.query<WordsOfLine & { readonly id: string }>(
    "SELECT concat(event_id, '/', toString(line_index)) AS id, kind, query, text FROM events ORDER BY id",
  )
  const said = lines.flatMap(({ id, ...words }) => {
    const reading = reader?.read(words)
    if (reader === undefined || reading === undefined) return []
    const sentiment = Number.isNaN(reading.sentiment) ? null : reading.sentiment
    return [{ version: reader.version, id, topic: reading.topic, sentiment }]
  })
  const stored = await engine.database.query<Stored>(
    "SELECT version, concat(event_id, '/', toString(line_index)) AS id, topic, sentiment FROM text_readings FINAL ORDER BY id",
  )
  return {
    said,
    stored: stored.map((row) => ({
      ...row,
      sentiment: row.sentiment === null ? null : Math.fround(row.sentiment),
    })),
  }
}

async function expectComplete(): Promise<Stored[]> {
  const { said, stored } = await compareAll()
  expect(said.length).toBeGreaterThan(100)
  expect(stored).toEqual(said)
  expect(await loadTextVersion(engine.database)).toBe(engine.readers.current()?.version)
  return stored
}

test('before anything was learned nothing is said, and a call is stored all the same', async () => {
  await sendLive([search('lamp')])
  expect(await loadTextVersion(engine.database)).toBeUndefined()
  expect((await compareAll()).stored).toEqual([])
})

test('imported reviews are read by what a build learns of them, and the judgement is registered', async () => {
  await importItems('items.csv', [
    'Desk lamp',
    'Reading lamp',
    'Tea kettle',
    'Small tea kettle',
    'Lamp for desk',
  ])
  await importCalls('reviews.jsonl', [...writeReviews(400), search('desk lamp'), search('piano')])
  const built = await run(buildProfiles, {})
  expect(built.sentiment).toMatchObject({ kind: 'learned', reviewCount: 320 })
  const stored = await expectComplete()
  expect(stored.some(({ topic }) => topic !== '')).toBe(true)
  const { evaluation } = await run(showModel, { key: 'sentiment' })
  expect(evaluation?.verdict).toMatchObject({ kind: 'better', metric: 'auc' })
  const [own, majority] = evaluation?.contenders ?? []
  expect(own?.metrics.accuracy?.low).toBeGreaterThan(majority?.metrics.accuracy?.value ?? 1)
})

test('a live call has its reading by the time that it is stored', async () => {
  const before = (await compareAll()).stored.length
  await sendLive([
    review(5, 'A lovely kettle'),
    search('a tidy desk'),
    search('xylophone'),
    review(1, '很差'),
  ])
  const stored = await expectComplete()
  expect(stored).toHaveLength(before + 3)
  const rows = await engine.database.query<{ text: string; sentiment: number }>(
    "SELECT text, sentiment FROM events JOIN (SELECT * FROM text_readings FINAL) AS r USING (event_id, line_index) WHERE text IN ('A lovely kettle', '很差') ORDER BY rating",
  )
  expect(rows[0]?.sentiment).toBeLessThan(-0.5)
  expect(rows[1]?.sentiment).toBeGreaterThan(0.5)
})

test('a file imported later is read as it is imported', async () => {
  await importCalls('later.jsonl', [review(4, 'Good lamp'), search('茶壶 kettle')])
  await expectComplete()
})

test('the same models build again what is there already', async () => {
  const { version, lineCount } = (await trainTextReadings(engine.database, engine.readers, options())) ?? {}
  expect(version).toBe(await loadTextVersion(engine.database))
  // Those in which nothing is found: piano, xylophone.
  expect(lineCount).toBeLessThan(5)
})

test('other models make another version, whole, and the old one goes', async () => {
  const old = await loadTextVersion(engine.database)
  await importItems('more.csv', [
    'Desk lamp',
    'Reading lamp',
    'Tea kettle',
    'Copper tea kettle',
    'Kettle of copper',
  ])
  await run(buildProfiles, {})
  expect(await loadTextVersion(engine.database)).not.toBe(old)
  await expectComplete()
})

const options = () => ({ asOfMs: Date.now(), now: new Date() })

/** The database with something done before each insert into a table. */
function beforeInsert(table: string, act: () => Promise<void>): Database {
  const { database } = engine
  return new Proxy(database, {
    get(target, name) {
      if (name === 'insert')
        return async (into: string, ...rest: [readonly object[]]) => {
          if (into === table) await act()
          return target.insert(into, ...rest)
        }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Learns topics anew from other titles without having the history read. */
async function learnOther(name: string, titles: readonly string[]): Promise<void> {
  await importItems(name, titles)
  await trainTopics(engine.database, { ...options(), random: createRandom(1) })
}

test('what arrives while a new version reads the history is read by both', async () => {
  await learnOther('third.csv', ['Brass lamp', 'Brass desk lamp', 'Tea kettle', 'Brass tea kettle', 'Lamp'])
  const old = await loadTextVersion(engine.database)
  let isSent = false
  const sending = beforeInsert('text_readings', async () => {
    if (isSent) return
    isSent = true
    // In a month that was read already, or will be: it must not matter.
    await sendLive([review(5, 'lovely brass lamp', 200), review(1, 'awful brass kettle', 2)])
    const rows = await engine.database.query<{ versions: number }>(
      "SELECT uniqExact(version) AS versions FROM text_readings WHERE event_id IN (SELECT event_id FROM events WHERE text LIKE '%brass%') GROUP BY event_id",
    )
    expect(rows).toEqual([{ versions: 2 }, { versions: 2 }])
    expect(await loadTextVersion(engine.database)).toBe(old)
  })
  const read = await trainTextReadings(sending, engine.readers, options())
  expect(isSent).toBe(true)
  expect(read?.version).not.toBe(old)
  await expectComplete()
})

test('cut off while a new version reads the history, the old one stays in use until the next build ends it', async () => {
  await learnOther('fourth.csv', ['Oak lamp', 'Oak desk lamp', 'Tea kettle', 'Oak box', 'Tea box'])
  const old = await loadTextVersion(engine.database)
  let inserts = 0
  const failing = beforeInsert('text_readings', async () => {
    inserts += 1
    if (inserts === 3) throw new AppError('database_unreachable', 'pulled the plug')
  })
  await expect(trainTextReadings(failing, engine.readers, options())).rejects.toThrow(/pulled/)
  expect(await loadTextVersion(engine.database)).toBe(old)
  await engine[Symbol.asyncDispose]()
  engine = await open()
  expect(engine.readers.current()?.version).toBe(old)
  await sendLive([review(5, 'lovely oak lamp')])
  const read = await trainTextReadings(engine.database, engine.readers, options())
  expect(read?.version).not.toBe(old)
  await expectComplete()
})

test('an import that was cut off before its words were read is read when the directory is opened again', async () => {
  const whole = engine
  engine = {
    ...whole,
    enricher: {
      ...whole.enricher,
      enrichImport: () => Promise.reject(new AppError('database_unreachable', 'pulled the plug')),
    },
  }
  const calls = Array.from({ length: 30 }, (_, index) => review(4, `good oak lamp number ${index}`))
  await expect(importCalls('cut.jsonl', calls)).rejects.toThrow(/pulled/)
  const { said, stored } = await compareAll()
  expect(said.length - stored.length).toBe(30)
  await whole[Symbol.asyncDispose]()
  engine = await open()
  await expectComplete()
})

test('a batch that was begun under one version and ended under another has readings of both', async () => {
  await learnOther('fifth.csv', ['Tin lamp', 'Tin desk lamp', 'Tea kettle', 'Tin box', 'Tin tea box'])
  let isBroken = true
  const { database } = engine
  const insert = database.insert.bind(database)
  database.insert = async (table, ...rest) => {
    if (table === 'events' && isBroken) throw new AppError('database_unreachable', 'pulled the plug')
    return insert(table, ...rest)
  }
  await expect(sendLive([review(5, 'lovely tin lamp')])).rejects.toThrow(/pulled/)
  isBroken = false
  await trainTextReadings(database, engine.readers, options())
  await engine.fold.drain()
  await expectComplete()
})
