import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { computeFeatures, type FeatureOptions } from './compute-features.ts'
import { loadFeatures } from './load-features.ts'
import { saveFeatures } from './save-features.ts'
import { arbitraryHistory, arbitraryLine } from './testing/arbitrary-history.ts'
import { insertLines, makeLine, type TestLine } from './testing/test-history.ts'

const items = {
  cup: { category: 'Kitchen', brand: 'Tea & Co', topic: 'cup mug' },
  mug: { category: 'Kitchen', brand: '', topic: 'cup mug' },
  lamp: { category: 'Home', brand: 'Lux', topic: 'lamp light' },
  bag: { category: '', brand: 'Tea & Co', topic: '' },
}
const topicsVersion = 'v1'
const now = new Date('2012-01-01T00:00:00Z')

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  const rows = Object.entries(items).map(([item_id, { category, brand }]) => ({
    item_id,
    name: item_id,
    category: category === '' ? [] : [category, 'narrower'],
    brand,
    updated_at: now,
  }))
  await database.insert('items', rows)
  const tags = Object.entries(items).flatMap(([item_id, { topic }]) => [
    ...(topic === '' ? [] : [{ item_id, tag: topic, weight: 0.7 }]),
    ...(item_id === 'mug' ? [{ item_id, tag: 'lamp light', weight: 0.3 }] : []),
  ])
  await database.insert(
    'item_tags',
    tags.map((tag) => ({ ...tag, model: 'topics', version: topicsVersion })),
  )
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => database.execute('TRUNCATE TABLE events'))

/** One person's numbers and labels by name. */
async function featuresOf(
  profileId: string,
  options: FeatureOptions,
): Promise<Record<string, number | string>> {
  return (await featuresOfAll(options)).get(profileId) ?? {}
}

async function featuresOfAll(options: FeatureOptions): Promise<Map<string, Record<string, number | string>>> {
  const { profileIds, numbers, labels } = await computeFeatures(database, options)
  const { featureNames, values } = numbers
  return new Map(
    profileIds.map((id, row) => [
      id,
      {
        ...Object.fromEntries(
          featureNames.map((name, column) => [name, values[row * featureNames.length + column] ?? 0]),
        ),
        ...Object.fromEntries(Object.entries(labels).map(([name, texts]) => [name, texts[row] ?? ''])),
      },
    ]),
  )
}

function buy(at: string, line: Partial<TestLine> = {}): TestLine {
  return makeLine({ atMs: Date.parse(at), orderId: at, itemId: 'cup', price: 10, ...line })
}

test('orders, spend, recency and gaps of a history worked by hand', async () => {
  await insertLines(database, [
    buy('2011-01-01T10:00:00Z', { quantity: 2, country: 'France' }),
    buy('2011-01-01T10:00:00Z', { eventId: 'second line', itemId: 'lamp', price: 5.55 }),
    buy('2011-01-11T10:00:00Z', { country: 'Iceland' }),
    buy('2011-01-31T10:00:00Z', { lineType: 'shipping', price: 99 }),
    buy('2011-01-31T10:00:00Z', { eventId: 'beside postage', itemId: 'mug' }),
    buy('2011-02-01T10:00:00Z', { kind: 'refund', price: 8.889 }),
  ])
  const features = await featuresOf('ann', { asOfMs: Date.parse('2011-02-10T00:00:00Z'), timeZone: 'UTC' })
  expect(features).toMatchObject({
    order_count: 3,
    spend: 45.55,
    line_count: 4,
    recency_days: 10,
    tenure_days: 40,
    order_gap_days: 15,
    order_gap_spread_days: Math.sqrt(50),
    country: 'Iceland',
    favourite_item: 'cup',
    favourite_category: 'Kitchen',
    return_rate: 8.889 / 45.55,
    'bought_category/Kitchen': 0.75,
    'bought_category/Home': 0.25,
  })
})

test('a cut in the middle of a day counts that day up to the cut, and the moment of the cut itself', async () => {
  await insertLines(database, [
    buy('2011-06-12T11:59:59Z'),
    buy('2011-06-12T12:00:00Z'),
    buy('2011-06-12T12:00:01Z'),
  ])
  const asOfMs = Date.parse('2011-06-12T12:00:00Z')
  expect(await featuresOf('ann', { asOfMs, timeZone: 'UTC' })).toMatchObject({
    order_count: 2,
    activity_7d: 2,
  })
})

test('a window begins at a midnight of the shop, on the other side of the clock change too', async () => {
  // Seven days before 2011-03-30 is 2011-03-23: midnight in London was 00:00 UTC then, the cut lies in summer time.
  const asOfMs = Date.parse('2011-03-30T15:00:00Z')
  await insertLines(database, [
    buy('2011-03-22T23:59:59Z', { profileId: 'too early' }),
    buy('2011-03-23T00:00:00Z', { profileId: 'just in' }),
    buy('2011-03-22T16:00:00Z', { profileId: 'in for Shanghai' }),
  ])
  const london = await featuresOfAll({ asOfMs, timeZone: 'Europe/London' })
  expect(london.get('too early')).toMatchObject({ activity_7d: 0, recency_days: 8 })
  expect(london.get('just in')).toMatchObject({ activity_7d: 1, recency_days: 7 })
  expect(london.get('in for Shanghai')).toMatchObject({ activity_7d: 0 })
  const shanghai = await featuresOfAll({ asOfMs, timeZone: 'Asia/Shanghai' })
  expect(shanghai.get('in for Shanghai')).toMatchObject({ activity_7d: 1, recency_days: 7 })
})

test('bots, people of nobody and later events are not seen', async () => {
  await insertLines(database, [
    buy('2011-01-01T00:00:00Z', { profileId: '' }),
    buy('2011-01-01T00:00:00Z', { profileId: 'robot', marks: ['bot'] }),
    buy('2011-03-01T00:00:00Z', { profileId: 'later' }),
    buy('2011-01-01T00:00:00Z', { profileId: 'ann', marks: ['outlier_quantity'] }),
  ])
  const everyone = await featuresOfAll({ asOfMs: Date.parse('2011-02-01T00:00:00Z'), timeZone: 'UTC' })
  expect([...everyone.keys()]).toEqual(['ann'])
})

test('an outlier is cut for models and exact for people', async () => {
  const crowd = Array.from({ length: 2000 }, (_, index) =>
    makeLine({ profileId: `p${index % 100}`, atMs: index * 1000, price: 2, eventId: `${index}` }),
  )
  await insertLines(database, [...crowd, makeLine({ atMs: 5000, quantity: 80_995, price: 2 })])
  const features = await featuresOf('ann', { asOfMs: 3_000_000, timeZone: 'UTC' })
  expect(features).toMatchObject({
    spend: 161_990,
    unit_count: 80_995,
    spend_clipped: 2,
    unit_count_clipped: 1,
  })
})

test('only the people asked for are computed, with the constants of everyone', async () => {
  await insertLines(database, [
    buy('2011-01-01T00:00:00Z'),
    buy('2011-01-02T00:00:00Z', { profileId: 'bob', price: 70 }),
  ])
  const options = { asOfMs: Date.parse('2011-02-01T00:00:00Z'), timeZone: 'UTC' }
  const everyone = await featuresOfAll(options)
  const bob = await featuresOfAll({ ...options, profileIds: ['bob'] })
  expect([...bob]).toEqual([['bob', everyone.get('bob')]])
})

test('saved features come back as they were computed', async () => {
  await insertLines(database, [
    buy('2011-01-01T10:00:00Z', { country: 'Iceland' }),
    buy('2011-01-02T10:00:00Z', { itemId: 'lamp' }),
    buy('2011-01-03T10:00:00Z', { itemId: 'lamp' }),
  ])
  const options = { asOfMs: Date.parse('2011-02-01T12:30:00Z'), timeZone: 'UTC', topicsVersion }
  await saveFeatures(database, { ...options, now })
  await saveFeatures(database, { ...options, now: new Date(now.getTime() + 1) })
  const saved = await loadFeatures(database, { profileId: 'ann', asOfMs: options.asOfMs + 1 })
  const computed = await featuresOf('ann', options)
  const numbers = Object.entries(computed).filter(
    ([name, value]) => !name.includes('/') && typeof value === 'number',
  )
  expect(saved?.asOfMs).toBe(options.asOfMs)
  expect(saved?.numbers).toEqual(Object.fromEntries(numbers.filter(([, value]) => !Number.isNaN(value))))
  expect(saved?.labels).toMatchObject({ country: 'Iceland', favourite_item: 'lamp' })
  expect(saved?.shares.favourite_items?.map((each) => each.key)).toEqual(['lamp', 'cup'])
  expect(saved?.shares.bought_topic).toEqual([
    { key: 'lamp light', share: 2 / 3 },
    { key: 'cup mug', share: 1 / 3 },
  ])
  expect(await loadFeatures(database, { profileId: 'nobody', asOfMs: options.asOfMs })).toBeUndefined()
})

function expectClose(
  received: Record<string, number | string>,
  expected: Record<string, number | string>,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const other = received[name]
    if (typeof value === 'string' || typeof other === 'string') expect([name, other]).toEqual([name, value])
    else if (Number.isNaN(value)) expect([name, other]).toEqual([name, Number.NaN])
    else {
      const tolerance = 1e-9 * Math.max(1, Math.abs(value))
      expect(
        Math.abs((other ?? Number.NaN) - value) < tolerance,
        `${name}: ${other} instead of ${value}`,
      ).toBe(true)
    }
  }
}

test('features as of a cut are the same whatever happens after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryHistory,
      fc.array(arbitraryLine(0), { maxLength: 20 }),
      async (history, later) => {
        const { asOfMs, timeZone, lines } = history
        await database.execute('TRUNCATE TABLE events')
        await insertLines(
          database,
          lines.filter((line) => line.atMs <= asOfMs),
        )
        const before = await featuresOfAll({ asOfMs, timeZone, topicsVersion })
        const future = later.map((line) => ({
          ...line,
          atMs: asOfMs + 1 + Math.abs(line.atMs),
          price: 1e6,
          amount: 1e6,
        }))
        await insertLines(database, [...lines.filter((line) => line.atMs > asOfMs), ...future])
        const after = await featuresOfAll({ asOfMs, timeZone, topicsVersion })
        expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
        for (const [profileId, features] of before) expectClose(after.get(profileId) ?? {}, features)
      },
    ),
    { numRuns: 5, seed: 8 },
  )
})
