import { expect, test } from 'vitest'
import { createRandom, type Random } from '../math/random.ts'
import { explainLifetime, fitLifetime, type LifetimeSummaries, predictLifetime } from './lifetime.ts'
import { orderParameters } from './lifetime-orders.ts'
import { selectSummaries } from './lifetime-summaries.ts'

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
  expect(corrected.orderFactor).toBeCloseTo(2, 4)
  expect(predictLifetime(corrected, summaries, 50).expectedOrders[7]).toBeCloseTo(2 * (expected[7] ?? 0), 4)
})

test('reasons sum to the difference from the average customer', () => {
  const customer = { purchaseCount: 9, recencyDays: 195, ageDays: 200, meanSpend: 80 }
  const answers = explainLifetime(model, customer, 100)
  for (const { value, average, reasons } of Object.values(answers))
    expect(reasons.reduce((total, { contribution }) => total + contribution, average)).toBeCloseTo(value, 9)
  expect(answers.spend.value).toBeGreaterThan(answers.spend.average)
  expect(answers.wait.value).toBeLessThan(answers.wait.average)
})

test('each answer has reasons of its own: money moves spend alone, orders shorten the wait', () => {
  const customer = { purchaseCount: 9, recencyDays: 195, ageDays: 200, meanSpend: 80 }
  const answers = explainLifetime(model, customer, 100)
  const part = (answer: keyof typeof answers, feature: string) =>
    answers[answer].reasons.find((reason) => reason.feature === feature)?.contribution ?? Number.NaN
  for (const answer of ['alive', 'orders', 'wait'] as const) expect(part(answer, 'meanSpend')).toBe(0)
  expect(part('spend', 'meanSpend')).toBeGreaterThan(0)
  expect(part('orders', 'purchaseCount')).toBeGreaterThan(0)
  expect(part('wait', 'purchaseCount')).toBeLessThan(0)
  expect(part('wait', 'silenceDays')).toBe(0)
})

test('the spend of the horizon and the wait to the next order fall within their bounds about as often as asked', () => {
  const random = createRandom('bounds')
  const rows = Array.from({ length: 1500 }, () => ({ own: random.gamma(4, 15), rate: random.gamma(0.7, 40) }))
  // Nobody leaves: orders at a rate of their own over 200 days and then 100 more, each Gamma(6, own).
  const drawn = rows.map(({ own, rate }) => {
    const past = random.poisson(200 * rate)
    const total = (count: number) => (count > 0 ? random.gamma(6 * count, own) : 0)
    return { past, meanSpend: past > 0 ? total(past) / past : 0, spend: total(random.poisson(100 * rate)) }
  })
  const column = (pick: (row: (typeof drawn)[number]) => number) => Float64Array.from(drawn, pick)
  const steady = {
    purchaseCount: column(({ past }) => past),
    recencyDays: column(({ past }) => (past > 0 ? (200 * past) / (past + 1) : 0)),
    ageDays: column(() => 200),
    meanSpend: column(({ meanSpend }) => meanSpend),
  }
  const fitted = fitLifetime(steady, { orderModel: 'beta-geometric' }, createRandom(1))
  const said = predictLifetime(fitted, steady, 100, 0.9, createRandom(2))
  const inside = drawn.filter(
    ({ spend }, row) => spend >= (said.spendLow[row] ?? 1) && spend <= (said.spendHigh[row] ?? 0),
  )
  expect(inside.length / drawn.length).toBeGreaterThan(0.87)
  expect(inside.length / drawn.length).toBeLessThan(0.98)
  const waits = rows.map(({ rate }) => random.exponential(rate))
  const waited = waits.filter(
    (wait, row) => wait >= (said.nextOrderDaysLow[row] ?? 1) && wait <= (said.nextOrderDaysHigh[row] ?? 0),
  )
  expect(waited.length / waits.length).toBeGreaterThan(0.87)
  expect(waited.length / waits.length).toBeLessThan(0.94)
})

test('a fit begun from a fit to much the same customers ends where one from every start does', () => {
  for (const orderModel of ['beta-geometric', 'pareto-nbd'] as const) {
    const settings = { orderModel, parameterDraws: 0 }
    const every = fitLifetime(summaries, settings, createRandom(1)).orders
    const half = selectSummaries(
      summaries,
      Uint32Array.from({ length: 1100 }, (_, row) => row),
    )
    const near = orderParameters(fitLifetime(half, settings, createRandom(1)).orders)
    const warm = fitLifetime(summaries, { ...settings, from: near }, createRandom(1)).orders
    expect(warm.logLikelihood).toBeCloseTo(every.logLikelihood, 4)
    for (const [place, parameter] of orderParameters(every).entries())
      expect((orderParameters(warm)[place] ?? 0) / parameter).toBeCloseTo(1, 2)
  }
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
    for (const column of Object.values(predictLifetime(fitted, extremes, 365, 0.9, createRandom(3))))
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
