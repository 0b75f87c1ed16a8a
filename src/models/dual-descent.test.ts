import { expect, test } from 'vitest'
import { descendDual } from './dual-descent.ts'

test('one row worked by hand: its share balances the margin that it makes itself', async () => {
  // One column of value 1 and the column of ones: a share a gives both the weight a, so that the log-odds are 2a.
  const rows = {
    columnCount: 1,
    rowStarts: Uint32Array.of(0, 1),
    columns: Uint32Array.of(0),
    values: Float32Array.of(1),
  }
  const [weight = 0, intercept = 0] = await descendDual({ rows, labels: [1], penalty: 1 })
  expect(intercept).toBe(weight)
  // The gradient of log-loss plus half the squared weights: σ(2a) − 1 + a = 0.
  expect(1 / (1 + Math.exp(-2 * weight)) - 1 + weight).toBeCloseTo(0, 6)
})

test('it goes through whatever number of rows, visiting each, and ends near the least loss', async () => {
  for (const rowCount of [1, 2, 3, 10, 97, 100]) {
    const rows = {
      columnCount: rowCount,
      rowStarts: Uint32Array.from({ length: rowCount + 1 }, (_, row) => row),
      columns: Uint32Array.from({ length: rowCount }, (_, row) => row),
      values: new Float32Array(rowCount).fill(1),
    }
    const labels = Array.from({ length: rowCount }, (_, row) => row % 2)
    const point = await descendDual({ rows, labels, penalty: 0.5 })
    const intercept = point[rowCount] ?? 0
    for (const [row, label] of labels.entries()) {
      const weight = point[row] ?? 0
      expect(1 / (1 + Math.exp(-weight - intercept)) - label + 0.5 * weight).toBeCloseTo(0, 1)
    }
  }
})

test('a signal ends it between two passes', async () => {
  const rows = {
    columnCount: 1,
    rowStarts: Uint32Array.of(0, 1),
    columns: Uint32Array.of(0),
    values: Float32Array.of(1),
  }
  const asked = descendDual({ rows, labels: [1], penalty: 1 }, AbortSignal.abort())
  await expect(asked).rejects.toMatchObject({ code: 'stopped' })
})
