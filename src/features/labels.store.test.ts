import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { computeLabels } from './labels.ts'
import { computeLifetimeSummaries } from './lifetime-summary.ts'
import { insertLines, makeLine, type TestLine } from './testing/test-history.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  await insertLines(database, [
    line('ann', '2011-01-01T10:00:00Z', { price: 9 }),
    line('ann', '2011-01-01T20:00:00Z', { price: 1, orderId: 'second of the day' }),
    line('ann', '2011-01-11T23:30:00Z', { price: 20, quantity: 2 }),
    line('ann', '2011-01-31T00:00:00Z', { price: 5 }),
    line('ann', '2011-01-31T00:00:00Z', { price: 4, eventId: 'second line', itemId: 'lamp' }),
    line('ann', '2011-02-01T00:00:00Z', { price: 3, quantity: 2 }),
    line('ann', '2011-02-02T00:00:00Z', { price: 3, kind: 'refund' }),
    line('ann', '2011-02-10T00:00:00Z', { price: 7 }),
    line('ann', '2011-02-10T00:00:00.001Z', { price: 100 }),
    line('bob', '2011-01-05T00:00:00Z', { price: 8 }),
    line('bob', '2011-02-03T00:00:00Z', { price: 8, lineType: 'shipping' }),
    line('robot', '2011-02-03T00:00:00Z', { price: 8, marks: ['bot'] }),
  ])
})
afterAll(() => database[Symbol.asyncDispose]())

function line(profileId: string, at: string, rest: Partial<TestLine>): TestLine {
  return makeLine({ profileId, atMs: Date.parse(at), orderId: at, ...rest })
}

test('labels come from after the cut up to the horizon, and are 0 for those who did not buy', async () => {
  const labels = await computeLabels(database, {
    profileIds: ['bob', 'ann', 'robot'],
    cutMs: Date.parse('2011-01-31T00:00:00Z'),
    horizonDays: 10,
  })
  expect([...labels.hasBought]).toEqual([0, 1, 0])
  expect([...labels.orderCount]).toEqual([0, 2, 0])
  expect([...labels.units]).toEqual([0, 3, 0])
  expect([...labels.spend]).toEqual([0, 13, 0])
  expect([...labels.refundedUnits]).toEqual([0, 1, 0])
  expect([...labels.refundedAmount]).toEqual([0, 3, 0])
})

test('a refund lowers what was kept of a purchase in its window, and only there', async () => {
  const shop = await createTestDatabase()
  await insertLines(shop, [
    line('eve', '2011-01-20T00:00:00Z', { price: 50, eventId: 'before' }),
    line('eve', '2011-02-02T00:00:00Z', { price: 900, quantity: 100, eventId: 'mistake' }),
    line('eve', '2011-02-02T00:12:00Z', { price: 900, quantity: 100, kind: 'refund', refundOf: 'mistake' }),
    line('eve', '2011-02-03T00:00:00Z', { price: 7, quantity: 3, eventId: 'kept' }),
    line('eve', '2011-02-04T00:00:00Z', { price: 7, kind: 'refund', refundOf: 'kept' }),
    line('eve', '2011-02-05T00:00:00Z', { price: 50, kind: 'refund', refundOf: 'before' }),
    line('eve', '2011-02-06T00:00:00Z', { price: 2, kind: 'refund' }),
    line('eve', '2011-02-11T00:00:00Z', { price: 7, kind: 'refund', refundOf: 'kept' }),
  ])
  const labels = await computeLabels(shop, {
    profileIds: ['eve'],
    cutMs: Date.parse('2011-01-31T00:00:00Z'),
    horizonDays: 10,
  })
  expect([...labels.spend]).toEqual([90_021])
  expect([...labels.keptUnits]).toEqual([2])
  expect([...labels.keptSpend]).toEqual([14])
  expect([...labels.refundedAmount]).toEqual([90_059])
  await shop[Symbol.asyncDispose]()
})

test('lifetime summaries count the days of the shop with purchases after the first', async () => {
  const cutMs = Date.parse('2011-02-05T12:00:00Z')
  const summaries = await computeLifetimeSummaries(database, { cutMs, timeZone: 'UTC' })
  expect(summaries.profileIds).toEqual(['ann', 'bob'])
  expect([...summaries.purchaseCount]).toEqual([3, 0])
  expect([...summaries.recencyDays]).toEqual([31, 0])
  expect([...summaries.ageDays]).toEqual([35, 31])
  expect([...summaries.meanSpend]).toEqual([(40 + 9 + 6) / 3, 0])
  const shanghai = await computeLifetimeSummaries(database, { cutMs, timeZone: 'Asia/Shanghai' })
  // 20:00 in London is the next day in Shanghai, and 23:30 too.
  expect(shanghai.purchaseCount[0]).toBe(4)
})
