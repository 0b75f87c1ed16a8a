import { expect, test } from 'vitest'
import { applyCategoryColumns, fitCategoryColumns } from './category-columns.ts'

const data = {
  featureNames: ['colour', 'price'],
  rowIds: ['a', 'b', 'c', 'd'],
  values: Float64Array.of(2, 10, 7, 20, 2, 30, Number.NaN, 40),
}

test('codes get a column each behind the numbers; a missing code has its own', () => {
  const wide = applyCategoryColumns(fitCategoryColumns(data, ['colour'], { minRows: 1 }), data)
  expect(wide.featureNames).toEqual(['price', 'colour=2', 'colour=7', 'colour=NaN'])
  expect([...wide.values]).toEqual([10, 1, 0, 0, 20, 0, 1, 0, 30, 1, 0, 0, 40, 0, 0, 1])
})

test('a code that training did not know is in no column, and the encoding survives JSON', () => {
  const columns = JSON.parse(JSON.stringify(fitCategoryColumns(data, ['colour'], { minRows: 1 })))
  const row = { ...data, rowIds: ['e'], values: Float64Array.of(99, 5) }
  expect([...applyCategoryColumns(columns, row).values]).toEqual([5, 0, 0, 0])
})

test('names that are no features, and other columns than those of the fit, are refused', () => {
  expect(() => fitCategoryColumns(data, ['size'])).toThrow("'size'")
  const columns = fitCategoryColumns(data, ['colour'])
  expect(() => applyCategoryColumns(columns, { ...data, featureNames: ['price', 'colour'] })).toThrow(
    'columns are not those',
  )
})
