import { expect, test } from 'vitest'
import { gaussLegendre } from './gauss-legendre.ts'

test('five points are those of Abramowitz & Stegun, table 25.4', () => {
  const rule = gaussLegendre(5).filter(({ node }) => node > -1e-12)
  expect(rule.map(({ node }) => node.toFixed(9))).toEqual(['0.906179846', '0.538469310', '0.000000000'])
  expect(rule.map(({ weight }) => weight.toFixed(9))).toEqual(['0.236926885', '0.478628670', '0.568888889'])
})

test('sixteen points integrate the exponential to the last digits', () => {
  const sum = gaussLegendre(16).reduce((total, { node, weight }) => total + weight * Math.exp(5 * node), 0)
  expect(sum / ((Math.exp(5) - Math.exp(-5)) / 5)).toBeCloseTo(1, 13)
})
