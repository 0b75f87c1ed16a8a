import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import type { OrderModel } from './lifetime-orders.ts'
import { groupHistories } from './lifetime-summaries.ts'
import { drawParameters } from './lifetime-uncertainty.ts'
import { fitParetoNbd } from './pareto-nbd.ts'

const model: OrderModel = {
  kind: 'beta-geometric',
  formatVersion: 1,
  r: 1,
  alpha: 1,
  a: 1,
  b: 1,
  logLikelihood: 0,
  customerCount: 0,
}

test('a likelihood that says nothing leaves no draws', () => {
  expect(drawParameters(model, [], { count: 5, random: createRandom(1) })).toEqual([])
})

test('more customers leave the parameters less uncertain, as one over the root of their number', () => {
  const random = createRandom('customers')
  const histories = Array.from({ length: 800 }, () => {
    const [rate, leave] = [random.gamma(0.6, 8), random.gamma(0.8, 15)]
    const until = Math.min(60, random.exponential(leave))
    const times: number[] = []
    for (let time = random.exponential(rate); time <= until; time += random.exponential(rate))
      times.push(time)
    return { purchaseCount: times.length, recencyDays: times.at(-1) ?? 0 }
  })
  const summaries = {
    purchaseCount: Float64Array.from(histories, ({ purchaseCount }) => purchaseCount),
    recencyDays: Float64Array.from(histories, ({ recencyDays }) => recencyDays),
    ageDays: new Float64Array(histories.length).fill(60),
  }
  const fitted = fitParetoNbd(summaries)
  const spread = (times: number) => {
    const rows = groupHistories(summaries).histories.map((row) => ({
      ...row,
      customerCount: row.customerCount * times,
    }))
    const draws = drawParameters(fitted, rows, { count: 200, random: createRandom(1) })
    const logs = draws.map(([r = Number.NaN]) => Math.log(r / fitted.r))
    return Math.sqrt(logs.reduce((sum, value) => sum + value * value, 0) / logs.length)
  }
  expect(spread(1)).toBeGreaterThan(0.02)
  expect(spread(1)).toBeLessThan(0.2)
  expect(spread(1) / spread(100)).toBeCloseTo(10, 4)
})
