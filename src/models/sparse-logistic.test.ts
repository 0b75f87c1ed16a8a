import { expect, test } from 'vitest'
import type { SparseRows } from '../text/hashed-vectors.ts'
import { fitLogistic } from './logistic.ts'
import { fitSparseLogistic } from './sparse-logistic.ts'

/** Rows of a dense table, without its zeros. */
function toSparse(table: readonly (readonly number[])[]): SparseRows {
  const filled = table.map((row) => [...row.entries()].filter(([, value]) => value !== 0))
  const rowStarts = new Uint32Array(table.length + 1)
  for (const [row, entries] of filled.entries()) rowStarts[row + 1] = (rowStarts[row] ?? 0) + entries.length
  return {
    columnCount: table[0]?.length ?? 0,
    rowStarts,
    columns: Uint32Array.from(filled.flat(), ([column]) => column),
    values: Float32Array.from(filled.flat(), ([, value]) => value),
  }
}

test('one column that half the rows have, worked by hand: the slope meets the penalty, the intercept is free', async () => {
  // 3 of 4 rows with the column are good, 1 of 4 without: without a penalty the log-odds are ± ln 3.
  const rows = toSparse([[1], [1], [1], [1], [0], [0], [0], [0]])
  const labels = [1, 1, 1, 0, 1, 0, 0, 0]
  const free = await fitSparseLogistic(rows, labels, { penalty: 1e-9 })
  expect(free.intercept).toBeCloseTo(-Math.log(3), 3)
  expect(free.weights[0]).toBeCloseTo(2 * Math.log(3), 3)
  const { weights, intercept } = await fitSparseLogistic(rows, labels, { penalty: 0.5 })
  const [slope = 0] = weights
  const chance = (odds: number) => 1 / (1 + Math.exp(-odds))
  // Where the gradients vanish: Σ (p − y) over all rows, and over those with the column plus penalty · slope.
  expect(4 * chance(intercept + slope) + 4 * chance(intercept) - 4).toBeCloseTo(0, 3)
  expect(4 * chance(intercept + slope) - 3 + 0.5 * slope).toBeCloseTo(0, 3)
})

test('it finds what the dense regression finds on the same standardised columns', async () => {
  const rowIds = Array.from({ length: 60 }, (_, row) => String(row))
  const raw = rowIds.map((_, row) => [Math.sin(row * 1.7), Math.cos(row * 0.9)])
  const labels = raw.map(([a = 0, b = 0], row) => (a - 0.5 * b + Math.sin(row * 7) > 0 ? 1 : 0))
  const standard = [0, 1].map((column) => {
    const values = raw.map((row) => row[column] ?? 0)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    return values.map((value) => (value - mean) / deviation)
  })
  const table = rowIds.map((_, row) => standard.map((column) => column[row] ?? 0))
  const sparse = await fitSparseLogistic(toSparse(table), labels, { penalty: 60 * 0.1 })
  const dense = fitLogistic(
    { rowIds, featureNames: ['a', 'b'], values: Float64Array.from(table.flat()) },
    labels,
    { alpha: 0.1 },
  )
  expect(sparse.weights[0]).toBeCloseTo(dense.weights[0] ?? 0, 2)
  expect(sparse.weights[1]).toBeCloseTo(dense.weights[1] ?? 0, 2)
  expect(sparse.intercept).toBeCloseTo(dense.intercept, 2)
})

test('labels of one class, and another number of them than rows, are refused', async () => {
  const rows = toSparse([[1], [0]])
  await expect(fitSparseLogistic(rows, [1, 1], { penalty: 1 })).rejects.toThrow(/same label/)
  await expect(fitSparseLogistic(rows, [1], { penalty: 1 })).rejects.toThrow(/1 labels stand beside 2 rows/)
})

test('a signal ends the fit between two iterations, and timers have their turn meanwhile', async () => {
  const stopper = new AbortController()
  setImmediate(() => stopper.abort())
  const fit = fitSparseLogistic(toSparse([[1], [0]]), [1, 0], { penalty: 1e-6, signal: stopper.signal })
  await expect(fit).rejects.toMatchObject({ code: 'stopped' })
})
