import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TextReader } from '../core/text-reading.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { readNewTexts } from './read-new-texts.ts'
import { deleteOtherReadings, loadTextVersion, saveTextReadings } from './text-readings.ts'

let database: Database

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['events', 'text_readings', 'models'])
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
})

/** Says of tea that it is tea, of reviews that they are good, of anything else nothing; remembers what it was asked. */
function createReader(version: string): TextReader & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    version,
    asked,
    read: ({ query, text }) => {
      asked.push(query || text)
      const topic = `${query}${text}`.includes('tea') ? 'tea' : ''
      if (topic === '' && text === '') return undefined
      return { topic, sentiment: text === '' ? Number.NaN : 0.5 }
    },
  }
}

const line = (event_id: string, at: string, rest: { query?: string; [column: string]: unknown }) => ({
  event_id,
  at,
  kind: rest.query === undefined ? 'review' : 'search',
  ...rest,
})
const readings = () =>
  database.query(
    'SELECT version, event_id, line_index, topic, sentiment FROM text_readings FINAL ORDER BY version, event_id, line_index',
  )

test('lines with words are read once, and those that come later by the next call', async () => {
  await database.insert('events', [
    line('a', '2026-01-02', { query: 'green tea' }),
    line('b', '2026-02-02', { text: 'fine', line_index: 3 }),
    line('c', '2026-02-02', { query: 'piano' }),
    line('d', '2026-02-02', {}),
    line('e', '2026-02-02', { kind: 'click', query: 'green tea' }),
    line('f', '2026-02-02', { kind: 'survey', text: 'tea' }),
  ])
  const reader = createReader('v1')
  expect(await readNewTexts(database, reader)).toBe(3)
  expect(reader.asked).toEqual(['green tea', 'fine', 'piano'])
  expect(await readings()).toEqual([
    { version: 'v1', event_id: 'a', line_index: 0, topic: 'tea', sentiment: null },
    { version: 'v1', event_id: 'b', line_index: 3, topic: '', sentiment: 0.5 },
  ])
  await database.insert('events', [line('g', '2026-01-03', { text: 'good tea' })])
  // What it found nothing in is asked again.
  expect(await readNewTexts(database, reader)).toBe(2)
  expect(reader.asked.slice(3).sort()).toEqual(['good tea', 'piano'])
  expect(await readings()).toHaveLength(3)
})

test('only the lines of one import are read where it is named', async () => {
  await database.insert('events', [
    line('a', '2026-01-02', { query: 'tea', import_id: 'one' }),
    line('b', '2026-01-02', { query: 'tea', import_id: 'two' }),
  ])
  expect(await readNewTexts(database, createReader('v1'), { importId: 'two' })).toBe(1)
  expect(await readings()).toMatchObject([{ event_id: 'b' }])
})

test('each version has readings of its own, and all but one can be taken out', async () => {
  await database.insert('events', [line('a', '2026-01-02', { query: 'tea' })])
  for (const version of ['v1', 'v2', 'v3']) await readNewTexts(database, createReader(version))
  expect(await readings()).toHaveLength(3)
  await deleteOtherReadings(database, 'v2')
  expect(await readings()).toMatchObject([{ version: 'v2' }])
})

test('more lines than are held at once are all read, each once', async () => {
  await database.execute(
    "INSERT INTO events (event_id, at, kind, query) SELECT toString(number), '2026-01-02', 'search', 'tea' FROM numbers(120000)",
  )
  const reader = createReader('v1')
  const told: number[] = []
  const onRead = (done: number, total: number) => told.push(done / total)
  expect(await readNewTexts(database, reader, { onRead })).toBe(120_000)
  expect(reader.asked).toHaveLength(120_000)
  expect(await database.query('SELECT uniqExact(event_id) AS count FROM text_readings')).toEqual([
    { count: 120_000 },
  ])
  expect(told).toEqual([0, expect.closeTo(1 / 3, 9), expect.closeTo(2 / 3, 9), 1])
  expect(await readNewTexts(database, reader)).toBe(0)
})

test('a signal ends the reading between lines, and what was read before stays', async () => {
  await database.insert('events', [
    line('a', '2026-01-02', { query: 'tea' }),
    ...Array.from({ length: 300 }, (_, index) => line(`b${index}`, '2026-02-02', { query: 'tea' })),
  ])
  const stopper = new AbortController()
  const reader = createReader('v1')
  const stopping: TextReader = {
    version: 'v1',
    read: (words) => {
      if (reader.asked.length === 150) stopper.abort()
      return reader.read(words)
    },
  }
  await expect(readNewTexts(database, stopping, { signal: stopper.signal })).rejects.toMatchObject({
    code: 'stopped',
  })
  expect(reader.asked.length).toBeLessThan(300)
  expect(await readings()).toMatchObject([{ event_id: 'a' }])
})

test('the same batch saved again with its token is kept once, and readings of a repeat replace each other', async () => {
  const reading = { eventId: 'a', lineIndex: 0, topic: 'tea', sentiment: 1 }
  for (let time = 0; time < 2; time++) await saveTextReadings(database, 'v1', [reading], { token: 'batch' })
  expect(await database.query('SELECT count() AS count FROM text_readings')).toEqual([{ count: 1 }])
  await saveTextReadings(database, 'v1', [{ ...reading, topic: 'cup' }])
  expect(await readings()).toMatchObject([{ topic: 'cup' }])
})

test('the version in use is the one that is registered as active', async () => {
  expect(await loadTextVersion(database)).toBeUndefined()
  const model = (name: string, version: string, status: string, updated_at: string) => ({
    name,
    version,
    status,
    updated_at,
  })
  await database.insert('models', [
    model('text_readings', 'v1', 'retired', '2026-01-03'),
    model('text_readings', 'v2', 'active', '2026-01-02'),
    model('topics', 'v3', 'active', '2026-01-04'),
  ])
  expect(await loadTextVersion(database)).toBe('v2')
})
