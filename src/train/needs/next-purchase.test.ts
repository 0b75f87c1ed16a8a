import { expect, test } from 'vitest'
import { createRandom } from '../../math/random.ts'
import { chooseNextPurchaseRule, meanDayError, predictNextDays, withinHorizon } from './next-purchase.ts'

const rule = {
  kind: 'next_purchase',
  formatVersion: 1,
  by: 'gaps',
  leastShare: 0.25,
  horizonDays: 90,
} as const

test('what is left of the usual time, a share of it when it is over, and by the rate where nothing was bought', () => {
  const rows = {
    gapDays: Float64Array.of(30, 30, 30),
    recencyDays: Float64Array.of(10, 50, Number.NaN),
    probability: Float64Array.of(0.5, 0.5, 1 - Math.exp(-1)),
  }
  expect([...predictNextDays(rule, rows)]).toEqual([20, 7.5, expect.closeTo(90, 9)])
  expect(predictNextDays({ ...rule, by: 'probability' }, rows)[0]).toBeCloseTo(90 / Math.LN2, 9)
})

test('days within a horizon are the mean of an exponential that is cut off there', () => {
  // ∫ t λ e^(−λt) dt / (1 − e^(−λH)) over 0..H for λ = 1/30, H = 90, summed by hand in small steps.
  let [sum, mass] = [0, 0]
  for (let day = 0.005; day < 90; day += 0.01) {
    const density = Math.exp(-day / 30)
    sum += day * density
    mass += density
  }
  expect(withinHorizon(Float64Array.of(30), 90)[0]).toBeCloseTo(sum / mass, 3)
  expect(withinHorizon(Float64Array.of(3650, 1e9), 90)[1]).toBe(45)
})

test('where people buy on time the gaps are chosen, where they buy by chance the probability or a longer share', () => {
  const random = createRandom(5)
  const count = 400
  const gapDays = Float64Array.from({ length: count }, () => 20 + 60 * random.next())
  const recencyDays = gapDays.map((gap) => gap * random.next())
  const onTime = gapDays.map((gap, row) => Math.min(90, gap - (recencyDays[row] ?? 0) + random.next()))
  const rows = { gapDays, recencyDays, probability: new Float64Array(count).fill(0.9) }
  const chosen = chooseNextPurchaseRule(rows, onTime, 90)
  expect(chosen.by).toBe('gaps')
  expect(chosen.leastShare).toBeLessThanOrEqual(0.25)
  const error = meanDayError(withinHorizon(predictNextDays(chosen, rows), 90), onTime)
  expect(error).toBeLessThan(meanDayError(new Float64Array(count).fill(45), onTime))
  expect(meanDayError(onTime, new Float64Array(count).fill(Number.NaN))).toBeNaN()
})
