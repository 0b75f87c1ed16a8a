import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guessMapping } from './guess-mapping.ts'
import { parseMapping } from './mapping.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-guess-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function guess(lines: readonly string[]) {
  const path = join(folder, 'file')
  writeFileSync(path, gzipSync(lines.join('\n')))
  const guessed = await guessMapping(path)
  parseMapping(guessed.mapping)
  return guessed
}

test('orders with an English header, American dates, ids of a spreadsheet and returns', async () => {
  const guessed = await guess([
    'InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country;Till',
    '1;a;TEA;6;12/1/2010 8:26;2.55;17850.0;France;3',
    'C2;a;TEA;-6;12/13/2010 9:02;2.55;17850.0;France;3',
  ])
  expect(guessed.otherColumns).toEqual(['Till'])
  expect(guessed.mapping).toMatchObject({
    columns: {
      orderId: 'InvoiceNo',
      itemId: 'StockCode',
      itemName: 'Description',
      quantity: 'Quantity',
      at: 'InvoiceDate',
      price: 'UnitPrice',
      userId: 'CustomerID',
      country: 'Country',
    },
    dateFormat: 'M/d/yyyy H:mm',
    userIdForm: 'integer',
    repeats: 'duplicate',
    cancellation: { isNegativeQuantity: true },
  })
})

test('behaviour with a Chinese header and kinds of its own', async () => {
  const { mapping } = await guess([
    '用户ID,商品编号,行为类型,时间',
    '1,9,浏览,1511544070',
    '1,9,加购,1511544090',
  ])
  expect(mapping).toMatchObject({
    columns: { userId: '用户ID', itemId: '商品编号', kind: '行为类型', at: '时间' },
    kinds: { 浏览: 'view', 加购: 'cart_add' },
    repeats: 'real',
  })
})

test('a time that no word names is found by its look; a catalogue has none', async () => {
  const { mapping } = await guess([
    'customer,when bought,total',
    '1,2024-01-02 10:00,3',
    '2,2024-01-03 10:00,4',
  ])
  expect(mapping.columns.at).toBe('when bought')
  const items = await guess(['{"sku":"a","title":"Tea","price":3}'])
  expect(items.mapping).toMatchObject({
    rows: 'items',
    columns: { itemId: 'sku', name: 'title', price: 'price' },
  })
})

test('a file without a time is refused with its columns', async () => {
  await expect(guess(['a,b', '1,2'])).rejects.toThrow('its columns are: a, b')
})
