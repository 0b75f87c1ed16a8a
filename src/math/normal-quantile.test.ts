import { expect, test } from 'vitest'
import { normalQuantile } from './normal-quantile.ts'

test('gives the values published with the algorithm and those of every table', () => {
  // Wichura (1988): PPND16 at .25, .001 and 1e-20.
  expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15)
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14)
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 13)
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
  expect(normalQuantile(0.5)).toBe(0)
})

test('is infinite at the ends, symmetric, and no number outside', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
  expect(normalQuantile(-0.1)).toBeNaN()
  expect(normalQuantile(Number.NaN)).toBeNaN()
  for (const probability of [0.001, 0.03, 0.2, 0.45])
    expect(normalQuantile(1 - probability)).toBeCloseTo(-normalQuantile(probability), 12)
})
