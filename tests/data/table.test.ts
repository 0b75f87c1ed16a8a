import { expect, test } from 'vitest'
import { columnOf, readTable } from '../../bench/table.ts'
import { datasetPath } from './datasets.ts'

test('a gzipped table is read whole, with the kind of each column and exponents understood', async () => {
  const table = await readTable(datasetPath('online-shoppers.csv.gz'))
  expect(table.rowCount).toBe(12_330)
  expect(table.columns.filter((column) => column.kind === 'text').map((column) => column.name)).toEqual([
    'Month',
    'VisitorType',
    'Weekend',
    'Revenue',
  ])
  const revenue = columnOf(table, 'Revenue')
  expect(revenue.kind === 'text' && revenue.values.filter((value) => value === 'TRUE')).toHaveLength(1908)
  const rates = columnOf(table, 'BounceRates')
  expect(rates.kind === 'numeric' && rates.values.every((rate) => rate >= 0 && rate <= 0.2)).toBe(true)
})

test('a column that is not there is told with those that are', async () => {
  const table = await readTable(datasetPath('hillstrom.csv.gz'))
  expect(() => columnOf(table, 'nothing')).toThrow(/no column 'nothing'/)
})

test('a file that is not there is named', async () => {
  await expect(readTable('/nowhere/at-all.csv')).rejects.toThrow(/cannot be opened/)
})
