import { expect, test } from 'vitest'
import { createRandom, type Random } from '../math/random.ts'
import { explainLifetime, fitLifetime, type LifetimeSummaries, predictLifetime } from './lifetime.ts'

/** Shoppers of a planted BG/NBD shop: history up to 300 days, orders in the 100 days after. */
function plantShop(count: number, random: Random): { summaries: LifetimeSummaries; future: Float64Array } {
  const [purchaseCount, recencyDays, ageDays, meanSpend, future] = Array.from(
    { length: 5 },
    () => new Float64Array(count),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  for (let row = 0; row < count; row++) {
    const age = 50 + random.integer(250)
    const rate = random.gamma(0.7, 40)
    const [left, right] = [random.gamma(0.8, 1), random.gamma(2.4, 1)]
    const orders: number[] = []
    for (let time = random.exponential(rate); time <= age + 100; time += random.exponential(rate)) {
      orders.push(time)
      if (random.next() < left / (left + right)) break
    }
    const past = orders.filter((time) => time <= age)
    purchaseCount[row] = past.length
    recencyDays[row] = past.at(-1) ?? 0
    ageDays[row] = age
    meanSpend[row] = past.length > 0 ? random.gamma(6 * past.length, random.gamma(4, 15) * past.length) : 0
    future[row] = orders.length - past.length
  }
  return { summaries: { purchaseCount, recencyDays, ageDays, meanSpend }, future }
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
const { summaries, future } = plantShop(1500, createRandom('shop'))
const model = fitLifetime(summaries, {}, createRandom(1))

test('the model that made the shop is the likelier one and foresees its orders', () => {
  expect(model.orders.kind).toBe('beta-geometric')
  expect(model.candidates).toHaveLength(2)
  const { expectedOrders } = predictLifetime(model, summaries, 100)
  expect(Math.abs(sum(expectedOrders) / sum(future) - 1)).toBeLessThan(0.1)
})

test('about as many customers as asked order within their bounds', () => {
  const { expectedOrdersLow, expectedOrdersHigh } = predictLifetime(model, summaries, 100, 0.9)
  const inside = future.filter(
    (orders, row) => orders >= (expectedOrdersLow[row] ?? 0) && orders <= (expectedOrdersHigh[row] ?? 0),
  )
  // Counts are whole, so the bounds hold at least what was asked.
  expect(inside.length / future.length).toBeGreaterThan(0.89)
  expect(inside.length / future.length).toBeLessThan(0.99)
})

test('a fitted model survives being written and read', () => {
  const read = JSON.parse(JSON.stringify(model)) as typeof model
  expect(predictLifetime(read, summaries, 30)).toEqual(predictLifetime(model, summaries, 30))
})

test('the same seed gives the same model', () => {
  const [one, other] = [1, 1].map((seed) =>
    fitLifetime(summaries, { orderModel: 'beta-geometric' }, createRandom(seed)),
  )
  expect(one).toEqual(other)
})

test('a backtest with twice the expected orders doubles what is expected', () => {
  const plain = fitLifetime(summaries, { orderModel: 'beta-geometric', parameterDraws: 0 }, createRandom(1))
  const expected = predictLifetime(plain, summaries, 50).expectedOrders
  const backtests = [{ summaries, horizonDays: 50, orderCount: 2 * sum(expected) }]
  const corrected = fitLifetime(summaries, { orderModel: 'beta-geometric', backtests }, createRandom(1))
  expect(corrected.orderFactor).toBeCloseTo(2, 9)
  expect(predictLifetime(corrected, summaries, 50).expectedOrders[7]).toBeCloseTo(2 * (expected[7] ?? 0), 9)
})

test('reasons sum to the difference from the average customer', () => {
  const customer = { purchaseCount: 9, recencyDays: 195, ageDays: 200, meanSpend: 80 }
  const { value, average, reasons } = explainLifetime(model, customer, 100)
  expect(value).toBeGreaterThan(average)
  expect(reasons.reduce((total, { contribution }) => total + contribution, average)).toBeCloseTo(value, 9)
  expect(reasons.find(({ feature }) => feature === 'purchaseCount')?.contribution).toBeGreaterThan(0)
})

test('extreme customers get finite answers', () => {
  const extremes = {
    purchaseCount: Float64Array.of(0, 0, 3, 1000, 2),
    recencyDays: Float64Array.of(0, 0, 0, 300, 1),
    ageDays: Float64Array.of(0, 1e7, 300, 300, 1e7),
    meanSpend: Float64Array.of(0, -5, 1e9, 10, 0),
  }
  for (const orderModel of ['beta-geometric', 'pareto-nbd'] as const) {
    const fitted = fitLifetime(summaries, { orderModel, parameterDraws: 2 }, createRandom(1))
    for (const column of Object.values(predictLifetime(fitted, extremes, 365)))
      expect([...column].every(Number.isFinite)).toBe(true)
  }
})

test('customers with spends too few to tell still get orders', () => {
  const { spend } = fitLifetime(
    { ...summaries, meanSpend: new Float64Array(1500) },
    { orderModel: 'beta-geometric' },
    createRandom(1),
  )
  expect(spend).toBeUndefined()
})

test.each([
  ['nobody', [], [], 'too_little_data'],
  ['one customer', [2], [5], 'too_little_data'],
  ['only first orders', Array(50).fill(0), Array(50).fill(5), 'too_little_data'],
  ['no time at all', Array(50).fill(1), Array(50).fill(0), 'too_little_data'],
  ['an impossible row', Array(50).fill(-1), Array(50).fill(5), 'bad_input'],
])('%s is refused with a reason', (_, counts: number[], ages: number[], code) => {
  const degenerate = {
    purchaseCount: Float64Array.from(counts),
    recencyDays: new Float64Array(counts.length),
    ageDays: Float64Array.from(ages),
  }
  expect(() => fitLifetime(degenerate, {}, createRandom(1))).toThrowError(expect.objectContaining({ code }))
})

test('a horizon that is not above 0 and another format are refused', () => {
  expect(() => predictLifetime(model, summaries, 0)).toThrow('horizon')
  expect(() => predictLifetime({ ...model, formatVersion: 2 as 1 }, summaries, 9)).toThrow('format')
})
