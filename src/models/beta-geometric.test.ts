import { expect, test } from 'vitest'
import { lnHypergeometric } from '../math/hypergeometric.ts'
import { createRandom } from '../math/random.ts'
import {
  betaGeometricAlive,
  betaGeometricExpected,
  betaGeometricLogLikelihood,
  betaGeometricTail,
  fitBetaGeometric,
} from './beta-geometric.ts'

const published = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }
const flat = { r: 1, alpha: 1, a: 1, b: 1 }

test('with flat priors the expected purchases of a new customer are ln(1 + t)', () => {
  // λ ~ Exp(1), p ~ U(0, 1): ∫ (1 − 1 / (1 + p t)) / p dp over 0..1.
  const newcomer = { purchaseCount: 0, recencyDays: 0, ageDays: 0 }
  expect(betaGeometricExpected(flat, newcomer, 3)).toBeCloseTo(Math.log(4), 9)
})

test('with flat priors one purchase at once and then silence leave one chance in five', () => {
  // odds of having left: a / (b + x − 1) · ((alpha + T) / (alpha + t_x))^(r + x) = 2²
  expect(betaGeometricAlive(flat, { purchaseCount: 1, recencyDays: 0, ageDays: 1 })).toBeCloseTo(0.2, 12)
  expect(betaGeometricAlive(flat, { purchaseCount: 0, recencyDays: 0, ageDays: 9 })).toBe(1)
})

test('with flat priors the likelihood of one silent customer is 1 / (1 + T)', () => {
  const silent = { purchaseCount: 0, recencyDays: 0, ageDays: 3, customerCount: 2 }
  expect(betaGeometricLogLikelihood(flat, [silent])).toBeCloseTo(2 * Math.log(1 / 4), 12)
})

test('the example of Fader, Hardie & Lee (2005) is met: 1.226 purchases', () => {
  const customer = { purchaseCount: 2, recencyDays: 30.43, ageDays: 38.86 }
  expect(betaGeometricExpected(published, customer, 39)).toBeCloseTo(1.226, 3)
})

test('the series of positive terms equals equation 10 of the paper', () => {
  const { r, alpha, a, b } = published
  for (const [x, recencyDays, ageDays, time] of [
    [0, 0, 20, 39],
    [1, 5, 38, 10],
    [7, 30, 38, 39],
    [29, 38, 38.86, 100],
  ] as const) {
    const history = { purchaseCount: x, recencyDays, ageDays }
    const gauss = lnHypergeometric(r + x, b + x, a + b + x - 1, time / (alpha + ageDays + time))
    const shrink = (r + x) * Math.log((alpha + ageDays) / (alpha + ageDays + time))
    const whole = ((a + b + x - 1) / (a - 1)) * (1 - Math.exp(shrink + gauss))
    const expected = whole * betaGeometricAlive(published, history)
    expect(betaGeometricExpected(published, history, time) / expected).toBeCloseTo(1, 8)
  }
})

type Shopper = { readonly rate: number; readonly leave: number }

/** Times of repeat purchases of a shopper up to `until`. */
function buy({ rate, leave }: Shopper, until: number, random: ReturnType<typeof createRandom>): number[] {
  const times: number[] = []
  for (let time = random.exponential(rate); time <= until; time += random.exponential(rate)) {
    times.push(time)
    if (random.next() < leave) break
  }
  return times
}

function drawShopper(random: ReturnType<typeof createRandom>): Shopper {
  const [left, right] = [random.gamma(0.8, 1), random.gamma(2.4, 1)]
  return { rate: random.gamma(0.6, 8), leave: left / (left + right) }
}

test('a fit recovers a planted shop and its future orders', () => {
  const random = createRandom('planted shop')
  const histories = Array.from({ length: 6000 }, () => {
    const times = buy(drawShopper(random), 78, random)
    const past = times.filter((time) => time <= 39)
    return { x: past.length, recency: past.at(-1) ?? 0, future: times.length - past.length }
  })
  const model = fitBetaGeometric({
    purchaseCount: Float64Array.from(histories, ({ x }) => x),
    recencyDays: Float64Array.from(histories, ({ recency }) => recency),
    ageDays: new Float64Array(histories.length).fill(39),
  })
  expect(Math.abs(Math.log(model.r / 0.6))).toBeLessThan(0.12)
  expect(Math.abs(Math.log(model.alpha / 8))).toBeLessThan(0.15)
  expect(Math.abs(model.a / (model.a + model.b) - 0.25)).toBeLessThan(0.03)
  const actual = histories.reduce((sum, { future }) => sum + future, 0)
  const expected = histories.reduce(
    (sum, { x, recency }) =>
      sum + betaGeometricExpected(model, { purchaseCount: x, recencyDays: recency, ageDays: 39 }, 39),
    0,
  )
  expect(Math.abs(expected / actual - 1)).toBeLessThan(0.05)
})

test('the distribution of purchases is the one that simulated newcomers have', () => {
  const random = createRandom('newcomers')
  const counts = Array.from({ length: 20_000 }, () => buy(drawShopper(random), 39, random).length)
  const newcomer = { purchaseCount: 0, recencyDays: 0, ageDays: 0 }
  const tail = betaGeometricTail({ r: 0.6, alpha: 8, a: 0.8, b: 2.4 }, newcomer, 39)
  for (const least of [1, 2, 5, 10]) {
    const share = counts.filter((count) => count >= least).length / counts.length
    expect(Math.abs((tail[least - 1] ?? 0) - share)).toBeLessThan(0.011)
  }
})
