import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { loadCategoryNames } from './load-category-names.ts'
import { loadItem, loadItemCounts, loadItems } from './load-items.ts'
import { saveItemTags } from './save-item-tags.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  const at = '2011-01-01T00:00:00Z'
  await database.insert('items', [
    { item_id: 'cup', name: 'Cup', name_zh: '杯', category: ['Kitchen', 'Tea'], price: 2.5, updated_at: at },
    { item_id: 'lamp', name: 'Old lamp', price: 9, updated_at: at },
    { item_id: 'lamp', name: 'Lamp', price: 8, updated_at: '2011-02-01T00:00:00Z' },
    { item_id: 'nameless', updated_at: at },
  ])
  await database.insert('events', [
    { event_id: '1', item_id: 'lamp', at: '2011-01-05T00:00:00Z', kind: 'view' },
    { event_id: '2', item_id: 'cup', at: '2011-03-05T00:00:00Z', kind: 'purchase' },
  ])
})
afterAll(() => database[Symbol.asyncDispose]())

async function listIds(knownByMs?: number): Promise<string[]> {
  const ids: string[] = []
  for await (const items of loadItems(database, knownByMs === undefined ? {} : { knownByMs }))
    ids.push(...items.map((item) => item.id))
  return ids
}

test('items come in order of id, each once, as last described', async () => {
  expect(await listIds()).toEqual(['cup', 'lamp', 'nameless'])
  expect(await loadItem(database, 'lamp')).toMatchObject({ name: 'Lamp', price: 8, category: [] })
  expect(await loadItem(database, 'cup')).toMatchObject({ nameZh: '杯', category: ['Kitchen', 'Tea'] })
  expect(await loadItem(database, 'gone')).toBeUndefined()
})

test('items known by a moment are those with a line at or before it', async () => {
  expect(await listIds(Date.parse('2011-02-01T00:00:00Z'))).toEqual(['lamp'])
})

test('categories are called in Chinese what most items state, levels of unequal paths aside', async () => {
  const stated = [
    ['a', ['Kitchen', 'Tea'], ['厨房', '茶具']],
    ['b', ['Kitchen', 'Pans'], ['厨房', '']],
    ['c', ['Kitchen'], ['厨具']],
    ['d', ['Garden', 'Tools'], ['花园']],
  ] as const
  await database.insert(
    'items',
    stated.map(([item_id, category, category_zh]) => ({
      ...{ item_id, name: item_id, price: 1, category, category_zh },
      updated_at: '2011-01-01T00:00:00Z',
    })),
  )
  const names = await loadCategoryNames(database)
  await database.execute("DELETE FROM items WHERE item_id IN ('a', 'b', 'c', 'd')")
  expect([...names].sort()).toEqual([
    ['Kitchen', { en: 'Kitchen', zh: '厨房' }],
    ['Tea', { en: 'Tea', zh: '茶具' }],
  ])
})

test('the counts tell what is missing', async () => {
  expect(await loadItemCounts(database)).toEqual({
    itemCount: 3,
    unnamedCount: 1,
    unpricedCount: 1,
    uncategorisedCount: 2,
  })
})

test('tags are kept with their version, and the same again replaces them', async () => {
  const tags = [{ itemId: 'cup', tags: [{ tag: 'tea cup', weight: 0.75 }] }]
  await saveItemTags(database, { model: 'topics', version: 'v1' }, tags)
  await saveItemTags(database, { model: 'topics', version: 'v1' }, tags)
  const rows = await database.query('SELECT item_id, tag, weight FROM item_tags FINAL')
  expect(rows).toEqual([{ item_id: 'cup', tag: 'tea cup', weight: 0.75 }])
})
