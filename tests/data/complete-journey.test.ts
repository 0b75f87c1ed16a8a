import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFile } from '../../src/collect/import-file.ts'
import type { ImportReport } from '../../src/collect/import-report.ts'
import { readMappingFile } from '../../src/collect/mapping.ts'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../../src/database/test-database.ts'
import { loadHistoryRange } from '../../src/events/history-range.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import { contacts, datasetPath, importedAt, openPeople } from './datasets.ts'

const timeZone = 'America/New_York'
const transactions = datasetPath('completejourney-transactions-sample.csv.gz')
let database: Database
let people: ReturnType<typeof openPeople>
const reports: Record<string, ImportReport> = {}

beforeAll(async () => {
  database = await createTestDatabase()
  people = openPeople(database)
  for (const [name, file] of [
    ['products', datasetPath('completejourney-products.csv.gz')],
    ['transactions', transactions],
    ['demographics', datasetPath('completejourney-demographics.csv.gz')],
  ] as const) {
    const path = join(import.meta.dirname, '..', '..', 'bench', 'mappings', `completejourney-${name}.json`)
    const mapping = await readMappingFile(path)
    const options = { path: file, reading: { mapping }, now: importedAt, timeZone, contacts, who: people.who }
    reports[name] = await importFile(database, options)
  }
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const one = async (sql: string) => (await database.query(sql))[0]

test('every row of the three files is accounted for', () => {
  expect(reports.transactions).toMatchObject({
    rowCount: 75_000,
    storedCount: 75_000,
    duplicateCount: 0,
    quarantinedCount: 0,
    fixed: {},
    asRead: {
      withoutCustomerCount: 0,
      cancellationCount: 0,
      nonPositiveQuantityCount: 416,
      orderCount: 47_243,
      customerCount: 2_377,
      itemCount: 20_902,
      amount: 233_935.24,
    },
    // Lines of a quantity of 0 are coupons and corrections of the till: nothing is bought by them.
    asStored: { byKind: { purchase: 74_584, custom: 416 }, purchaseAmount: 233_935.24, profileCount: 2_377 },
  })
  expect(reports.products).toMatchObject({
    rowCount: 92_331,
    storedCount: 92_331,
    duplicateCount: 0,
    quarantinedCount: 0,
    items: { count: 92_331, withoutNameCount: 528 },
  })
  expect(reports.demographics).toMatchObject({
    rowCount: 801,
    storedCount: 801,
    quarantinedCount: 0,
    asStored: { lineCount: 0 },
    traitCount: 5_237,
    identityCount: 801,
  })
})

test('an item has its department, category and type as they are called; 222 lines are of items without', async () => {
  expect(await one("SELECT name, category, brand FROM items FINAL WHERE item_id = '26093'")).toEqual({
    name: 'BREAD:ITALIAN/FRENCH',
    category: ['PASTRY', 'BREAD', 'BREAD:ITALIAN/FRENCH'],
    brand: 'Private',
  })
  expect(
    await one(`SELECT countIf(empty(category)) AS lines FROM events AS e
      LEFT JOIN (SELECT item_id, category FROM items FINAL) AS i ON e.item_id = i.item_id`),
  ).toEqual({ lines: 222 })
  expect(await one("SELECT count() AS lines FROM events WHERE coupon != ''")).toEqual({ lines: 1_135 })
})

test('a household is who it says it is, and no event came of that', async () => {
  expect(
    await one(`SELECT mapFromArrays(groupArray(toString(name)), groupArray(value)) AS traits
      FROM (SELECT name, value FROM trait_statements FINAL WHERE id_kind = 'user_id' AND id = '1' ORDER BY name)`),
  ).toEqual({
    traits: {
      age: '65+',
      home_ownership: 'Homeowner',
      household_composition: '2 Adults No Kids',
      household_size: '2',
      income: '35-49K',
      kids_count: '0',
      marital_status: 'Married',
    },
  })
  expect(await one('SELECT count() AS lines, uniqExact(user_id) AS people FROM events')).toEqual({
    lines: 75_000,
    people: 2_377,
  })
})

test('spend and baskets of every household are those of a plain loop over the file', async () => {
  const { lastMs } = (await loadHistoryRange(database)) ?? { lastMs: 0 }
  expect(new Date(lastMs).toISOString()).toBe('2018-01-01T03:47:38.000Z')
  const table = await computeFeatures(database, { asOfMs: lastMs, timeZone })
  const { featureNames, values } = table.numbers
  const owners = await database.query<{ user_id: string; profile_id: string }>(
    'SELECT DISTINCT user_id, profile_id FROM events',
  )
  const rowOf = new Map(table.profileIds.map((id, row) => [id, row]))
  const numberOf = (row: number, name: string) =>
    values[row * featureNames.length + featureNames.indexOf(name)]
  const expected = readHouseholds()
  expect(owners.length).toBe(expected.size)
  for (const { user_id, profile_id } of owners) {
    const row = rowOf.get(profile_id) ?? -1
    const { spend, baskets } = expected.get(user_id) ?? { spend: Number.NaN, baskets: new Set() }
    expect([user_id, numberOf(row, 'order_count')]).toEqual([user_id, baskets.size])
    expect(numberOf(row, 'spend')).toBeCloseTo(spend, 6)
  }
  expect(expected.get('1111')?.baskets.size).toBe(73)
  expect(expected.get('1111')?.spend).toBeCloseTo(659.23, 6)
})

/** Of lines of something bought, by household. */
function readHouseholds(): ReadonlyMap<string, { spend: number; readonly baskets: Set<string> }> {
  const [header = '', ...lines] = gunzipSync(readFileSync(transactions)).toString('utf8').trim().split('\n')
  const cellsOf = (line: string) => line.trim().replaceAll('"', '').split(',')
  const columns = cellsOf(header)
  const households = new Map<string, { spend: number; readonly baskets: Set<string> }>()
  for (const line of lines) {
    const cells = cellsOf(line)
    const cell = (name: string) => cells[columns.indexOf(name)] ?? ''
    const own = households.get(cell('household_id')) ?? { spend: 0, baskets: new Set<string>() }
    households.set(cell('household_id'), own)
    if (Number(cell('quantity')) <= 0) continue
    own.spend += Number(cell('sales_value'))
    own.baskets.add(cell('basket_id'))
  }
  return households
}
