import { expect, test } from 'vitest'
import { solveLeastSquares } from './least-squares.ts'
import { createRandom } from './random.ts'

const line = (xs: readonly number[]) => ({
  rowCount: xs.length,
  columnCount: 2,
  values: Float64Array.from(xs.flatMap((x) => [1, x])),
})

test('a line through three points is the one computed by hand', () => {
  const fit = solveLeastSquares(line([0, 1, 2]), [1, 2, 4])
  expect(fit.coefficients[0]).toBeCloseTo(5 / 6, 14)
  expect(fit.coefficients[1]).toBeCloseTo(1.5, 14)
  expect(fit.residualVariance).toBeCloseTo(1 / 6, 14)
  expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(1 / 12), 14)
})

test('recovers planted coefficients of a random problem', () => {
  const random = createRandom(1)
  const [rowCount, columnCount] = [300, 8]
  const values = Float64Array.from({ length: rowCount * columnCount }, () => random.normal())
  const truth = Float64Array.from({ length: columnCount }, (_, column) => column - 3)
  const target = Array.from({ length: rowCount }, (_, row) =>
    truth.reduce((sum, weight, column) => sum + weight * (values[row * columnCount + column] ?? 0), 0),
  )
  const { coefficients } = solveLeastSquares({ rowCount, columnCount, values }, target)
  for (const [column, weight] of truth.entries()) expect(coefficients[column]).toBeCloseTo(weight, 12)
})

test('a column that repeats another is named', () => {
  const values = Float64Array.from([1, 2, 2, 1, 3, 3, 1, 5, 5, 1, 4, 4])
  expect(() => solveLeastSquares({ rowCount: 4, columnCount: 3, values }, [1, 2, 3, 4])).toThrow(
    /column 2 depends/,
  )
})
