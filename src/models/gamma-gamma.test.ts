import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { expectedSpend, fitGammaGamma } from './gamma-gamma.ts'

test('the expected spend weighs the population against the orders seen, by hand', () => {
  // p (v + x z) / (p x + q − 1)
  expect(expectedSpend({ p: 1, q: 2, v: 1 }, 1, 3)).toBe(2)
  expect(expectedSpend({ p: 6, q: 4, v: 15 }, 0, 0)).toBe(30)
  expect(expectedSpend({ p: 6, q: 4, v: 15 }, 1e9, 50)).toBeCloseTo(50, 5)
})

test('the example of Fader & Hardie (2013) is met: customer 1 is expected to spend 24.66', () => {
  expect(expectedSpend({ p: 6.25, q: 3.74, v: 15.44 }, 2, 22.35)).toBeCloseTo(24.66, 1)
})

test('a population without a mean gives no expected spend to a newcomer', () => {
  expect(expectedSpend({ p: 1, q: 0.9, v: 1 }, 0, 0)).toBeUndefined()
})

test('a fit recovers planted parameters and leaves out rows without spend', () => {
  const random = createRandom('spenders')
  const count = 4000
  const purchaseCount = new Float64Array(count)
  const meanSpend = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const orders = random.integer(5)
    const rate = random.gamma(4, 15)
    purchaseCount[row] = orders
    meanSpend[row] = orders === 0 ? -7 : random.gamma(6 * orders, rate * orders)
  }
  const model = fitGammaGamma({ purchaseCount, meanSpend })
  expect(model.customerCount).toBe(purchaseCount.filter((orders) => orders > 0).length)
  expect(Math.abs(Math.log(model.p / 6))).toBeLessThan(0.15)
  expect(Math.abs(Math.log(model.q / 4))).toBeLessThan(0.15)
  expect(Math.abs((model.p * model.v) / (model.q - 1) / 30 - 1)).toBeLessThan(0.03)
})

test('customers without orders, or with one and the same spend, are too little', () => {
  const purchaseCount = new Float64Array(20).fill(2)
  for (const spend of [0, -3, Number.NaN, 8])
    expect(() => fitGammaGamma({ purchaseCount, meanSpend: new Float64Array(20).fill(spend) })).toThrowError(
      expect.objectContaining({ code: 'too_little_data' }),
    )
})

test('an infinite spend is refused', () => {
  const meanSpend = Float64Array.of(3, Number.POSITIVE_INFINITY)
  expect(() => fitGammaGamma({ purchaseCount: Float64Array.of(1, 1), meanSpend })).toThrow('infinite')
})
