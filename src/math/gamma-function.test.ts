import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lnBeta, lnGamma } from './gamma-function.ts'

test('the log-gamma function holds the values of Abramowitz & Stegun, table 6.1 and 6.4', () => {
  expect(Math.exp(lnGamma(1.25))).toBeCloseTo(0.9064024771, 10)
  expect(Math.exp(lnGamma(1.5))).toBeCloseTo(0.8862269255, 10)
  expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
  expect(lnGamma(100)).toBeCloseTo(359.1342053695754, 11)
})

test('the log-gamma function is 0 at 1 and 2 and undefined at 0 and below', () => {
  expect(lnGamma(1)).toBeCloseTo(0, 13)
  expect(lnGamma(2)).toBeCloseTo(0, 13)
  expect(lnGamma(0)).toBeNaN()
  expect(lnGamma(-1.5)).toBeNaN()
})

test('the gamma function grows by its argument from one step to the next', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (x) => {
      const step = lnGamma(x + 1) - lnGamma(x)
      expect(Math.abs(step - Math.log(x))).toBeLessThan(1e-14 * Math.max(10, Math.abs(lnGamma(x))))
    }),
  )
})

test('the log-beta function holds small cases worked by hand', () => {
  expect(lnBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 13)
  expect(lnBeta(0.5, 0.5)).toBeCloseTo(Math.log(Math.PI), 13)
  expect(lnBeta(3, 50)).toBeCloseTo(Math.log(2 / (50 * 51 * 52)), 12)
})

test('the log-beta function keeps its digits when one argument is very large', () => {
  expect(lnBeta(1, 1e12)).toBeCloseTo(-Math.log(1e12), 12)
  expect(lnBeta(1e12, 2)).toBeCloseTo(-2 * Math.log(1e12), 11)
})
