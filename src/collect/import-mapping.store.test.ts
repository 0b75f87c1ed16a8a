import { afterAll, beforeEach, expect, test } from 'vitest'
import type { MappingInput } from './mapping.ts'
import { listQuarantine } from './quarantine.ts'
import { countsOf, createTestImporter } from './testing/test-importer.ts'

const importer = await createTestImporter()
const { database, importText, select } = importer
afterAll(() => importer[Symbol.asyncDispose]())
beforeEach(() => importer.clear())

const people: MappingInput = {
  name: 'panel',
  rows: 'people',
  columns: { userId: 'household', anonymousId: 'device' },
  traits: { income: 'income', age: 'age' },
  absent: { userId: ['9999'] },
}

const statements =
  'SELECT id_kind, id, name, value, source, at FROM trait_statements FINAL ORDER BY id, name, source'

test('a table of people states traits and is known to the identity graph, and nothing happens by it', async () => {
  const rows = ['1.0,,35-49K,65+', ' 7 ,d7,,19-24', ',d8,250K+,', '9999,,250K+,19-24', 'null,,1,2', '8,d8,,']
  const mapping: MappingInput = { ...people, userIdForm: 'integer' }
  const report = await importText('panel.csv', ['household,device,income,age', ...rows].join('\n'), mapping)
  expect(countsOf(report)).toEqual([6, 4, 0, 2])
  expect(report).toMatchObject({
    quarantined: { no_identity: 2 },
    fixed: { trimmed: 1, id_form: 1 },
    asStored: { lineCount: 0 },
    traitCount: 4,
    identityCount: 5,
  })
  const stated = { source: 'panel', at: '2026-11-24T00:00:00.000Z' }
  expect(await select(statements)).toEqual([
    { id_kind: 'user_id', id: '1', name: 'age', value: '65+', ...stated },
    { id_kind: 'user_id', id: '1', name: 'income', value: '35-49K', ...stated },
    { id_kind: 'user_id', id: '7', name: 'age', value: '19-24', ...stated },
    { id_kind: 'anonymous_id', id: 'd8', name: 'income', value: '250K+', ...stated },
  ])
  expect(await select('SELECT count() AS events, (SELECT count() FROM items) AS items FROM events')).toEqual([
    { events: 0, items: 0 },
  ])
  const [first] = await listQuarantine(database, { limit: 1 })
  expect(first).toMatchObject({ reason: 'no_identity', detail: 'expected the id of a user or of a device' })
})

test('what is said of a person holds from the time that the row or the mapping gives', async () => {
  const file = (age: string, at: string) => `household,device,income,age,day\n1,,,${age},${at}\n`
  const dated: MappingInput = { ...people, columns: { ...people.columns, at: 'day' } }
  await importText('a.csv', file('25-34', '2024-05-01'), dated)
  await importText('b.csv', file('19-24', '2023-05-01'), dated)
  expect(await select(statements)).toMatchObject([{ value: '25-34', at: '2024-05-01T00:00:00.000Z' }])
  await importText('c.csv', file('35-44', ''), { ...people, constants: { at: '2025-01-01' } })
  expect(await select(statements)).toMatchObject([{ value: '35-44', at: '2025-01-01T00:00:00.000Z' }])
  const again = await importText('d.csv', file('45-54', 'May'), dated)
  expect(again.quarantined).toEqual({ schema_violation: 1 })
})

test('cells that say that there is nothing are empty, and a blank around them is a blank', async () => {
  const mapping: MappingInput = {
    name: 'till',
    columns: { at: 'date', userId: 'who', itemId: 'item', price: 'price', coupon: 'money off' },
    absent: { coupon: ['0', '0.00'], userId: ['0', 'house'] },
  }
  const rows = ['ann,0,3', 'house, 0.00 ,4', 'bob,00,5', '0,1.50,6']
  const report = await importText(
    'till.csv',
    ['date,item,who,money off,price', ...rows.map((row) => `2024-01-02,tea,${row}`)].join('\n'),
    mapping,
  )
  expect(countsOf(report)).toEqual([4, 4, 0, 0])
  expect(report.fixed).toEqual({ trimmed: 1 })
  expect(await select('SELECT user_id, coupon FROM events ORDER BY price')).toEqual([
    { user_id: 'ann', coupon: '' },
    { user_id: '', coupon: '' },
    { user_id: 'bob', coupon: '00' },
    { user_id: '', coupon: '1.50' },
  ])
})

test('levels of a category in columns of their own are names as they stand, of a catalogue and of orders', async () => {
  const categoryLevels = ['department', 'kind']
  const items: MappingInput = {
    name: 'stock',
    rows: 'items',
    columns: { itemId: 'id', name: 'kind' },
    categoryLevels,
  }
  await importText('stock.csv', 'id,department,kind,size\n1, DELI ,ICE - CRUSHED/CUBED,2\n2,,TEA,\n', items)
  expect(await select('SELECT item_id, name, category, attributes FROM items FINAL ORDER BY 1')).toEqual([
    {
      item_id: '1',
      name: 'ICE - CRUSHED/CUBED',
      category: ['DELI', 'ICE - CRUSHED/CUBED'],
      attributes: { size: '2' },
    },
    { item_id: '2', name: 'TEA', category: ['TEA'], attributes: {} },
  ])
  const orders: MappingInput = { name: 'orders', columns: { at: 'date', itemId: 'item' }, categoryLevels }
  await importText(
    'orders.jsonl',
    '{"date":"2024-01-02","item":"3","kind":"A > B","department":"GARDEN"}\n',
    orders,
  )
  expect(await select("SELECT category FROM items FINAL WHERE item_id = '3'")).toEqual([
    { category: ['GARDEN', 'A > B'] },
  ])
  expect(await select('SELECT properties FROM events')).toEqual([{ properties: '{}' }])
  await expect(importText('short.csv', 'date,item,kind\n2024-01-02,3,x\n', orders)).rejects.toThrow(
    'the file has no column department (for categoryLevels)',
  )
})
