import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSummaries, groupHistories, selectSummaries } from './lifetime-summaries.ts'

function summaries(...rows: readonly (readonly [number, number, number])[]) {
  return {
    purchaseCount: Float64Array.from(rows, ([count]) => count),
    recencyDays: Float64Array.from(rows, ([, recency]) => recency),
    ageDays: Float64Array.from(rows, ([, , age]) => age),
  }
}

test.each([
  [[-1, 0, 3], 'whole number'],
  [[1.5, 1, 3], 'whole number'],
  [[Number.NaN, 1, 3], 'whole number'],
  [[1, 4, 3], 'recency'],
  [[1, Number.NaN, 3], 'recency'],
  [[1, 0, Number.POSITIVE_INFINITY], 'age'],
  [[1, 0, -1], 'age'],
  [[0, 2, 3], 'recency 0'],
] as const)('the impossible row %j is named', (row, fault) => {
  expect(() => checkSummaries(summaries([1, 1, 2], [...row]))).toThrowError(
    expect.objectContaining({ code: 'bad_input', where: 'row 1', message: expect.stringContaining(fault) }),
  )
})

test('columns of different length are refused', () => {
  expect(() => checkSummaries({ ...summaries([1, 1, 2]), ageDays: new Float64Array(2) })).toThrow('length')
})

test('grouping keeps every customer with their own history', () => {
  const row = fc
    .tuple(fc.nat(3), fc.nat(2), fc.nat(2))
    .map(([x, t, rest]) => [x, x > 0 ? t : 0, t + rest] as const)
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const { histories, groupOf } = groupHistories(summaries(...rows))
      expect([...groupOf].map((group) => histories[group])).toMatchObject(
        rows.map(([purchaseCount, recencyDays, ageDays]) => ({ purchaseCount, recencyDays, ageDays })),
      )
      expect(histories.reduce((sum, { customerCount }) => sum + customerCount, 0)).toBe(rows.length)
      expect(new Set(histories.map((each) => JSON.stringify(each))).size).toBe(histories.length)
    }),
  )
})

test('selected rows keep their order', () => {
  const selected = selectSummaries(summaries([0, 0, 5], [1, 1, 2], [2, 3, 4]), [2, 0])
  expect([...selected.purchaseCount]).toEqual([2, 0])
  expect([...selected.ageDays]).toEqual([4, 5])
})
