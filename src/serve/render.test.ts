import { expect, test } from 'vitest'
import { formatPercent, textTable } from './render.ts'

test('a percentage never claims a certainty that rounding made', () => {
  expect(formatPercent(0.824)).toBe('82.4 %')
  expect(formatPercent(0.99999)).toBe('> 99.9 %')
  expect(formatPercent(0.0001)).toBe('< 0.1 %')
  expect([formatPercent(0), formatPercent(1)]).toEqual(['0.0 %', '100.0 %'])
})

test('figures stand at the right of their column, with or without a sign of comparison', () => {
  const lines = textTable(
    ['name', 'chance'],
    [
      ['a', '> 99.9 %'],
      ['b', '1.0 %'],
    ],
  ).split('\n')
  expect(lines[1]?.indexOf('> 99.9 %')).toBeGreaterThan(0)
  expect(lines[2]?.endsWith('1.0 %')).toBe(true)
  expect(lines[1]?.length).toBe(lines[2]?.length)
})
