import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { createItemLearner } from './item-learner.ts'
import type { ItemStatement } from './merge-statement.ts'
import { upsertItems } from './upsert-items.ts'

const now = new Date('2011-06-01T00:00:00Z')
const minute = 60_000
let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => database.execute('TRUNCATE TABLE items'))

function say(itemId: string, words: Partial<ItemStatement>, minutesAgo = 0): ItemStatement {
  return {
    itemId,
    name: '',
    description: '',
    category: [],
    brand: '',
    price: 0,
    currency: '',
    attributes: {},
    source: 'web',
    atMs: now.getTime() - minutesAgo * minute,
    ...words,
  }
}
const byShop = (statements: readonly ItemStatement[]) =>
  upsertItems(database, statements, { authority: 'catalogue', now })
const byEvents = (statements: readonly ItemStatement[]) =>
  upsertItems(database, statements, { authority: 'event', now })

async function find(itemId: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await database.query<Record<string, unknown>>(
    'SELECT * FROM items FINAL WHERE item_id = {item_id:String}',
    { parameters: { item_id: itemId } },
  )
  return row
}
/** The database with a part of it replaced. */
function withPart(part: Partial<Database>): Database {
  const { kind } = database
  return {
    kind,
    query: (sql, options) => database.query(sql, options),
    stream: (sql, options) => database.stream(sql, options),
    execute: (sql, options) => database.execute(sql, options),
    executeOnEveryNode: (sql, options) => database.executeOnEveryNode(sql, options),
    insert: (table, rows, options) => database.insert(table, rows, options),
    takeTurns: (name, work, signal) => database.takeTurns(name, work, signal),
    loadFile: (load) => database.loadFile(load),
    exportTo: (target, sql, options) => database.exportTo(target, sql, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...part,
  }
}

test('a catalogue replaces what it states and keeps what it does not', async () => {
  await byShop([
    say('cup', {
      name: 'Cup',
      nameZh: '杯',
      price: 2.5,
      category: ['Kitchen'],
      attributes: { size: 'S', url: '/cup' },
    }),
  ])
  await byShop([say('cup', { price: 3.12345, brand: 'Clay', attributes: { size: 'M' } })])
  expect(await find('cup')).toMatchObject({
    name: 'Cup',
    name_zh: '杯',
    price: 3.1235,
    brand: 'Clay',
    category: ['Kitchen'],
    attributes: { size: 'M', url: '/cup' },
    source: 'web',
  })
})

test('of two statements of a catalogue at one moment the later counts', async () => {
  await byShop([say('cup', { name: 'One' }), say('cup', { name: 'Two' })])
  await byShop([say('cup', { name: 'Three' })])
  await byShop([say('cup', { name: 'Four' })])
  expect(await find('cup')).toMatchObject({ name: 'Four' })
})

test('an event cannot rename what the shop or a file told of, only fill what is empty', async () => {
  await byShop([say('cup', { name: 'Cup', source: 'server' })])
  await database.insert('items', [
    { item_id: 'lamp', name: 'Lamp', source: 'online-retail', updated_at: new Date('2011-01-01') },
  ])
  const rubbish = { name: 'Rubbish', brand: 'Clay', attributes: { color: 'red' } }
  await byEvents([say('cup', rubbish), say('lamp', rubbish)])
  await byEvents([say('cup', { brand: 'Rubbish', attributes: { color: 'blue' } })])
  expect(await find('cup')).toMatchObject({
    name: 'Cup',
    brand: 'Clay',
    attributes: { color: 'red' },
    source: 'server',
  })
  expect(await find('lamp')).toMatchObject({ name: 'Lamp', brand: 'Clay', source: 'online-retail' })
})

test('what only events told of follows the latest event, whatever the order of arrival', async () => {
  await byEvents([say('cup', { name: 'Newer' }, 1), say('cup', { name: 'Older', brand: 'Clay' }, 5)])
  expect(await find('cup')).toMatchObject({ name: 'Newer', brand: 'Clay', source: 'event:web' })
  await byEvents([say('cup', { name: 'Late', description: 'Of clay' }, 3)])
  expect(await find('cup')).toMatchObject({ name: 'Newer', description: 'Of clay' })
  await byEvents([say('cup', { name: 'Newest' })])
  expect(await find('cup')).toMatchObject({ name: 'Newest', brand: 'Clay' })
})

test('a catalogue takes over what events told of, and its word stays', async () => {
  await byEvents([say('cup', { name: 'Cupp' })])
  await byShop([say('cup', { name: 'Cup', source: 'server' })])
  await byEvents([say('cup', { name: 'Cupp' }, -5)])
  expect(await find('cup')).toMatchObject({ name: 'Cup', source: 'server' })
})

test('an event that claims to come from tomorrow does not hide what is said today', async () => {
  await byEvents([say('cup', { name: 'Tomorrow' }, -24 * 60)])
  const today = new Date(now.getTime() + minute)
  await upsertItems(database, [say('cup', { name: 'Today' }, -1)], { authority: 'event', now: today })
  expect(await find('cup')).toMatchObject({ name: 'Today' })
})

test('the same again, as after a crash, writes nothing', async () => {
  const statements = [
    say('cup', { name: 'A' }, 3),
    say('cup', { name: 'B', price: 2 }, 2),
    say('lamp', { name: 'Lamp' }),
  ]
  const written: number[] = []
  const watched = withPart({
    insert: (table, rows) => {
      written.push(rows.length)
      return database.insert(table, rows)
    },
  })
  for (const authority of ['event', 'event', 'catalogue', 'catalogue'] as const) {
    await upsertItems(watched, statements.slice(1), { authority, now })
  }
  expect(written).toEqual([2, 0, 2, 0])
  expect(await find('cup')).toMatchObject({ name: 'B', price: 2 })
})

test('what a later event said stands when an earlier batch is repeated', async () => {
  const first = [say('cup', { name: 'A' }, 3), say('cup', { name: 'B' }, 2)]
  await byEvents(first)
  await byEvents([say('cup', { name: 'C' }, 1)])
  const before = await find('cup')
  await byEvents(first)
  expect(await find('cup')).toEqual(before)
})

test('more items than one query asks for are all merged', async () => {
  const many = Array.from({ length: 600 }, (_, index) => say(`杯子-${index}`, { name: `Cup ${index}` }))
  await byShop(many)
  await byShop(many.map((each) => ({ ...each, name: '', brand: 'Clay' })))
  const rows = await database.query(
    "SELECT count() AS n FROM items FINAL WHERE name != '' AND brand = 'Clay'",
  )
  expect(rows).toEqual([{ n: 600 }])
})

test('a learner does not ask the database about what was just said', async () => {
  let queryCount = 0
  const counting = withPart({
    query: (sql, options) => {
      queryCount += 1
      return database.query(sql, options)
    },
  })
  const learn = createItemLearner(counting, () => now)
  await learn([say('cup', { name: 'Cup' }, 2), say('cup', { name: 'Cup' }, 1)])
  await learn([say('cup', { name: 'Cup', source: 'app' })])
  expect(queryCount).toBe(1)
  await learn([say('cup', { name: 'Mug' })])
  expect(queryCount).toBe(2)
  expect(await find('cup')).toMatchObject({ name: 'Mug' })
})

test('a learner says again what could not be stored', async () => {
  let isAway = true
  const away = withPart({
    insert: (table, rows) =>
      isAway ? Promise.reject(new AppError('database_unreachable', 'away')) : database.insert(table, rows),
  })
  const learn = createItemLearner(away, () => now)
  await expect(learn([say('cup', { name: 'Cup' })])).rejects.toThrow('away')
  isAway = false
  await learn([say('cup', { name: 'Cup' })])
  expect(await find('cup')).toMatchObject({ name: 'Cup' })
})
