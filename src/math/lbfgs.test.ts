import { expect, test } from 'vitest'
import { minimiseLbfgs } from './lbfgs.ts'

test('finds the minimum of Rosenbrock’s valley to high precision', () => {
  const { point, hasConverged } = minimiseLbfgs(
    ([x = 0, y = 0], gradient) => {
      gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x)
      gradient[1] = 200 * (y - x * x)
      return 100 * (y - x * x) ** 2 + (1 - x) ** 2
    },
    [-1.2, 1],
    { gradientTolerance: 1e-9 },
  )
  expect(hasConverged).toBe(true)
  expect(point[0]).toBeCloseTo(1, 8)
  expect(point[1]).toBeCloseTo(1, 8)
})

test('solves a badly scaled quadratic in few steps', () => {
  const weights = [1, 1e4, 1e-2, 10]
  const { point, iterations, hasConverged } = minimiseLbfgs(
    (x, gradient) =>
      weights.reduce((sum, weight, index) => {
        const distance = (x[index] ?? 0) - index
        gradient[index] = 2 * weight * distance
        return sum + weight * distance ** 2
      }, 0),
    [9, 9, 9, 9],
    { gradientTolerance: 1e-10 },
  )
  expect(hasConverged).toBe(true)
  expect(iterations).toBeLessThan(60)
  for (const index of weights.keys()) expect(point[index]).toBeCloseTo(index, 6)
})

test('a start at the minimum stays there', () => {
  const result = minimiseLbfgs(
    (_, gradient) => {
      gradient.fill(0)
      return 5
    },
    [3],
  )
  expect(result).toMatchObject({ iterations: 0, hasConverged: true, value: 5 })
})
