import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { saveImport } from './import/commit-import.ts'
import { createStaging, openStaging } from './import/staging.ts'
import { importFile } from './import-file.ts'
import type { ImportFormat } from './import-formats.ts'
import type { ImportReport } from './import-report.ts'
import { type MappingInput, parseMapping } from './mapping.ts'
import { listImports, listQuarantine, showQuarantine } from './quarantine.ts'
import { recoverImports } from './recover-imports.ts'

let database: Database
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'likeness-import-test-'))
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  for (const table of ['events', 'items', 'traits', 'identities', 'quarantine', 'imports']) {
    await database.execute(`TRUNCATE TABLE ${table}`)
  }
})

const orders: MappingInput = {
  name: 'orders',
  columns: {
    orderId: 'order',
    userId: 'customer',
    itemId: 'item',
    quantity: 'units',
    price: 'price',
    at: 'date',
  },
  repeats: 'duplicate',
}
const header = 'order,customer,item,units,price,date'
const now = new Date('2026-11-24T00:00:00Z')

async function write(name: string, body: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, body)
  return path
}
async function importText(
  name: string,
  body: string | Buffer,
  mapping: MappingInput = orders,
): Promise<ImportReport> {
  const path = await write(name, body)
  return importFile(database, { path, reading: { mapping: parseMapping(mapping) }, now, timeZone: 'UTC' })
}
async function importAs(name: string, body: string | Buffer, format: ImportFormat): Promise<ImportReport> {
  const path = await write(name, body)
  return importFile(database, { path, reading: { format }, now, timeZone: 'UTC' })
}
const select = (sql: string) => database.query(sql)
const counts = ({ rowCount, storedCount, duplicateCount, quarantinedCount }: ImportReport) => [
  rowCount,
  storedCount,
  duplicateCount,
  quarantinedCount,
]
async function expectNothingStored(): Promise<void> {
  expect(await select('SELECT count() AS count FROM events')).toEqual([{ count: 0 }])
  expect(await select('SELECT count() AS count FROM imports FINAL')).toEqual([{ count: 0 }])
  expect(await select("SELECT name FROM system.tables WHERE name LIKE 'staging%'")).toEqual([])
}

const good = ['o1,7,tea,2,3.50,2024-01-02 10:00:00', 'o1,7,cup,1,8.00,2024-01-02 10:00:00']

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
    expect(counts(report)).toEqual([2, 2, 0, 0])
    expect(
      await select('SELECT order_id, profile_id, item_id, quantity, amount, at FROM events ORDER BY item_id'),
    ).toEqual(stored)
  }
})

test('JSON lines and Parquet, also gzipped, are read by their keys and columns', async () => {
  const json = '{"order":"o1","customer":7,"item":"tea","units":2,"price":3.5,"date":"2024-01-02 10:00:00"}\n'
  expect(counts(await importText('a.json', json))).toEqual([1, 1, 0, 0])
  const path = join(folder, 'a.parquet')
  await database.execute(
    `INSERT INTO FUNCTION file({path:String}, 'Parquet') SELECT 'o2' AS "order", toInt64(7) AS customer, 'tea' AS item,
    toInt32(number) AS units, toFloat64(2.5) AS price, toDateTime64('2024-01-02 10:00:00', 3, 'UTC') AS date, [1, 2] AS nested FROM numbers(1, 3)`,
    { parameters: { path } },
  )
  const reading = { mapping: parseMapping(orders) }
  const report = await importFile(database, { path, reading, now, timeZone: 'UTC' })
  expect(counts(report)).toEqual([3, 3, 0, 0])
  expect(await select('SELECT sum(amount) AS spent, uniqExact(profile_id) AS people FROM events')).toEqual([
    { spent: 22, people: 1 },
  ])
})

test('each row that cannot be read is set aside with its number, its reason and itself', async () => {
  const rows = [
    ...good,
    'o2,7,tea,1,2.00,2024-02-30',
    'o2,7,tea,many,2.00,2024-02-03',
    'o2,7,tea,1,,2024-02-03',
    'o2,7,tea',
    'o2,7,tea,1,2.00,2024-02-03,more',
    'o2,7,tea,1,2.00,2099-02-03',
    'o2,7,tea,1,1e300,2024-02-03',
  ]
  const body = Buffer.concat([
    Buffer.from(`${header}\n${rows.join('\n')}\no3,7,caf`),
    Buffer.from([0xe9]),
    Buffer.from(',1,2.00,2024-01-01\n'),
  ])
  const report = await importText('dirty.csv', body)
  expect(counts(report)).toEqual([10, 3, 0, 7])
  const listed = await listQuarantine(database, { importId: report.importId })
  expect(listed.map(({ rowNumber, reason, detail }) => [rowNumber, reason, detail])).toEqual([
    [3, 'schema_violation', 'expected a date and time, got "2024-02-30" in column date'],
    [4, 'schema_violation', 'expected a quantity, got "many" in column units'],
    [6, 'schema_violation', 'expected 6 columns, got 3'],
    [7, 'schema_violation', 'expected 6 columns, got more'],
    [8, 'time_future', 'expected a time that is not in the future, got "2099-02-03" in column date'],
    [9, 'schema_violation', 'expected an amount of money, got "1e300" in column price'],
    [10, 'bad_encoding', 'expected UTF-8'],
  ])
  expect(listed[0]?.fileName).toBe('dirty.csv')
  const shown = await showQuarantine(database, report.importId, 3)
  expect(JSON.parse(shown?.raw ?? '')).toEqual({
    order: 'o2',
    customer: '7',
    item: 'tea',
    units: '1',
    price: '2.00',
    date: '2024-02-30',
  })
  expect(await listQuarantine(database, { reason: 'time_future' })).toHaveLength(1)
})

test('a quote that never ends, and text after a closing quote, cost only their own line', async () => {
  const rows = [
    ...good,
    'o2,7,"tea,1,2.00,2024-02-03',
    'o3,7,"big ""blue"" cup,\nwith lid",1,2.00,2024-02-03',
    'o4,7,"tea"x,1,2.00,2024-02-03',
    'o5,7,tea,1,2.00,2024-02-03',
  ]
  const report = await importText('quotes.csv', [header, ...rows].join('\n'))
  expect(counts(report)).toEqual([6, 4, 0, 2])
  const listed = await listQuarantine(database)
  expect(listed.map((row) => row.rowNumber)).toEqual([3, 5])
  expect(await select("SELECT item_id FROM events WHERE order_id = 'o3'")).toEqual([
    { item_id: 'big "blue" cup,\nwith lid' },
  ])
  const last = await importText(
    'last.csv',
    [header, ...good, 'o9,7,"tea,1,2.00,2024-02-03', 'o8,7,pot,1,2.00,2024-02-03'].join('\n'),
  )
  expect(counts(last)).toEqual([4, 1, 2, 1])
})

test('a line of 100 MB is set aside, and the memory stays small', async () => {
  const before = process.memoryUsage().rss
  const parts = [
    `${header}\n${good[0]}\no2,7,`,
    'x'.repeat(100 * 2 ** 20),
    `,1,2.00,2024-02-03\n${good[1]}\n`,
  ]
  const report = await importText('long.csv', parts.join(''))
  expect(counts(report)).toEqual([3, 2, 0, 1])
  expect(await listQuarantine(database)).toMatchObject([{ rowNumber: 2, reason: 'too_large_event' }])
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20)
  const calls = await importAs(
    'long.jsonl',
    `{"a":"${'x'.repeat(20 * 2 ** 20)}"}\n{"type":"track"}\n`,
    'segment',
  )
  expect(calls.quarantined).toEqual({ too_large_event: 1, no_identity: 1 })
})

test('a file that cannot be read is a clear error, and nothing of it stays', async () => {
  const text = [
    header,
    ...Array.from({ length: 5000 }, (_, index) => `o${index},7,tea,1,2.00,2024-02-03`),
  ].join('\n')
  const cut = gzipSync(text)
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    [cut.subarray(0, cut.length / 2), /gzip that was cut off/],
    ['', /is empty/],
    [gzipSync(''), /is empty/],
    [Buffer.from(`\ufeff${text}`, 'utf16le'), /UTF-16/],
    [Buffer.from('PK\x03\x04rest'), /Excel/],
    [Buffer.from('PAR1 this is no Parquet file'), /Parquet/],
  ]
  for (const [body, message] of cases) {
    const failure = importText('broken', body)
    await expect(failure).rejects.toMatchObject({ name: 'AppError', code: 'bad_file' })
    await expect(failure).rejects.toThrow(message)
  }
  const reading = { format: 'online-retail' } as const
  for (const path of [folder, join(folder, 'absent.csv')]) {
    await expect(importFile(database, { path, reading, now, timeZone: 'UTC' })).rejects.toMatchObject({
      code: 'bad_file',
    })
  }
  await expectNothingStored()
})

test('a wrong column or delimiter names the column and the choices', async () => {
  const wrong = importText('a.csv', `${header}\n`, {
    ...orders,
    columns: { ...orders.columns, userId: 'client' },
  })
  await expect(wrong).rejects.toMatchObject({ code: 'bad_mapping' })
  await expect(wrong).rejects.toThrow(
    /no column client \(for userId\); its columns are: order, customer, item/,
  )
  const delimiter = importText('a.csv', `${header}\n${good[0]}\n`, { ...orders, delimiter: ';' })
  await expect(delimiter).rejects.toThrow(/separated by ";"/)
  const columns = importAs('b.txt', '00004 0001 19970101\n', 'cdnow')
  await expect(columns).rejects.toThrow(/has 3 columns where 4 or 5 are named/)
  await expectNothingStored()
})

test('a file of a header alone has no rows', async () => {
  expect(counts(await importText('header.csv', `${header}\n`))).toEqual([0, 0, 0, 0])
})

test('an export that has grown adds what is new; a mapping for real repeats keeps them all', async () => {
  expect(counts(await importText('a.csv', [header, ...good, good[0]].join('\n')))).toEqual([3, 2, 1, 0])
  const grown = await importText('b.csv', [header, ...good, 'o2,8,pot,1,2.00,2024-01-03'].join('\n'))
  expect(counts(grown)).toEqual([3, 1, 2, 0])
  expect(grown.duplicates).toEqual({ stored: 2 })
  expect((await listImports(database)).map((each) => each.fileName)).toEqual(['a.csv', 'b.csv'])
  const real: MappingInput = { ...orders, name: 'real', repeats: 'real' }
  expect(counts(await importText('c.csv', [header, ...good, good[0]].join('\n'), real))).toEqual([3, 3, 0, 0])
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
      signal: controller.signal,
      progress: (step) => {
        if (step.done === stopAt) controller.abort()
      },
    })
    await expect(failure).rejects.toMatchObject({ code: 'stopped' })
    await expectNothingStored()
  }
  expect(counts(await importFile(database, { path, reading, now, timeZone: 'UTC' }))).toEqual([2, 2, 0, 0])
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
    profile_id: '7',
    kind: 'purchase',
    import_id: importId,
    at: '2024-01-01T00:00:00Z',
  })
  await database.insert(half.nameOf('new_events'), [event('x'), event('y')])
  await database.insert('events', [event('x')])
  await saveImport(database, { importId, fileName: 'b', format: 'orders', status: 'storing' })

  await recoverImports(database)
  expect(await select('SELECT event_id FROM events ORDER BY event_id')).toEqual([
    { event_id: 'x' },
    { event_id: 'y' },
  ])
  expect(await select('SELECT import_id, status FROM imports FINAL')).toEqual([
    { import_id: importId, status: 'finished' },
  ])
  expect(await select('SELECT count() AS count FROM quarantine')).toEqual([{ count: 0 }])
  expect(await select("SELECT name FROM system.tables WHERE name LIKE 'staging%'")).toEqual([])
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
  expect(counts(report)).toEqual([6, 4, 1, 1])
  expect(report.asStored).toMatchObject({ lineCount: 4, tiedCount: 1, profileCount: 1 })
  expect(await select('SELECT DISTINCT profile_id FROM events')).toEqual([{ profile_id: 'u1' }])
  expect(await select("SELECT value FROM traits FINAL WHERE name = 'city'")).toEqual([{ value: 'Leeds' }])
  expect(await select('SELECT kind, id FROM identities FINAL ORDER BY kind')).toEqual([
    { kind: 'anonymous_id', id: 'd1' },
    { kind: 'email', id: 'a@b.example' },
    { kind: 'user_id', id: 'u1' },
  ])
  expect(await select("SELECT name FROM items FINAL WHERE item_id = 'tea'")).toEqual([{ name: 'Green tea' }])
})

test('a catalogue states items whole, and what is sold later does not take its words away', async () => {
  const item = {
    product_id: 'tea',
    name: 'Green tea',
    name_zh: '绿茶',
    category: ['Food', 'Tea'],
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
  expect(counts(report)).toEqual([4, 2, 0, 2])
  await importText('a.csv', [header, ...good].join('\n'))
  expect(
    await select(
      "SELECT name, name_zh, category, brand, price, attributes FROM items FINAL WHERE item_id = 'tea'",
    ),
  ).toEqual([
    {
      name: 'Green tea',
      name_zh: '绿茶',
      category: ['Food', 'Tea'],
      brand: 'Leaf',
      price: 3.5,
      attributes: { url: 'https://shop.example/tea' },
    },
  ])
})

test('whatever the dirt, every row is stored, a duplicate or quarantined, and the same file adds nothing', async () => {
  const cell = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('o1', '7', 'tea', '2', '3.50', '2024-01-02', '2024-01-02 10:00:00', ''),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '"',
        '"a,b"',
        '"a\nb"',
        '""',
        'x"y',
        '"x"y',
        '-1',
        '1e99',
        'nan',
        'NULL',
        '\u0000',
        '\\N',
        '茶',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  )
  const clean = fc.tuple(
    fc.constantFrom('o1', 'o2'),
    fc.constantFrom('7', ''),
    fc.constant('tea'),
    fc.constantFrom('1', '-1', '0'),
    fc.constantFrom('2', '0'),
    fc.constant('2024-01-02'),
  )
  const row = fc.oneof(
    clean.map((cells) => cells.join(',')),
    fc.array(cell, { minLength: 4, maxLength: 7 }).map((cells) => cells.join(',')),
  )
  let file = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 12 }),
      fc.constantFrom('duplicate' as const, 'real' as const),
      async (rows, repeats) => {
        const mapping: MappingInput = { ...orders, repeats, cancellation: { isNegativeQuantity: true } }
        const body = `${header}\n${rows.join('\n')}\n# ${file++}`
        const report = await importText('random.csv', body, mapping)
        expect(report.rowCount).toBe(report.storedCount + report.duplicateCount + report.quarantinedCount)
        const before = await select('SELECT count() AS count FROM events')
        const again = await importText('random.csv', body, mapping)
        expect([again.storedCount, again.rowCount]).toEqual([0, report.rowCount])
        expect(await select('SELECT count() AS count FROM events')).toEqual(before)
      },
    ),
    { numRuns: 8, seed: 5 },
  )
})
