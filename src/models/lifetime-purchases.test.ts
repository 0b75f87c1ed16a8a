import { expect, test } from 'vitest'
import { countQuantile, negativeBinomialTail, sumOf } from './lifetime-purchases.ts'

test('with an exponential rate the count is geometric', () => {
  // λ ~ Exp(1) over one unit of time: P(N ≥ k) = 2^−k
  const tail = negativeBinomialTail(1, 1, 1)
  for (const [index, probability] of [0.5, 0.25, 0.125, 0.0625].entries())
    expect(tail[index]).toBeCloseTo(probability, 14)
})

test('the tail sums to the mean, however improbable no purchase is', () => {
  expect(sumOf(negativeBinomialTail(0.243, 4.414, 39))).toBeCloseTo((0.243 * 39) / 4.414, 9)
  expect(sumOf(negativeBinomialTail(500, 40, 1000)) / ((500 * 1000) / 40)).toBeCloseTo(1, 9)
})

test('no time brings no purchase', () => {
  expect(negativeBinomialTail(2, 3, 0)).toHaveLength(0)
})

test('a quantile is the smallest count that is not exceeded often enough', () => {
  const tail = Float64Array.of(0.5, 0.25, 0.125)
  expect([0.05, 0.5, 0.7, 0.875, 0.99].map((probability) => countQuantile(tail, probability))).toEqual([
    0, 0, 1, 2, 3,
  ])
})
