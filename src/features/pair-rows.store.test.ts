import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { choosePairGroups, type PairGroups } from './pair-groups.ts'
import type { PairTable } from './pair-rows.ts'
import { openPairSource, type PairSource } from './pair-source.ts'
import { insertLines, makeLine, type TestLine } from './testing/test-history.ts'

const cutMs = Date.parse('2011-06-01T00:00:00Z')
const dayMs = 86_400_000
const horizonDays = 90
const categories: PairGroups = { kind: 'category', level: 2 }
const names = ['order_count', 'spend_clipped', 'price_mean', 'first_order_days']
const people: Dataset = {
  featureNames: names,
  rowIds: ['ann', 'bob', 'eve'],
  values: Float64Array.from([3, 100, 5, 100, 1, 8, 8, 50, 1, 20, 20, 10]),
}
const stated = { age: Float64Array.of(34, Number.NaN, 20), income: Float64Array.of(50, Number.NaN, 10) }

/** Read to the end of the horizon, asked as of the cut. */
function open(shop: Database, groups = categories): Promise<PairSource> {
  const asOfMs = cutMs + horizonDays * dayMs
  return openPairSource(shop, { asOfMs, horizonDays, groups, cutsMs: [cutMs], shopperCount: 3 })
}

async function computePairs(shop: Database, groups = categories): Promise<PairTable> {
  return (await open(shop, groups)).pairsAt(cutMs, { people, stated })
}

/** A line so many days before the cut; after it where below 0. */
function line(profileId: string, daysBefore: number, rest: Partial<TestLine>): TestLine {
  const atMs = cutMs - daysBefore * dayMs
  const eventId = `${profileId}-${daysBefore}-${rest.itemId}-${rest.kind ?? 'purchase'}`
  return makeLine({ profileId, atMs, orderId: eventId, eventId, ...rest })
}

const past: readonly TestLine[] = [
  line('ann', 100, { itemId: 'phone', quantity: 2, price: 20 }),
  line('ann', 40, { itemId: 'phone', quantity: 3, price: 20 }),
  line('ann', 20, { itemId: 'case', quantity: 5, price: 2 }),
  line('ann', 19, {
    itemId: 'case',
    quantity: 4,
    price: 2,
    kind: 'refund',
    refundOf: 'ann-20-case-purchase',
  }),
  line('ann', 10, { itemId: 'lamp', kind: 'view' }),
  line('ann', 9, { itemId: 'lamp', kind: 'cart_add' }),
  line('bob', 50, { itemId: 'case', quantity: 1, price: 8 }),
  line('bob', 5, { itemId: 'cable', kind: 'view', sessionId: 's' }),
  line('bob', 5, { itemId: '', kind: 'search', sessionId: 's', name: 'search' }),
  line('eve', 10, { itemId: 'cable', price: 20 }),
  line('robot', 3, { itemId: 'phone', quantity: 999, price: 20, marks: ['bot'] }),
]
const future: readonly TestLine[] = [
  line('ann', -1, { itemId: 'phone', quantity: 7, price: 20 }),
  line('ann', -3, { itemId: 'case', quantity: 6, price: 2 }),
  line('ann', -4, {
    itemId: 'case',
    quantity: 2,
    price: 2,
    kind: 'refund',
    refundOf: 'ann--3-case-purchase',
  }),
  line('bob', -10, { itemId: 'cable', quantity: 2, price: 1 }),
  line('bob', -11, { itemId: 'cable', quantity: 2, kind: 'refund', refundOf: 'bob--10-cable-purchase' }),
  line('bob', -89.9, { itemId: 'case', quantity: 1, price: 8 }),
  line('eve', -90.1, { itemId: 'cable', quantity: 1, price: 8 }),
  line('robot', -2, { itemId: 'phone', quantity: 999, price: 20, marks: ['bot'] }),
]

let database: Database
let table: PairTable
beforeAll(async () => {
  database = await createTestDatabase()
  await insertCatalogue(database)
  await insertLines(database, [...past, ...future])
  table = await computePairs(database)
})
afterAll(() => database[Symbol.asyncDispose]())

async function insertCatalogue(shop: Database): Promise<void> {
  const told = { brand: '', updated_at: new Date('2012-01-01T00:00:00Z') }
  const paths = { phone: 'Phones', case: 'Extras', cable: 'Extras', lamp: 'Lamps' }
  const rows = Object.entries(paths).map(([item_id, name]) => ({
    ...told,
    item_id,
    name: item_id,
    category: [name === 'Lamps' ? 'Home' : 'Tech', name],
  }))
  await shop.insert('items', rows)
}

function rowOf(profileId: string, id: string, from: PairTable = table): number {
  const { dataset, targets, targetOf } = from
  return dataset.rowIds.findIndex((each, row) => each === profileId && targets[targetOf[row] ?? 0]?.id === id)
}

function figureOf(profileId: string, id: string, column: string): number {
  const { featureNames, values } = table.dataset
  return values[rowOf(profileId, id) * featureNames.length + featureNames.indexOf(column)] ?? Number.NaN
}

test('a pair is told by what the person did with it, shrunk to what everybody does', () => {
  expect(figureOf('ann', 'phone', 'pair_order_count')).toBe(2)
  expect(figureOf('ann', 'phone', 'pair_units')).toBe(5)
  expect(figureOf('ann', 'phone', 'pair_units_of_late')).toBe(3)
  expect(figureOf('ann', 'phone', 'pair_recency_days')).toBeCloseTo(40, 4)
  // Her own gap of 60 days, beside two of everybody's, who is she alone.
  expect(figureOf('ann', 'phone', 'pair_gap_days')).toBeCloseTo(60, 4)
  expect(figureOf('ann', 'phone', 'pair_due_ratio')).toBeCloseTo(40 / 60, 4)
  expect(figureOf('ann', 'phone', 'pair_affinity')).toBeCloseTo(2 ** (-100 / 60) + 2 ** (-40 / 60), 5)
  expect(figureOf('ann', 'phone', 'pair_spend_share')).toBeCloseTo(1, 5)
  expect(figureOf('ann', 'phone', 'target_price_ratio')).toBeCloseTo(4, 5)
  expect(figureOf('ann', 'phone', 'target_repeat_share')).toBe(1)
  expect(figureOf('ann', 'phone', 'stated_age')).toBe(34)
  expect(figureOf('bob', 'case', 'stated_age')).toBeNaN()
})

test('what is taken back lowers the units, bots count for nothing', () => {
  expect(figureOf('ann', 'case', 'pair_units')).toBe(1)
  expect(figureOf('ann', 'Extras', 'pair_units')).toBe(1)
  expect(figureOf('ann', 'phone', 'target_units_per_order')).toBe(2.5)
  expect(figureOf('ann', 'phone', 'target_buyer_share')).toBeCloseTo(1 / 3, 6)
  expect(table.profileIds).toEqual(['ann', 'bob', 'eve'])
})

test('people are asked about what they bought, about what they looked at, and about what others buy', () => {
  const asked = (id: string) =>
    table.dataset.rowIds.flatMap((each, row) =>
      each === id ? [table.targets[table.targetOf[row] ?? 0]?.id ?? ''] : [],
    )
  // Nobody ever bought a lamp: it is nothing that could be told of.
  expect(asked('ann')).toEqual(expect.arrayContaining(['phone', 'case', 'Phones', 'Extras']))
  expect(asked('bob')).toEqual(expect.arrayContaining(['case', 'cable', 'Extras']))
  expect(figureOf('bob', 'cable', 'pair_order_count')).toBe(0)
  expect(figureOf('bob', 'cable', 'pair_views')).toBeCloseTo(2 ** (-5 / 60), 5)
  expect(figureOf('bob', 'cable', 'pair_look_days')).toBeCloseTo(5, 4)
  expect(figureOf('bob', 'cable', 'pair_group_recency_days')).toBeCloseTo(50, 4)
  expect(new Set(asked('ann')).size).toBe(asked('ann').length)
})

test('the outcome is what was bought within the horizon and kept', async () => {
  const outcomes = (await open(database)).outcomesOf(cutMs, table)
  const of = (profileId: string, id: string) => {
    const row = rowOf(profileId, id)
    return [outcomes.hasBought[row], outcomes.units[row], outcomes.firstDays[row]]
  }
  expect(of('ann', 'phone')).toEqual([1, 7, 1])
  expect(of('ann', 'case')).toEqual([1, 4, 3])
  expect(of('ann', 'Extras')).toEqual([1, 4, 3])
  expect(of('bob', 'cable')).toEqual([0, 0, Number.NaN])
  expect(of('bob', 'case')[0]).toBe(1)
  expect(of('eve', 'cable')).toEqual([0, 0, Number.NaN])
  expect([outcomes.itemsBought, outcomes.itemsHeld]).toEqual([3, 3])
})

test('nothing after the cut takes part: another future gives the same rows', async () => {
  const other = await createTestDatabase()
  await insertCatalogue(other)
  const changed = [
    ...past,
    line('ann', -1, { itemId: 'lamp', quantity: 500, price: 1 }),
    line('bob', -2, { itemId: 'phone', quantity: 9, price: 1 }),
    line('zoe', -2, { itemId: 'new', quantity: 9, price: 1 }),
  ]
  await insertLines(other, changed)
  const again = await computePairs(other)
  expect(again.targets).toEqual(table.targets)
  expect(again.dataset).toEqual(table.dataset)
  expect(again.unitsOfLate).toEqual(table.unitsOfLate)
  const asked = { cutMs, history: 'events' } as const
  expect(await choosePairGroups(other, asked)).toEqual(await choosePairGroups(database, asked))
  await other[Symbol.asyncDispose]()
})

test('a search is for what people of its session most looked at', async () => {
  const shop = await createTestDatabase()
  await insertCatalogue(shop)
  const lines = [...past, line('eve', 4, { itemId: 'phone', kind: 'view', sessionId: 'e' })]
  await insertLines(shop, lines)
  const query = { kind: 'search', line_type: 'product', quantity: 0, price: 0, amount: 0 }
  const search = (profile_id: string, session_id: string) => ({
    ...query,
    ...{ profile_id, session_id, query: 'Smart Phone', event_id: `search-${profile_id}` },
    at: new Date(cutMs - 6 * dayMs),
    received_at: new Date(cutMs - 6 * dayMs),
  })
  await shop.insert('events', [search('eve', 'e'), search('ann', 'without any look')])
  const { dataset, ...found } = await computePairs(shop)
  const row = rowOf('ann', 'Phones', { dataset, ...found })
  const column = dataset.featureNames.indexOf('pair_group_searches')
  expect(dataset.values[row * dataset.featureNames.length + column]).toBeCloseTo(2 ** (-6 / 60), 5)
  await shop[Symbol.asyncDispose]()
})

test('items are grouped by the narrowest categories that are not too many, else by topics', async () => {
  expect(await choosePairGroups(database, { cutMs, history: 'events' })).toEqual({
    kind: 'category',
    level: 2,
  })
  const bare = await createTestDatabase()
  await insertLines(bare, [...past])
  const asked = { cutMs, history: 'events' } as const
  expect(await choosePairGroups(bare, { ...asked, topicsVersion: 'v' })).toEqual({
    kind: 'topic',
    version: 'v',
  })
  expect(await choosePairGroups(bare, asked)).toEqual({ kind: 'none' })
  const alone = await computePairs(bare, { kind: 'none' })
  expect(alone.targets.every(({ isGroup }) => !isGroup)).toBe(true)
  await bare[Symbol.asyncDispose]()
})
