import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignPairs } from './assignment.ts'

test('by hand: the greedy pair is given up where both others gain by it', () => {
  // Greedy takes 9 and is left with 1: 10. The best is 8 + 7.
  expect([...assignPairs({ rowCount: 2, columnCount: 2, values: Float64Array.of(9, 8, 7, 1) })]).toEqual([
    1, 0,
  ])
})

test('costs that are products of places pair the dearest with the cheapest (rearrangement inequality)', () => {
  const gains = Float64Array.from(
    { length: 16 },
    (_, index) => -(1 + (index % 4)) * (1 + Math.floor(index / 4)),
  )
  expect([...assignPairs({ rowCount: 4, columnCount: 4, values: gains })]).toEqual([3, 2, 1, 0])
})

test('no other pairing gains more, of any shape', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  const matrices = shape.chain(([rowCount, columnCount]) =>
    fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), {
        minLength: rowCount * columnCount,
        maxLength: rowCount * columnCount,
      })
      .map((values) => ({ rowCount, columnCount, values: Float64Array.from(values) })),
  )
  fc.assert(
    fc.property(matrices, (matrix) => {
      const pairs = assignPairs(matrix)
      const taken = [...pairs].filter((column) => column !== -1)
      expect(new Set(taken).size).toBe(Math.min(matrix.rowCount, matrix.columnCount))
      expect(taken.length).toBe(Math.min(matrix.rowCount, matrix.columnCount))
      const gain = pairs.reduce(
        (sum, column, row) =>
          sum + (column === -1 ? 0 : (matrix.values[row * matrix.columnCount + column] ?? 0)),
        0,
      )
      expect(gain).toBeCloseTo(bestOf(matrix, 0, new Set()), 9)
    }),
    { numRuns: 200 },
  )
})

type Gains = { readonly rowCount: number; readonly columnCount: number; readonly values: Float64Array }

/** By trying all: as many pairs as there can be. */
function bestOf(matrix: Gains, row: number, taken: ReadonlySet<number>): number {
  if (row === matrix.rowCount) return 0
  const rowsLeft = matrix.rowCount - row
  const free = Array.from({ length: matrix.columnCount }, (_, column) => column).filter(
    (column) => !taken.has(column),
  )
  const ways = free.map(
    (column) =>
      (matrix.values[row * matrix.columnCount + column] ?? 0) +
      bestOf(matrix, row + 1, new Set([...taken, column])),
  )
  if (rowsLeft > free.length) ways.push(bestOf(matrix, row + 1, taken))
  return Math.max(...ways)
}
