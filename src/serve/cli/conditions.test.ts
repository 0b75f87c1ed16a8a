import { expect, test } from 'vitest'
import { parseFeatureCondition, parseScoreCondition, parseTraitCondition } from './conditions.ts'

test('conditions read names, horizons and ranges with open sides', () => {
  expect(parseTraitCondition('country=Iceland')).toEqual({ name: 'country', value: 'Iceland' })
  expect(parseFeatureCondition('spend=1000..2000')).toEqual({ name: 'spend', low: 1000, high: 2000 })
  expect(parseFeatureCondition('order_count=7')).toEqual({ name: 'order_count', low: 7, high: 7 })
  expect(parseScoreCondition('propensity/90=0.5..')).toEqual({
    model: 'propensity',
    horizonDays: 90,
    low: 0.5,
    high: Number.MAX_VALUE,
  })
  expect(parseScoreCondition('alive=..0.2')).toMatchObject({ model: 'alive', horizonDays: 0, high: 0.2 })
})

test.each(['spend', '=3', 'spend=', 'spend=a..b', 'spend=1..2..3'])(
  '%s is refused with an example',
  (text) => {
    expect(() => parseFeatureCondition(text)).toThrow(/condition cannot be read/)
  },
)
