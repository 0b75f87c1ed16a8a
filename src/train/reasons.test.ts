import { expect, test } from 'vitest'
import { toDrivers, toReasons } from './reasons.ts'

test('reasons are signed shares of all contributions, at most five, none of nothing', () => {
  const contributions = [4, -3, 1, 1, 0.5, 0.5, 0].map((contribution, index) => ({
    feature: `f${index}`,
    contribution,
  }))
  const reasons = toReasons(contributions)
  expect(reasons.map(({ share }) => share)).toEqual([0.4, -0.3, 0.1, 0.1, 0.05])
  expect(toReasons([{ feature: 'still', contribution: 0 }])).toEqual([])
})

test('a driver has its mean share over rows and the direction of its effect', () => {
  const features = { featureNames: ['up', 'down'], rowIds: ['a', 'b'], values: Float64Array.of(1, 1, 3, 3) }
  const row = (up: number, down: number) => [
    { feature: 'up', contribution: up },
    { feature: 'down', contribution: down },
  ]
  expect(toDrivers(features, [row(-3, 1), row(3, -1)])).toEqual([
    { feature: 'up', share: 0.75, direction: 1 },
    { feature: 'down', share: 0.25, direction: -1 },
  ])
})
