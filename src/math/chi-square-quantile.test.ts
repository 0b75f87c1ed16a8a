import { expect, test } from 'vitest'
import { chiSquareQuantile } from './chi-square-quantile.ts'
import { upperChiSquare } from './tail-probabilities.ts'

test('critical values of the NIST/SEMATECH e-Handbook, 1.3.6.7.4, to their three decimals', () => {
  const published = [
    [0.975, 1, 5.024],
    [0.025, 2, 0.051],
    [0.025, 11, 3.816],
    [0.975, 11, 21.92],
    [0.95, 100, 124.342],
    [0.05, 60, 43.188],
  ] as const
  for (const [probability, degrees, value] of published)
    expect(chiSquareQuantile(probability, degrees)).toBeCloseTo(value, 3)
})

test('it turns the tail probability round, from half a degree to thousands and far out', () => {
  for (const degrees of [0.5, 1, 3, 50, 4000])
    for (const probability of [1e-6, 0.025, 0.5, 0.975, 1 - 1e-6])
      expect(1 - upperChiSquare(chiSquareQuantile(probability, degrees), degrees)).toBeCloseTo(probability, 9)
  expect(chiSquareQuantile(0, 3)).toBe(0)
})
