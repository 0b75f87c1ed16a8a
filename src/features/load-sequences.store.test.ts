import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { loadSequences } from './load-sequences.ts'
import { insertLines, makeLine, type TestLine } from './testing/test-history.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  await insertLines(database, [
    line('ann', '2011-01-03T00:00:00Z', { kind: 'purchase', itemId: 'cup', price: 2 }),
    line('ann', '2011-01-03T00:00:00Z', { kind: 'purchase', itemId: 'lamp', price: 30, eventId: 'dearer' }),
    line('ann', '2011-01-02T00:00:00Z', { kind: 'cart_add', itemId: 'lamp' }),
    line('ann', '2011-01-01T00:00:00Z', { kind: 'view', itemId: 'lamp' }),
    line('ann', '2011-01-03T00:00:00Z', {
      kind: 'purchase',
      lineType: 'shipping',
      itemId: 'post',
      price: 99,
      eventId: 'post',
    }),
    line('ann', '2011-02-01T00:00:00Z', { kind: 'view', itemId: 'later' }),
    line('bob', '2011-01-01T00:00:00Z', { kind: 'search', itemId: '' }),
    line('robot', '2011-01-01T00:00:00Z', { kind: 'view', itemId: 'cup', marks: ['bot'] }),
  ])
})
afterAll(() => database[Symbol.asyncDispose]())

function line(profileId: string, at: string, rest: Partial<TestLine>): TestLine {
  return makeLine({ profileId, atMs: Date.parse(at), orderId: at, ...rest })
}

const day = (number: number) => Date.UTC(2011, 0, number)
const load = (moments: number) =>
  loadSequences(database, { profileIds: ['bob', 'ann', 'robot', 'eve'], cutMs: day(31), moments })

test('what each did up to the cut comes in its order; an order of many lines is one moment, told by its dearest item', async () => {
  expect(await load(10)).toEqual([
    [{ kind: 'search', atMs: day(1) }],
    [
      { kind: 'view', item: 'lamp', atMs: day(1) },
      { kind: 'cart_add', item: 'lamp', atMs: day(2) },
      { kind: 'purchase', item: 'lamp', atMs: day(3) },
    ],
    [],
    [],
  ])
})

test('of a long history the latest moments are read', async () => {
  const [, ann] = await load(2)
  expect(ann?.map(({ kind }) => kind)).toEqual(['cart_add', 'purchase'])
})
