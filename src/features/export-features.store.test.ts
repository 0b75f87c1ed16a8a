import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, FileTarget } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { computeFeatures } from './compute-features.ts'
import { exportFeatures } from './export-features.ts'
import { insertLines, makeLine, type TestLine } from './testing/test-history.ts'
import { insertItems, testTopicsVersion } from './testing/test-items.ts'

const noon = Date.parse('2011-06-12T12:00:00Z')
const dayMs = 86_400_000
const options = { asOfMs: noon, timeZone: 'UTC', topicsVersion: testTopicsVersion }
const folder = mkdtempSync(join(tmpdir(), 'likeness-export-'))
let database: Database

function buy(profileId: string, daysAgo: number, line: Partial<TestLine> = {}): TestLine {
  const eventId = `${profileId} ${daysAgo}`
  return makeLine({ profileId, eventId, orderId: eventId, atMs: noon - daysAgo * dayMs, price: 10, ...line })
}

beforeAll(async () => {
  database = await createTestDatabase()
  await insertItems(database)
  await insertLines(database, [
    buy('ann', 9, { itemId: 'cup', quantity: 2, country: '=HYPERLINK("x")' }),
    buy('ann', 3, { itemId: 'lamp' }),
    buy('bob', 5, { itemId: 'cup', country: '法国' }),
    makeLine({ profileId: '-2+3', eventId: 'seen', atMs: noon - dayMs, kind: 'view', itemId: 'bag' }),
  ])
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function exportAs(format: FileTarget['format'], more: Partial<typeof options> = {}) {
  const path = join(folder, `features.${format}`)
  const count = await exportFeatures(database, { path, format }, { ...options, ...more })
  return { count, path }
}

type Row = Readonly<Record<string, string | number | null>>
async function readParquet(path: string): Promise<readonly Row[]> {
  const sql = 'SELECT * FROM file({path:String}, Parquet) ORDER BY profile_id'
  return database.query<Row>(sql, { parameters: { path } })
}

test('Parquet has a column of a type for every feature, with the values that models are given', async () => {
  const { count, path } = await exportAs('Parquet')
  const rows = await readParquet(path)
  const { profileIds, numbers, labels } = await computeFeatures(database, options)
  expect(count).toBe(3)
  expect(rows.map((row) => row.profile_id)).toEqual(profileIds.toSorted())
  for (const [index, id] of profileIds.entries()) {
    const row = rows.find((each) => each.profile_id === id)
    expect(row?.as_of).toBe('2011-06-12T12:00:00.000Z')
    for (const [column, name] of numbers.featureNames.entries()) {
      const value = numbers.values[index * numbers.featureNames.length + column] ?? Number.NaN
      expect(row?.[name], name).toBe(Number.isNaN(value) ? null : value)
    }
    for (const [name, texts] of Object.entries(labels)) expect(row?.[name]).toBe(texts[index] || null)
  }
  expect(rows.find((row) => row.profile_id === 'ann')).toMatchObject({
    ...{ spend: 30, country: '=HYPERLINK("x")', 'bought_category/Kitchen': 0.5, return_rate: 0 },
    item_interest: expect.stringMatching(/^\{"lamp":0\.\d+,"cup":0\.\d+\}$/),
  })
  const types = await database.query<{ name: string; type: string }>(
    'DESCRIBE TABLE file({path:String}, Parquet)',
    { parameters: { path } },
  )
  const [profile, asOf, ...rest] = types
  expect(profile?.name).toBe('profile_id')
  expect(asOf).toMatchObject({ name: 'as_of', type: "DateTime64(3, 'UTC')" })
  expect(new Set(rest.map(({ type }) => type))).toEqual(new Set(['Nullable(Float64)', 'Nullable(String)']))
  expect(types.find(({ name }) => name === 'spend')?.type).toBe('Nullable(Float64)')
  expect(types.find(({ name }) => name === 'country')?.type).toBe('Nullable(String)')
})

test('CSV is empty where a value is missing and runs no formula in a spreadsheet', async () => {
  const [head = '', ...lines] = readFileSync((await exportAs('CSVWithNames')).path, 'utf8')
    .trimEnd()
    .split('\n')
  expect(head).toMatch(/^"profile_id","as_of","/)
  expect(lines.toSorted().map((line) => line.slice(0, 7))).toEqual([`"'-2+3"`, '"ann","', '"bob","'])
  expect(lines.join('\n')).toContain(`"'=HYPERLINK(""x"")"`)
  expect(lines.join('\n')).not.toMatch(/nan|\\N/)
})

test('JSON lines hold each profile as one object', async () => {
  const lines = readFileSync((await exportAs('JSONEachRow')).path, 'utf8')
    .trimEnd()
    .split('\n')
  const rows = lines.map((line) => JSON.parse(line) as Row)
  expect(rows.find((row) => row.profile_id === 'bob')).toMatchObject({
    ...{ as_of: '2011-06-12T12:00:00.000Z', spend: 10, order_gap_days: null, country: '法国' },
  })
})

test('nothing after the cut takes part: what comes later, however much, changes no byte of the rows', async () => {
  const asOfMs = noon - 4 * dayMs
  const before = await readParquet((await exportAs('Parquet', { asOfMs })).path)
  expect(before.map((row) => [row.profile_id, row.spend])).toEqual([
    ['ann', 20],
    ['bob', 10],
  ])
  await insertLines(database, [
    buy('ann', 1, { itemId: 'mug', price: 999 }),
    buy('late', 0, { itemId: 'cup' }),
    buy('bob', 2, { kind: 'refund' }),
  ])
  expect(await readParquet((await exportAs('Parquet', { asOfMs })).path)).toEqual(before)
})

test('a cut before everything has a header and nobody', async () => {
  const { count, path } = await exportAs('CSVWithNames', { asOfMs: 0 })
  expect(count).toBe(0)
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(1)
})
