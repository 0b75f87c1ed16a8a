import { expect, test } from 'vitest'
import { factorCholesky, inverseQuadratic, solveCholesky, weightedGram } from './cholesky.ts'

const matrix = {
  rowCount: 3,
  columnCount: 3,
  values: Float64Array.from([4, 12, -16, 12, 37, -43, -16, -43, 98]),
}

test('the factor of the textbook matrix is whole numbers', () => {
  expect([...factorCholesky(matrix).lower]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3])
})

test('solving undoes multiplying, and the quadratic form agrees with it', () => {
  const factor = factorCholesky(matrix)
  const x = solveCholesky(factor, [4 + 24 - 48, 12 + 74 - 129, -16 - 86 + 294])
  expect(x[0]).toBeCloseTo(1, 10)
  expect(x[2]).toBeCloseTo(3, 10)
  const b = [1, -2, 0.5]
  const direct = solveCholesky(factor, b).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
  expect(inverseQuadratic(factor, b)).toBeCloseTo(direct, 9)
})

test('a matrix that is not positive definite is refused', () => {
  expect(() =>
    factorCholesky({ rowCount: 2, columnCount: 2, values: Float64Array.from([1, 2, 2, 1]) }),
  ).toThrow(/positive definite/)
})

test('a weighted Gram matrix sums the weighted outer products', () => {
  const rows = { rowCount: 2, columnCount: 2, values: Float64Array.from([1, 2, 3, 4]) }
  expect([...weightedGram(rows, [1, 2]).values]).toEqual([19, 26, 26, 36])
})
