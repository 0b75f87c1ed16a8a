import { expect, test } from 'vitest'
import type { Table } from '../table.ts'
import { toProblem } from './problem.ts'

const table: Table = {
  rowCount: 4,
  columns: [
    { name: 'colour', kind: 'text', values: ['red', '', 'blue', 'red'] },
    { name: 'price', kind: 'numeric', values: Float64Array.of(1, 2, Number.NaN, 4) },
    { name: 'bought', kind: 'text', values: ['Yes', 'no', 'NO', ''] },
    { name: 'arm', kind: 'text', values: ['mail', 'none', 'mail', 'none'] },
    { name: 'rating', kind: 'numeric', values: Float64Array.of(1, 2, 1, 5) },
  ],
}

test('text becomes codes, an empty cell is missing, and a row without a label is left out', () => {
  const problem = toProblem(table, { label: 'bought', drop: ['arm', 'rating'] })
  expect(problem.dataset.featureNames).toEqual(['colour', 'price'])
  expect([...problem.dataset.values]).toEqual([1, 1, Number.NaN, 2, 0, Number.NaN])
  expect(problem).toMatchObject({ categorical: ['colour'], rowsWithoutLabel: 1 })
  expect([...problem.labels]).toEqual([1, 0, 0])
})

test('labels that are not plain need to be told; a column that is not there is named', () => {
  expect(() => toProblem(table, { label: 'arm', drop: [] })).toThrow('not one of two')
  expect([...toProblem(table, { label: 'arm', drop: [], positive: 'mail' }).labels]).toEqual([1, 0, 1, 0])
  expect(() => toProblem(table, { label: 'rating', drop: [] })).toThrow('not one of two')
  expect(() => toProblem(table, { label: 'bought', drop: ['size'] })).toThrow("no column 'size'")
})
