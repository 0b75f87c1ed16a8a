import { expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { lnHypergeometric } from './hypergeometric.ts'

const hypergeometric = (a: number, b: number, c: number, z: number) => Math.exp(lnHypergeometric(a, b, c, z))

test('a value that Pearson, Olver & Porter (2017) tabulate is met', () => {
  expect(hypergeometric(0.1, 0.2, 0.3, 0.5)).toBeCloseTo(1.046432811217352, 14)
})

test('the complete elliptic integral of Abramowitz & Stegun, table 17.1, is met', () => {
  expect((Math.PI / 2) * hypergeometric(0.5, 0.5, 1, 0.5)).toBeCloseTo(1.854074677301372, 13)
})

test.each([0.1, 0.5, 0.89, 0.91, 0.99, 0.9999])('the elementary cases hold at z = %f', (z) => {
  expect(hypergeometric(1, 1, 2, z) / (-Math.log1p(-z) / z)).toBeCloseTo(1, 11)
  expect(hypergeometric(0.7, 2.5, 2.5, z) * (1 - z) ** 0.7).toBeCloseTo(1, 10)
})

test('the arguments are exchangeable', () => {
  for (const z of [0.3, 0.95, 0.999])
    expect(lnHypergeometric(5.85, 1.6, 6.85, z)).toBeCloseTo(lnHypergeometric(1.6, 5.85, 6.85, z), 11)
})

test('large arguments do not overflow', () => {
  // ₂F₁(a, b; b; z) = (1 − z)^−a
  expect(lnHypergeometric(900, 40, 40, 0.9)).toBeCloseTo(-900 * Math.log(0.1), 8)
})

test('arguments outside the range are refused', () => {
  expect(() => lnHypergeometric(1, 1, 2, 1)).toThrow(AppError)
  expect(() => lnHypergeometric(0, 1, 2, 0.5)).toThrow(AppError)
  expect(() => lnHypergeometric(1, 1, Number.NaN, 0.5)).toThrow(AppError)
})
