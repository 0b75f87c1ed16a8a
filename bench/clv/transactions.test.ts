import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { innerBacktests } from './backtests.ts'
import { readTransactions } from './transactions.ts'
import { countAfter, lastDayOf, spendAfter, summariseUntil } from './windows.ts'

const folder = mkdtempSync(join(tmpdir(), 'clv-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(content: string | Buffer): string {
  const file = join(folder, 'transactions')
  writeFileSync(file, content)
  return file
}

const fiveColumns =
  ' 00004 0001 19970101  2   29.33\r\n 00004 0001 19970101  1   10.67\r\n 00004 0001 19970115  1   5.00\r\n'

test('purchases of one day count once and add up, gzipped or not', () => {
  const expected = [{ id: '00004', days: [9862, 9876], amounts: [40, 5] }]
  expect(readTransactions(write(fiveColumns))).toEqual(expected)
  expect(readTransactions(write(gzipSync(fiveColumns)))).toEqual(expected)
})

test('a table of four columns with a header and a CSV by its column names are the same customers', () => {
  const table = write(
    ' customer_id  date number_of_cds  dollar_value\n a 19970101  1   11.77\n b 19970112  1   12.00\n',
  )
  const customers = readTransactions(table)
  expect(customers.map(({ id, amounts }) => [id, ...amounts])).toEqual([
    ['a', 11.77],
    ['b', 12],
  ])
  const csv = write('when,"who",paid\n1997-01-01 09:30,a,11.77\n1997-01-12,"b",12\n')
  expect(readTransactions(csv, { id: 'who', date: 'when', amount: 'paid' })).toEqual(customers)
})

test.each([
  [' a 19970101 1 2.00\n a 19971301 1 2.00\n', 'line 2'],
  [' a 19970101 1 2.00\n\n a 19970102 x\n', 'line 3'],
  [' a 19970101 1 two\n', 'line 1'],
])('a line that does not fit is named: %j', (content, where) => {
  expect(() => readTransactions(write(content))).toThrowError(
    expect.objectContaining({ code: 'bad_file', where: expect.stringContaining(where) }),
  )
})

test('a missing CSV column is named with the columns there are', () => {
  const file = write('who,when\n')
  expect(() => readTransactions(file, { id: 'who', date: 'when', amount: 'paid' })).toThrowError(
    expect.objectContaining({ expected: expect.stringContaining('paid'), received: 'who, when' }),
  )
})

const shop = [
  { id: 'a', days: [0, 7, 20, 30], amounts: [1, 2, 4, 8] },
  { id: 'b', days: [3], amounts: [5] },
  { id: 'c', days: [16], amounts: [5] },
]

test('a window sees nothing after its last day and nobody who came later', () => {
  const lastDay = lastDayOf(shop, 2)
  const { rows, purchaseCount, recencyDays, ageDays, meanSpend } = summariseUntil(shop, lastDay)
  expect(lastDay).toBe(13)
  expect(rows).toEqual([0, 1])
  expect([...purchaseCount]).toEqual([1, 0])
  expect([...recencyDays]).toEqual([1, 0])
  expect([...ageDays]).toEqual([13 / 7, 10 / 7])
  expect([...meanSpend]).toEqual([2, 0])
  expect([...countAfter(shop, rows, { lastDay, weeks: 1 })]).toEqual([1, 0])
  expect([...spendAfter(shop, rows, { lastDay, weeks: 3 })]).toEqual([6, Number.NaN])
})

test('the backtests end with the calibration window', () => {
  const backtests = innerBacktests(shop, { calibrationWeeks: 8, holdoutWeeks: 8 })
  expect(backtests.map(({ horizonDays }) => horizonDays)).toEqual([6, 5, 4, 3])
  expect(backtests.map(({ orderCount }) => orderCount)).toEqual([2, 1, 1, 0])
})
