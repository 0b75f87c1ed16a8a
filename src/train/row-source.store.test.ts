import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { createRowSource, joinRows } from './row-source.ts'

const dayMs = 86_400_000
const firstCutMs = Date.UTC(2025, 2, 1)
const cuts = [0, 30, 60].map((days) => firstCutMs + days * dayMs)
const horizonDays = 20

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const arbitraryEvent = fc.record({
  profile_id: fc.constantFrom('ann', 'bob', 'cyd', 'dee'),
  kind: fc.constantFrom('purchase', 'purchase', 'view', 'refund', 'search', 'cart_add'),
  // From 90 days before the first cut to 90 days after the last, some on the very moment of a cut.
  at: fc.oneof(fc.integer({ min: -90 * 24, max: 150 * 24 }), fc.constantFrom(0, 30 * 24, 60 * 24)),
  price: fc.integer({ min: 1, max: 90 }),
  item_id: fc.constantFrom('cup', 'mug'),
})
type Event = typeof arbitraryEvent extends fc.Arbitrary<infer Value> ? Value : never

async function store(events: readonly Event[]): Promise<void> {
  await database.execute('TRUNCATE TABLE events')
  const rows = events.map(({ at, price, ...event }, index) => ({
    ...event,
    ...{ event_id: `e${index}`, line_type: 'product', quantity: 1, price, amount: price },
    ...{ at: new Date(firstCutMs + at * 3_600_000), received_at: new Date(0), session_id: `s${at % 5}` },
  }))
  await database.insert('events', rows)
}

async function readRows() {
  const source = createRowSource({ database, timeZone: 'Europe/London' })
  const parts = []
  for (const cutMs of cuts) parts.push(await source.labelledAt(cutMs, horizonDays))
  return parts
}

/** The same people with the same features; sums may be rounded otherwise, and rows have no order of their own. */
function expectSame(one: Dataset | undefined, other: Dataset | undefined): void {
  expect(one?.featureNames).toEqual(other?.featureNames)
  expect(one?.rowIds.toSorted()).toEqual(other?.rowIds.toSorted())
  for (const [row, id] of (one?.rowIds ?? []).entries()) {
    const [mine, its] = [rowOf(one, row), rowOf(other, other?.rowIds.indexOf(id) ?? -1)]
    for (const [column, value] of mine.entries()) {
      const expected = its[column] ?? Number.NaN
      const isSame =
        Object.is(value, expected) || Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected))
      expect(isSame, `${one?.featureNames[column]} of ${id}: ${value} instead of ${expected}`).toBe(true)
    }
  }
}

function rowOf(dataset: Dataset | undefined, row: number): Float64Array {
  const width = dataset?.featureNames.length ?? 0
  return dataset?.values.subarray(row * width, (row + 1) * width) ?? new Float64Array()
}

test('rows of a cut have the features of what came before it and the labels of what came after, whatever is altered later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryEvent, { minLength: 20, maxLength: 120, size: 'max' }),
      fc.integer({ min: 0, max: cuts.length - 1 }),
      fc.array(arbitraryEvent, { maxLength: 20 }),
      async (events, which, others) => {
        await store(events)
        const before = await readRows()
        const cutHours = which * 30 * 24
        // The future in reverse order, dearer, of other people, and with events that never were.
        const past = events.filter(({ at }) => at <= cutHours)
        const future = [...events, ...others]
          .filter(({ at }) => at > cutHours)
          .map((event) => ({ ...event, at: cutHours + 1 + ((event.at * 7) % 900), price: event.price * 100 }))
        await store([...past, ...future.reverse()])
        const after = await readRows()
        for (const place of cuts.keys()) {
          if (place > which) continue
          expectSame(after[place]?.features, before[place]?.features)
        }
      },
    ),
    { numRuns: 3, endOnFailure: true },
  )
})

test('rows of several cuts lie one below the other, a person once a cut, with what followed each', async () => {
  const buy = (profile_id: Event['profile_id'], at: number): Event => ({
    profile_id,
    kind: 'purchase',
    at,
    price: 5,
    item_id: 'cup',
  })
  await store([buy('ann', -24), buy('ann', 24), buy('bob', 31 * 24), buy('ann', 65 * 24)])
  const { features, target } = joinRows(await readRows(), (labels) => labels.spend)
  const rows = features.rowIds.map((id, row) => `${id} ${target[row]}`)
  // Cut by cut, and within one in no order of its own.
  expect(rows.slice(0, 2)).toEqual(['ann 5', 'ann 0'])
  expect(rows.slice(2).sort()).toEqual(['ann 5', 'bob 0'])
})
