import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFile } from '../../src/collect/import-file.ts'
import type { ImportReport } from '../../src/collect/import-report.ts'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../../src/database/test-database.ts'
import { contacts, datasetPath, importedAt, openPeople } from './datasets.ts'

let database: Database
let people: ReturnType<typeof openPeople>
let report: ImportReport
const options = {
  path: datasetPath('online-retail.csv.gz'),
  reading: { format: 'online-retail' },
  now: importedAt,
  timeZone: 'UTC',
  contacts,
} as const

beforeAll(async () => {
  database = await createTestDatabase()
  people = openPeople(database)
  report = await importFile(database, { ...options, who: people.who })
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const one = async (sql: string) => (await database.query(sql))[0]

test('the counts are those of the file, and every row is accounted for', () => {
  expect(report).toMatchObject({
    rowCount: 541_909,
    storedCount: 536_641,
    duplicateCount: 5_268,
    quarantinedCount: 0,
    duplicates: { repeat: 5_268 },
    asRead: {
      rowCount: 541_909,
      withoutCustomerCount: 135_080,
      cancellationCount: 9_288,
      nonPositiveQuantityCount: 10_624,
      negativePriceCount: 2,
      zeroPriceCount: 2_515,
      withoutDescriptionCount: 1_454,
      orderCount: 25_900,
      customerCount: 4_372,
      amount: 9_747_747.93,
    },
    asStored: {
      lineCount: 536_641,
      customerCount: 4_372,
      profileCount: 4_372,
      byMark: { negative_price: 2 },
    },
  })
})

test('what stands in the tables is what the report says', async () => {
  const { asStored } = report
  expect(
    await one(`SELECT count() AS lineCount, uniqExact(event_id) AS idCount, countIf(profile_id = '') AS nobodyCount,
      countIf(refund_of != '') AS tiedCount, round(sumIf(toFloat64(amount), kind = 'purchase'), 2) AS purchaseAmount FROM events`),
  ).toEqual({
    lineCount: asStored.lineCount,
    idCount: asStored.lineCount,
    nobodyCount: asStored.nobodyCount,
    tiedCount: asStored.tiedCount,
    purchaseAmount: asStored.purchaseAmount,
  })
  expect(await one('SELECT count() AS count FROM items FINAL')).toEqual({ count: report.items.count })
  expect(await one('SELECT status, row_count, stored_count FROM imports FINAL')).toEqual({
    status: 'finished',
    row_count: 541_909,
    stored_count: 536_641,
  })
  expect(await one("SELECT count() AS count FROM system.tables WHERE name LIKE 'staging%'")).toEqual({
    count: 0,
  })
})

test('customer 12347 has seven orders of 4,310.00 from Iceland', async () => {
  expect(
    await one(`SELECT uniqExact(order_id) AS orders, sum(amount) AS spent, any(country) AS country
      FROM events WHERE profile_id = '12347' AND kind = 'purchase'`),
  ).toEqual({ orders: 7, spent: 4310, country: 'Iceland' })
  expect(
    await one("SELECT name, value FROM trait_statements FINAL WHERE id_kind = 'user_id' AND id = '12347'"),
  ).toEqual({
    name: 'country',
    value: 'Iceland',
  })
})

test('a cancelled line is tied to one earlier purchase of the same person and item, which is never used twice', async () => {
  expect(
    await one(`SELECT count() AS ties,
        countIf(p.event_id = '' OR p.user_id != r.user_id OR p.item_id != r.item_id OR p.at > r.at) AS wrong
      FROM (SELECT * FROM events WHERE refund_of != '') AS r LEFT JOIN events AS p ON r.refund_of = p.event_id`),
  ).toEqual({ ties: report.asStored.tiedCount, wrong: 0 })
  expect(
    await one(`SELECT count() AS overdrawn FROM (
        SELECT refund_of, sum(quantity) AS taken FROM events WHERE refund_of != '' GROUP BY refund_of) AS r
      INNER JOIN events AS p ON r.refund_of = p.event_id WHERE r.taken > p.quantity`),
  ).toEqual({ overdrawn: 0 })
  expect(report.asStored.tiedCount).toBeGreaterThan(7000)
})

test('postage, manual corrections and charges are told apart from products, and stock notes name no item', async () => {
  const types = await database.query(`SELECT DISTINCT item_id, line_type FROM events
    WHERE item_id IN ('POST', 'DOT', 'M', 'BANK CHARGES', 'D', 'S', 'gift_0001_20', 'DCGSSGIRL', 'PADS') AND kind != 'custom' ORDER BY item_id`)
  expect(types).toEqual([
    { item_id: 'BANK CHARGES', line_type: 'fee' },
    { item_id: 'D', line_type: 'discount' },
    { item_id: 'DCGSSGIRL', line_type: 'product' },
    { item_id: 'DOT', line_type: 'shipping' },
    { item_id: 'M', line_type: 'adjustment' },
    { item_id: 'PADS', line_type: 'product' },
    { item_id: 'POST', line_type: 'shipping' },
    { item_id: 'S', line_type: 'sample' },
    { item_id: 'gift_0001_20', line_type: 'gift_card' },
  ])
  expect(await one("SELECT name, price FROM items FINAL WHERE item_id = '85123A'")).toEqual({
    name: 'WHITE HANGING HEART T-LIGHT HOLDER',
    price: 2.95,
  })
  expect(await one("SELECT count() AS count FROM items FINAL WHERE lower(name) LIKE '%damage%'")).toEqual({
    count: 0,
  })
})

test('the file again adds nothing', async () => {
  const again = await importFile(database, { ...options, who: people.who })
  expect(again).toMatchObject({
    isAlreadyImported: true,
    rowCount: 541_909,
    storedCount: 0,
    duplicateCount: 541_909,
    quarantinedCount: 0,
  })
  expect(await one('SELECT count() AS count FROM events')).toEqual({ count: 536_641 })
})
