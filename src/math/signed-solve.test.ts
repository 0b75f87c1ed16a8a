import { expect, test } from 'vitest'
import { weightedGram } from './cholesky.ts'
import { createRandom } from './random.ts'
import { solveSigned } from './signed-solve.ts'

const matrix = { rowCount: 2, columnCount: 2, values: Float64Array.of(2, 1, 1, 2) }

test('without a wish for signs it is the plain solution, with a broken one the weight is left out', () => {
  // 2a + b = 1 and a + 2b = −4 give a = 2, b = −3; with b held at 0, a = 1/2.
  expect([...solveSigned(matrix, Float64Array.of(1, -4), Float64Array.of(0, 0))]).toEqual(
    [2, -3].map((value) => expect.closeTo(value, 12)),
  )
  expect([...solveSigned(matrix, Float64Array.of(1, -4), Float64Array.of(1, 1))]).toEqual(
    [0.5, 0].map((value) => expect.closeTo(value, 12)),
  )
})

test('the solution meets the conditions of a minimum: no weight against its sign, no gain in moving one from 0', () => {
  const random = createRandom(8)
  for (let round = 0; round < 40; round++) {
    const values = Float64Array.from({ length: 30 * 8 }, () => random.normal())
    const gram = weightedGram({ rowCount: 30, columnCount: 8, values })
    const right = Float64Array.from({ length: 8 }, () => 10 * random.normal())
    const signs = Float64Array.from({ length: 8 }, () => (random.next() < 0.5 ? -1 : 1))
    const weights = solveSigned(gram, right, signs)
    for (const [index, weight] of weights.entries()) {
      const sign = signs[index] ?? 0
      expect(sign * weight).toBeGreaterThanOrEqual(0)
      const pull =
        (right[index] ?? 0) - weights.reduce((sum, w, k) => sum + (gram.values[index * 8 + k] ?? 0) * w, 0)
      if (weight === 0) expect(sign * pull).toBeLessThan(1e-6)
      else expect(Math.abs(pull)).toBeLessThan(1e-6)
    }
  }
})
