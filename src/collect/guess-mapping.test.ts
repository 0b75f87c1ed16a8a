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
    cancellation: { orderIdPrefix: 'C' },
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

test('returns without a mark of their own are told by their quantity, decimal commas by their places', async () => {
  const { mapping } = await guess([
    'order id;date;sku;qty;unit price',
    'A1;02.01.2024;tea;2;1.234,50 €',
    'A2;31.01.2024;tea;-1;3,5 €',
  ])
  expect(mapping).toMatchObject({
    dateFormat: 'd.M.yyyy',
    decimal: 'comma',
    cancellation: { isNegativeQuantity: true },
  })
})

test('a file of a built-in format gets its mapping', async () => {
  const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
  const retail = await guess([header, '1,a,TEA,6,2010-12-01 08:26:00,2.55,17850.0,France'])
  expect(retail.mapping).toMatchObject({ name: 'online-retail', cancellation: { orderIdPrefix: 'C' } })
  const cdnow = await guess(['00004 0001 19970101  2   29.33', '00004 0001 19970118  2   29.73'])
  expect(cdnow.mapping).toMatchObject({ name: 'cdnow', repeats: 'real' })
})

test('a first line that is a row already names no columns', async () => {
  const { mapping } = await guess(['7,2024-01-02,3.50', '8,2024-01-03,4.50'])
  expect(mapping).toMatchObject({
    columns: { at: 'column 2' },
    columnNames: [['column 1', 'column 2', 'column 3']],
  })
})

test('a catalogue is known by its words, a table that tells of no order is none', async () => {
  const items = await guess(['{"id":"1","title":"Tea","price":3,"date_released":"2008-09-05"}'])
  expect(items.mapping).toMatchObject({ rows: 'items', columns: { itemId: 'id', name: 'title' } })
  expect(items.otherColumns).toEqual(['date_released'])
  const coupons = await guess(['household_id,coupon_upc,redemption_date', '1,9,2017-01-01'])
  expect(coupons.mapping.constants).toEqual({ kind: 'coupon' })
  const reviews = await guess(['user,product,rating,date', '1,9,4,2017-01-01'])
  expect(reviews.mapping.constants).toEqual({ kind: 'review' })
})

test('rows of people without a time state traits', async () => {
  const { mapping, otherColumns } = await guess(['household_id,age,income', '1,65+,35-49K', '2,19-24,'])
  expect(mapping).toEqual({
    name: 'my-people',
    rows: 'people',
    columns: { userId: 'household_id' },
    traits: { age: 'age', income: 'income' },
    repeats: 'duplicate',
  })
  expect(otherColumns).toEqual([])
  await expect(guess(['user,sku', '1,tea'])).rejects.toThrow('looks like a time')
  await expect(guess(['user', '1'])).rejects.toThrow('looks like a time')
})

test('a file without a time is refused with its columns', async () => {
  await expect(guess(['a,b', '1,2'])).rejects.toThrow('its columns are: a, b')
})
