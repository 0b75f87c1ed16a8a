import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { precisionRecallCurve } from './classification.ts'
import { cheapestThreshold, rankedDecisionCost } from './decision-cost.ts'
import { rankRows } from './ranking.ts'

const labels = [1, 0, 1, 0, 0]
const scores = [0.9, 0.8, 0.7, 0.3, 0.1]

test('costs by hand: one in vain and none left out at .7, one left out at .9', () => {
  const costs = { falsePositive: 2, falseNegative: 5 }
  const ranking = rankRows(labels, scores)
  expect(rankedDecisionCost(ranking, 0.7, costs)).toBeCloseTo(2 / 5)
  expect(rankedDecisionCost(ranking, 0.9, costs)).toBeCloseTo(5 / 5)
  expect(cheapestThreshold(labels, scores, costs)).toBe(0.7)
  expect(cheapestThreshold(labels, scores, { falsePositive: 10, falseNegative: 5 })).toBe(0.9)
  expect(cheapestThreshold(labels, scores, { falsePositive: 1, falseNegative: 0 })).toBe(
    Number.POSITIVE_INFINITY,
  )
})

test('with calibrated probabilities the cheapest threshold lies where Elkan (2001) has it: 1 / (1 + 4)', () => {
  const random = createRandom(3)
  const probabilities = Float64Array.from({ length: 40_000 }, () => random.next())
  const came = probabilities.map((probability) => (random.next() < probability ? 1 : 0))
  const threshold = cheapestThreshold(came, probabilities, { falsePositive: 1, falseNegative: 4 })
  expect(threshold).toBeGreaterThan(0.15)
  expect(threshold).toBeLessThan(0.25)
})

test('precision and recall by hand, equal scores as one point', () => {
  expect(precisionRecallCurve(labels, [0.9, 0.8, 0.8, 0.3, 0.1])).toEqual([
    { recall: 0.5, precision: 1, threshold: 0.9 },
    { recall: 1, precision: 2 / 3, threshold: 0.8 },
    { recall: 1, precision: 2 / 4, threshold: 0.3 },
    { recall: 1, precision: 2 / 5, threshold: 0.1 },
  ])
  expect(precisionRecallCurve([0, 0], [0.1, 0.2])).toEqual([])
})
