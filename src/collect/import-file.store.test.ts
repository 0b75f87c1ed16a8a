import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { saveImport } from './import/commit-import.ts'
import { createStaging, openStaging } from './import/staging.ts'
import { importFile } from './import-file.ts'
import type { ImportReport } from './import-report.ts'
import { type MappingInput, parseMapping } from './mapping.ts'
import { listImports } from './quarantine.ts'
import { recoverImports } from './recover-imports.ts'
import {
  contacts,
  countStored,
  countsOf,
  createTestImporter,
  good,
  header,
  nothingStored,
  now,
  orders,
} from './testing/test-importer.ts'

const importer = await createTestImporter()
const { database, folder, who, write, importText, importAs, select } = importer
afterAll(() => importer[Symbol.asyncDispose]())
beforeEach(() => importer.clear())

test('comma, semicolon, pipe and tab, plain and gzipped, are the same table', async () => {
  const stored = [
    {
      order_id: 'o1',
      profile_id: '7',
      item_id: 'cup',
      quantity: 1,
      amount: 8,
      at: '2024-01-02T10:00:00.000Z',
    },
    {
      order_id: 'o1',
      profile_id: '7',
      item_id: 'tea',
      quantity: 2,
      amount: 7,
      at: '2024-01-02T10:00:00.000Z',
    },
  ]
  for (const [index, delimiter] of [',', ';', '|', '\t'].entries()) {
    await database.execute('TRUNCATE TABLE events')
    const text = `${[header, ...good].map((line) => line.replaceAll(',', delimiter)).join('\r\n')}\r\n`
    const report = await importText('a', index % 2 === 0 ? gzipSync(text) : text)
    expect(countsOf(report)).toEqual([2, 2, 0, 0])
    expect(
      await select('SELECT order_id, profile_id, item_id, quantity, amount, at FROM events ORDER BY item_id'),
    ).toEqual(stored)
  }
})

test('JSON lines and Parquet, also gzipped, are read by their keys and columns', async () => {
  const json = '{"order":"o1","customer":7,"item":"tea","units":2,"price":3.5,"date":"2024-01-02 10:00:00"}\n'
  expect(countsOf(await importText('a.json', json))).toEqual([1, 1, 0, 0])
  const path = join(folder, 'a.parquet')
  await database.execute(
    `INSERT INTO FUNCTION file({path:String}, 'Parquet') SELECT 'o2' AS "order", toInt64(7) AS customer, 'tea' AS item,
    toInt32(number) AS units, toFloat64(2.5) AS price, toDateTime64('2024-01-02 10:00:00', 3, 'UTC') AS date, [1, 2] AS nested FROM numbers(1, 3)`,
    { parameters: { path } },
  )
  const reading = { mapping: parseMapping(orders) }
  const report = await importFile(database, { path, reading, now, timeZone: 'UTC', contacts, who })
  expect(countsOf(report)).toEqual([3, 3, 0, 0])
  expect(await select('SELECT sum(amount) AS spent, uniqExact(profile_id) AS people FROM events')).toEqual([
    { spent: 22, people: 1 },
  ])
})

test('an export that has grown adds what is new; a mapping for real repeats keeps them all', async () => {
  expect(countsOf(await importText('a.csv', [header, ...good, good[0]].join('\n')))).toEqual([3, 2, 1, 0])
  const grown = await importText('b.csv', [header, ...good, 'o2,8,pot,1,2.00,2024-01-03'].join('\n'))
  expect(countsOf(grown)).toEqual([3, 1, 2, 0])
  expect(grown.duplicates).toEqual({ stored: 2 })
  expect((await listImports(database)).map((each) => each.fileName)).toEqual(['a.csv', 'b.csv'])
  const real: MappingInput = { ...orders, name: 'real', repeats: 'real' }
  expect(countsOf(await importText('c.csv', [header, ...good, good[0]].join('\n'), real))).toEqual([
    3, 3, 0, 0,
  ])
})

test('imports at once, of the same file and of one that overlaps, store each row once', async () => {
  const more = 'o2,8,pot,1,2.00,2024-01-03'
  const paths = await Promise.all([
    write('at-once.csv', [header, ...good].join('\n')),
    write('grown.csv', [header, ...good, more].join('\n')),
  ])
  const reading = { mapping: parseMapping(orders) }
  const importPath = (path: string) =>
    importFile(database, { path, reading, now, timeZone: 'UTC', contacts, who })
  const reports = await Promise.all([...paths, ...paths, ...paths].map(importPath))
  expect(reports.reduce((sum, report) => sum + report.storedCount, 0)).toBe(3)
  expect(await select('SELECT count() AS count, uniqExact(event_id) AS ids FROM events')).toEqual([
    { count: 3, ids: 3 },
  ])
})

test('a stop leaves nothing behind, and the file can be imported afterwards', async () => {
  const path = await write('stop.csv', [header, ...good].join('\n'))
  const reading = { mapping: parseMapping(orders) }
  for (const stopAt of [0, 1, 2, 3]) {
    const controller = new AbortController()
    const failure = importFile(database, {
      path,
      reading,
      now,
      timeZone: 'UTC',
      contacts,
      who,
      signal: controller.signal,
      progress: (step) => {
        if (step.done === stopAt) controller.abort()
      },
    })
    await expect(failure).rejects.toMatchObject({ code: 'stopped' })
    expect(await select(countStored)).toEqual(nothingStored)
  }
  expect(
    countsOf(await importFile(database, { path, reading, now, timeZone: 'UTC', contacts, who })),
  ).toEqual([2, 2, 0, 0])
})

test('an import cut off while it prepared is forgotten, one cut off while it stored is carried to its end', async () => {
  const staging = openStaging(database, 'a'.repeat(32))
  await createStaging(staging)
  await saveImport(database, { importId: 'a'.repeat(32), fileName: 'a', format: 'orders', status: 'started' })
  await database.insert('quarantine', [{ import_id: 'a'.repeat(32), row_number: 1 }])

  const importId = 'b'.repeat(32)
  const half = openStaging(database, importId)
  await createStaging(half)
  const event = (id: string) => ({
    event_id: id,
    profile_id: 'd',
    anonymous_id: 'd',
    kind: 'purchase',
    import_id: importId,
    at: '2024-01-01T00:00:00Z',
  })
  const login = {
    ...{
      kind: 'together',
      first_kind: 'user_id',
      first_id: '7',
      second_kind: 'anonymous_id',
      second_id: 'd',
    },
    at: '2024-01-02T00:00:00Z',
  }
  await database.insert(half.nameOf('new_links'), [login])
  await database.insert(half.nameOf('new_events'), [event('x'), event('y')])
  await database.insert('events', [event('x')])
  const report = { durationMs: 5, asStored: { lineCount: 2 } } as ImportReport
  await saveImport(database, { importId, fileName: 'b', format: 'orders', status: 'storing', report })

  await recoverImports(database, { who })
  expect(await select('SELECT event_id, profile_id FROM events ORDER BY event_id')).toEqual([
    { event_id: 'x', profile_id: '7' },
    { event_id: 'y', profile_id: '7' },
  ])
  expect(await listImports(database)).toEqual([{ ...report, asStored: { lineCount: 2, profileCount: 1 } }])
  expect(await select('SELECT import_id, status FROM imports FINAL')).toEqual([
    { import_id: importId, status: 'finished' },
  ])
  expect(await select('SELECT count() AS count FROM quarantine')).toEqual([{ count: 0 }])
  expect(await select("SELECT name FROM system.tables WHERE name LIKE 'staging%'")).toEqual([])
})

test('a key that only late lines have is read, and keys that nothing takes are kept', async () => {
  const line = (index: number, more = {}) =>
    JSON.stringify({ item: 'tea', units: 1, price: 2, date: '2024-01-02', order: `o${index}`, ...more })
  const late = { customer: 'u9', note: 'gift', size: { cm: 3 }, none: null }
  const lines = [...Array.from({ length: 1200 }, (_, index) => line(index)), line(1200, late)]
  expect(countsOf(await importText('late.jsonl', lines.join('\n')))).toEqual([1201, 1201, 0, 0])
  const [event] = (await select("SELECT user_id, properties FROM events WHERE order_id = 'o1200'")) as {
    user_id: string
    properties: string
  }[]
  expect(event?.user_id).toBe('u9')
  expect(JSON.parse(event?.properties ?? '')).toEqual({ note: 'gift', size: '{"cm":3}' })
})

test('a table of thousands of columns is read', async () => {
  const names = Array.from({ length: 2500 }, (_, index) => `c${index}`)
  const text = [`${names.join(',')},${header}`, `${names.join(',')},${good[0]}`, 'c0,c1'].join('\n')
  expect(countsOf(await importText('wide.csv', text))).toEqual([2, 1, 0, 1])
  const lines = JSON.stringify({
    ...Object.fromEntries(names.map((name) => [name, name])),
    date: '2024-01-02',
  })
  const mapping: MappingInput = { name: 'wide', columns: { at: 'date', itemId: 'c1' } }
  expect(countsOf(await importText('wide.jsonl', lines, mapping))).toEqual([1, 1, 0, 0])
})

test('rows without a time of their own get the one that the mapping gives', async () => {
  const mapping: MappingInput = {
    name: 'reviews',
    columns: { itemId: 'item', rating: 'stars', text: 'words' },
    constants: { at: '2024-01-31', kind: 'review' },
  }
  await importText('reviews.csv', 'item,stars,words\ntea,5,fine\n', mapping)
  expect(await select('SELECT kind, rating, text, at FROM events')).toEqual([
    { kind: 'review', rating: 5, text: 'fine', at: '2024-01-31T00:00:00.000Z' },
  ])
})

test('devices become the person they are named with; a lone device is its own profile, nobody has none', async () => {
  const mapping: MappingInput = {
    name: 'clicks',
    columns: { at: 'at', anonymousId: 'device', userId: 'user', kind: 'what', itemId: 'item' },
    kinds: { looked: 'view' },
  }
  const rows = [
    '2024-01-01T00:00:00Z,d1,,looked,tea',
    '2024-01-02T00:00:00Z,d1,u1,looked,tea',
    '2024-01-03T00:00:00Z,d1,,view,tea',
    '2024-01-01T00:00:00Z,d2,,looked,tea',
    '2024-01-01T00:00:00Z,,,looked,tea',
    '2024-01-01T00:00:00Z,d1,,ogled,tea',
  ]
  const report = await importText('clicks.csv', ['at,device,user,what,item', ...rows].join('\n'), mapping)
  expect(report.quarantined).toEqual({ unknown_event: 1 })
  expect(
    await select('SELECT profile_id, count() AS count FROM events GROUP BY profile_id ORDER BY profile_id'),
  ).toEqual([
    { profile_id: '', count: 1 },
    { profile_id: 'd2', count: 1 },
    { profile_id: 'u1', count: 3 },
  ])
  const later = await importText(
    'later.csv',
    'at,device,user,what,item\n2024-02-01T00:00:00Z,d1,,looked,cup\n',
    mapping,
  )
  expect(later.storedCount).toBe(1)
  expect(await select("SELECT profile_id FROM events WHERE item_id = 'cup'")).toEqual([{ profile_id: 'u1' }])
})

test('calls become lines, items, traits and identities; repeats by message id count once', async () => {
  const call = (id: string, more: object) =>
    JSON.stringify({ messageId: id, timestamp: '2024-01-01T00:00:00Z', anonymousId: 'd1', ...more })
  const lines = [
    call('m1', {
      type: 'track',
      event: 'Product Viewed',
      properties: { product_id: 'tea', name: 'Green tea', price: 3 },
    }),
    call('m1', {
      type: 'track',
      event: 'Product Viewed',
      properties: { product_id: 'tea', name: 'Green tea', price: 3 },
    }),
    call('m2', { type: 'identify', userId: 'u1', traits: { email: 'A@b.example', city: 'Leeds' } }),
    call('m3', {
      type: 'track',
      userId: 'u1',
      event: 'Order Completed',
      properties: {
        order_id: 'o1',
        products: [
          { product_id: 'tea', quantity: 2, price: 3 },
          { product_id: 'cup', quantity: 1, price: 8 },
        ],
      },
    }),
    call('m4', {
      type: 'track',
      userId: 'u1',
      timestamp: '2024-01-05T00:00:00Z',
      event: 'Order Refunded',
      properties: { order_id: 'o1', products: [{ product_id: 'cup', quantity: 1, price: 8 }] },
    }),
    '{"type":',
    '',
  ]
  const report = await importAs('calls.jsonl', gzipSync(lines.join('\n')), 'segment')
  expect(countsOf(report)).toEqual([6, 4, 1, 1])
  expect(report.asStored).toMatchObject({ lineCount: 4, tiedCount: 1, profileCount: 1 })
  expect(await select('SELECT DISTINCT profile_id FROM events')).toEqual([{ profile_id: 'u1' }])
  expect(await select("SELECT id_kind, id, value FROM trait_statements FINAL WHERE name = 'city'")).toEqual([
    { id_kind: 'user_id', id: 'u1', value: 'Leeds' },
  ])
  expect(await select('SELECT kind, id FROM identities FINAL ORDER BY kind')).toEqual([
    { kind: 'anonymous_id', id: 'd1' },
    { kind: 'email', id: contacts.identity({ kind: 'email', id: 'a@b.example' }).id },
    { kind: 'user_id', id: 'u1' },
  ])
  expect(await select("SELECT name FROM items FINAL WHERE item_id = 'tea'")).toEqual([{ name: 'Green tea' }])
})

test('a device of an inhuman rhythm is marked as a robot, a quick person is not', async () => {
  const at = (index: number, stepMs: number) => new Date(Date.UTC(2024, 0, 1) + index * stepMs).toISOString()
  const call = (id: string, stepMs: number) => (_: unknown, index: number) =>
    JSON.stringify({
      type: 'track',
      event: 'Product Viewed',
      messageId: `${id}${index}`,
      anonymousId: id,
      timestamp: at(index, stepMs),
      properties: { product_id: 'tea' },
    })
  const lines = [
    ...Array.from({ length: 45 }, call('robot', 800)),
    ...Array.from({ length: 45 }, call('person', 4000)),
  ]
  const report = await importAs('bots.jsonl', lines.join('\n'), 'segment')
  expect(report.asStored.byMark).toEqual({ bot: 45 })
  expect(await select("SELECT DISTINCT profile_id FROM events WHERE has(marks, 'bot')")).toEqual([
    { profile_id: 'robot' },
  ])
})

test('what live events said of items, even while the file was read, gives way to a catalogue and to sales', async () => {
  const begunAt = new Date(Date.now() - 60_000)
  const said = { name: 'Rubbish', brand: 'Leaf', source: 'event:web', updated_at: new Date() }
  await database.insert('items', [
    { item_id: 'tea', ...said },
    { item_id: 'cup', ...said },
  ])
  const items = await write('items.jsonl', '{"product_id":"tea","name":"Green tea"}')
  const sales = await write('sales.csv', `${header},title\no1,7,cup,1,8.00,2024-01-02 10:00:00,Cup`)
  const mapping = parseMapping({ ...orders, columns: { ...orders.columns, itemName: 'title' } })
  const options = { now: begunAt, timeZone: 'UTC', contacts, who }
  await importFile(database, { path: items, reading: { format: 'catalogue' }, ...options })
  await importFile(database, { path: sales, reading: { mapping }, ...options })
  expect(await select('SELECT item_id, name, brand, source FROM items FINAL ORDER BY item_id')).toEqual([
    { item_id: 'cup', name: 'Cup', brand: 'Leaf', source: 'orders' },
    { item_id: 'tea', name: 'Green tea', brand: 'Leaf', source: 'catalogue' },
  ])
})

test('a catalogue states items whole, and what is sold later does not take its words away', async () => {
  const item = {
    product_id: 'tea',
    name: 'Green tea',
    name_zh: '绿茶',
    category: ['Food', 'Tea'],
    category_zh: ['食品', '茶'],
    brand: 'Leaf',
    price: 3.5,
    currency: 'CNY',
    url: 'https://shop.example/tea',
  }
  const bad = [
    { ...item, product_id: '' },
    { ...item, product_id: 'cup', price: -1 },
    { ...item, product_id: 'pot', price: null },
  ]
  const report = await importAs(
    'catalogue.jsonl',
    [item, ...bad].map((each) => JSON.stringify(each)).join('\n'),
    'catalogue',
  )
  expect(countsOf(report)).toEqual([4, 2, 0, 2])
  await importText('a.csv', [header, ...good].join('\n'))
  expect(
    await select(
      "SELECT name, name_zh, category, category_zh, brand, price, attributes FROM items FINAL WHERE item_id = 'tea'",
    ),
  ).toEqual([
    {
      name: 'Green tea',
      name_zh: '绿茶',
      category: ['Food', 'Tea'],
      category_zh: ['食品', '茶'],
      brand: 'Leaf',
      price: 3.5,
      attributes: { url: 'https://shop.example/tea' },
    },
  ])
})
