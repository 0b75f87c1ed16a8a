import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { inspectFile, toReadError } from './import/inspect-file.ts'
import { mendFile } from './import/mend-file.ts'
import { sniffTable } from './import/sniff-table.ts'
import { importFile } from './import-file.ts'
import type { MappingInput } from './mapping.ts'
import { listQuarantine, showQuarantine } from './quarantine.ts'
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
const { database, folder, who, importText, importAs, select } = importer
afterAll(() => importer[Symbol.asyncDispose]())
beforeEach(() => importer.clear())

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
  expect(countsOf(report)).toEqual([10, 3, 0, 7])
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

test('a date in another form than the mapping says names the form', async () => {
  const report = await importText('dates.csv', [header, good[0]].join('\n'), {
    ...orders,
    dateFormat: 'd/M/yyyy',
  })
  expect(await listQuarantine(database, { importId: report.importId })).toMatchObject([
    { detail: 'expected a date and time written as d/M/yyyy, got "2024-01-02 10:00:00" in column date' },
  ])
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
  expect(countsOf(report)).toEqual([6, 4, 0, 2])
  const listed = await listQuarantine(database)
  expect(listed.map((row) => row.rowNumber)).toEqual([3, 5])
  expect(await select("SELECT item_id FROM events WHERE order_id = 'o3'")).toEqual([
    { item_id: 'big "blue" cup,\nwith lid' },
  ])
  const last = await importText(
    'last.csv',
    [header, ...good, 'o9,7,"tea,1,2.00,2024-02-03', 'o8,7,pot,1,2.00,2024-02-03'].join('\n'),
  )
  expect(countsOf(last)).toEqual([4, 1, 2, 1])
})

test('a line of 100 MB is set aside, and the memory stays small', async () => {
  const before = process.memoryUsage().rss
  const parts = [
    `${header}\n${good[0]}\no2,7,`,
    'x'.repeat(100 * 2 ** 20),
    `,1,2.00,2024-02-03\n${good[1]}\n`,
  ]
  const report = await importText('long.csv', parts.join(''))
  expect(countsOf(report)).toEqual([3, 2, 0, 1])
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
    ['\n  \n\n', /nothing but blank lines/],
    [Buffer.from(`\ufeff${text}`, 'utf16le'), /UTF-16/],
    [Buffer.from(text, 'utf16le'), /no text/],
    [Buffer.from('PK\x03\x04rest'), /Excel/],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /Excel/],
    [gzipSync(cut), /gzip within a gzip/],
    [Buffer.from('28b52ffd00', 'hex'), /zstd/],
    [text.replaceAll('\n', '\r'), /CR alone/],
    ['[{"order":"o1"},\n{"order":"o2"}]', /JSON array/],
    ['{\n "order": "o1",\n "item": "tea"\n}\n', /without one object a line/],
    [Buffer.from(`${header},caf\xe9\n${good[0]},1\n`, 'latin1'), /not UTF-8 in its header/],
    [Buffer.from('PAR1 this is no Parquet file'), /Parquet/],
  ]
  for (const [body, message] of cases) {
    const failure = importText('broken', body)
    await expect(failure).rejects.toMatchObject({ name: 'AppError', code: 'bad_file' })
    await expect(failure).rejects.toThrow(message)
  }
  const reading = { format: 'online-retail' } as const
  for (const path of [folder, join(folder, 'absent.csv')]) {
    await expect(
      importFile(database, { path, reading, now, timeZone: 'UTC', contacts, who }),
    ).rejects.toMatchObject({
      code: 'bad_file',
    })
  }
  expect(await select(countStored)).toEqual(nothingStored)
})

test('a mended copy that cannot be written is told, a full disk by its name', async () => {
  const path = await importer.write('quoted.csv', [header, 'o4,7,"tea"x,1,2.00,2024-02-03'].join('\n'))
  const facts = await inspectFile(path)
  const shape = await sniffTable(facts, path, {})
  const failure = mendFile(facts, shape, join(folder, 'absent', 'mended'))
  await expect(failure).rejects.toMatchObject({ code: 'bad_file' })
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
  expect(toReadError(path, 'none', full)).toMatchObject({
    message: 'there is no room for a copy of quoted.csv',
  })
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
  expect(await select(countStored)).toEqual(nothingStored)
})

test('control characters and words of the program in a file are its own cells, and no row is lost', async () => {
  const odd = ['\x01NULL', '\\N', 'NULL', '\x01o', '\x02o', 'broken', 'te\0a']
  const rows = odd.flatMap((text) => [
    `${text},7,tea,1,2.00,2024-02-03`,
    `o1,7,${text},1,2.00,2024-02-03`,
    `o2,7,"${text}",1,2.00,2024-02-03`,
  ])
  const report = await importText('odd.csv', [header, ...rows, 'o3,7,"tea"x,1,2.00,2024-02-03'].join('\n'))
  expect(countsOf(report)).toEqual([22, 21, 0, 1])
  const stored = await select("SELECT DISTINCT item_id FROM events WHERE order_id = 'o2' ORDER BY item_id")
  expect(stored).toEqual(odd.toSorted().map((item_id) => ({ item_id })))
  const shown = await showQuarantine(database, report.importId, 22)
  expect(shown?.raw).toBe('o3,7,"tea"x,1,2.00,2024-02-03')
})

test('numbers with signs of money and thousands are read, and anything doubtful is set aside', async () => {
  const pricesOf = async (texts: readonly string[], decimal: 'point' | 'comma'): Promise<unknown[]> => {
    await importer.clear()
    const rows = texts.map((text, index) => `o${index}\t7\ttea\t1\t${text}\t2024-01-02\n`)
    const body = `${header.replaceAll(',', '\t')}\n${rows.join('')}`
    const report = await importText('money.tsv', body, { ...orders, decimal })
    expect(report.rowCount).toBe(texts.length)
    const events = (await select('SELECT order_id, price FROM events')) as {
      order_id: string
      price: number
    }[]
    return texts.map((text, index) => [text, events.find(({ order_id }) => order_id === `o${index}`)?.price])
  }
  const read = [
    ['$1,234.50', 1234.5],
    ['1 234.50 €', 1234.5],
    ['1\u202f234.5', 1234.5],
    ["CHF 1'234.50", 1234.5],
    ['12元', 12],
    ['￥ 12', 12],
  ] as const
  const doubtful = ['1,5', '1.234,50', '12,34', '0x10', 'inf', '1'.repeat(400), '5 apples']
  const texts = [...read.map(([text]) => text), ...doubtful]
  expect(await pricesOf(texts, 'point')).toEqual([...read, ...doubtful.map((text) => [text, undefined])])
  expect(await pricesOf(['1.234,50 €', '1234,5'], 'comma')).toEqual([
    ['1.234,50 €', 1234.5],
    ['1234,5', 1234.5],
  ])
})

test('a file of a header alone has no rows', async () => {
  expect(countsOf(await importText('header.csv', `${header}\n`))).toEqual([0, 0, 0, 0])
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
