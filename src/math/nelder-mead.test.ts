import { expect, test } from 'vitest'
import { minimiseNelderMead } from './nelder-mead.ts'

test('finds the minimum of Rosenbrock’s valley', () => {
  const valley = ([x = 0, y = 0]: Float64Array) => 100 * (y - x * x) ** 2 + (1 - x) ** 2
  const { point, hasConverged } = minimiseNelderMead(valley, [-1.2, 1], { tolerance: 1e-14 })
  expect(hasConverged).toBe(true)
  expect(point[0]).toBeCloseTo(1, 4)
  expect(point[1]).toBeCloseTo(1, 4)
})

test('stays inside a domain whose outside is infinite', () => {
  const f = ([x = 0]: Float64Array) => (x <= 0 ? Number.POSITIVE_INFINITY : x - Math.log(x))
  expect(minimiseNelderMead(f, [5]).point[0]).toBeCloseTo(1, 4)
})

test('says so when the iterations run out', () => {
  expect(minimiseNelderMead(([x = 0]) => x * x, [50], { maxIterations: 3 }).hasConverged).toBe(false)
})
