import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { calibrate, fitIsotonic, fitPlatt } from './calibration.ts'

/** Probabilities, the labels they bring, and the scores of a model that is twice too sure and off by one. */
function drawOverconfident(count: number): {
  truth: Float64Array
  labels: Float64Array
  scores: Float64Array
} {
  const random = createRandom(1)
  const odds = Float64Array.from({ length: count }, () => 1.5 * random.normal())
  const truth = odds.map((value) => 1 / (1 + Math.exp(-value)))
  const labels = truth.map((probability) => (random.next() < probability ? 1 : 0))
  return { truth, labels, scores: odds.map((value) => 1 / (1 + Math.exp(-(2 * value + 1)))) }
}

test('pooling adjacent violators does what it does by hand', () => {
  const calibration = fitIsotonic([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 1, 0, 1, 1, 1])
  expect(calibration).toMatchObject({
    scores: [0.1, 0.2, 0.3, 0.4, 0.6],
    probabilities: [0.5 / 6, 0.5, 0.5, 1 - 0.5 / 6, 1 - 0.5 / 6],
  })
  expect([...calibrate(calibration, [0, 0.25, 0.35, 0.9])].map((value) => Number(value.toFixed(4)))).toEqual([
    0.0833, 0.5, 0.7083, 0.9167,
  ])
})

test("Platt's scaling undoes a model that is twice too sure", () => {
  const { labels, scores } = drawOverconfident(20_000)
  expect(fitPlatt(scores, labels)).toMatchObject({
    slope: expect.closeTo(0.5, 1),
    intercept: expect.closeTo(-0.5, 1),
  })
})

test('both bring probabilities near the truth and keep the order', () => {
  const { truth, labels, scores } = drawOverconfident(20_000)
  const distance = (values: Float64Array) =>
    values.reduce((sum, value, row) => sum + Math.abs(value - (truth[row] ?? 0)), 0) / values.length
  expect(distance(scores)).toBeGreaterThan(0.1)
  const platt = calibrate(fitPlatt(scores, labels), scores)
  expect(distance(platt)).toBeLessThan(0.01)
  expect(areaUnderRoc(labels, platt)).toBeCloseTo(areaUnderRoc(labels, scores), 12)
  expect(distance(calibrate(fitIsotonic(scores, labels), scores))).toBeLessThan(0.02)
})

test('isotonic probabilities rise with the score, lie inside 0..1 and survive JSON', () => {
  const rows = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(rows, (pairs) => {
      const labels = pairs.map(([, label]) => label)
      fc.pre(labels.includes(0) && labels.includes(1))
      const calibration = fitIsotonic(
        pairs.map(([score]) => score),
        labels,
      )
      const grid = Array.from({ length: 50 }, (_, index) => index / 49)
      const values = calibrate(JSON.parse(JSON.stringify(calibration)), grid)
      for (const [index, value] of values.entries()) {
        expect(value > 0 && value < 1).toBe(true)
        expect(value).toBeGreaterThanOrEqual((values[index - 1] ?? 0) - 1e-12)
      }
    }),
  )
})

test('one class alone is refused in words', () => {
  expect(() => fitPlatt([0.1, 0.2], [1, 1])).toThrow(/same label/)
  expect(() => fitIsotonic([0.1, 0.2], [0, 0])).toThrow(/same label/)
})
