import { expect, test } from 'vitest'
import { readBandStart } from './stated-band.ts'

test('bands of a scale stand in their order, whatever their words', () => {
  const incomes = ['Under 15K', '15-24K', '25-34K', '100-124K', '250K+'].map(readBandStart)
  expect(incomes).toEqual([7.5, 15, 25, 100, 250])
  expect(['19-24', '65+', '1,500', '30岁以下', 'none', ''].map(readBandStart)).toEqual([
    19,
    65,
    1500,
    15,
    Number.NaN,
    Number.NaN,
  ])
})
