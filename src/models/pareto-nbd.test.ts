import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { sumOf } from './lifetime-purchases.ts'
import {
  fitParetoNbd,
  paretoNbdAlive,
  paretoNbdExpected,
  paretoNbdLogLikelihood,
  paretoNbdTail,
} from './pareto-nbd.ts'

const unit = { r: 1, alpha: 1, s: 1, beta: 1 }
const published = { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 }

test('with exponential priors the case of one silent unit of time is worked by hand', () => {
  // L = 1 / 4 + ∫ (1 + τ)^−3 dτ over 0..1 = 1 / 4 + 3 / 8
  const silent = { purchaseCount: 0, recencyDays: 0, ageDays: 1, customerCount: 1 }
  expect(paretoNbdLogLikelihood(unit, [silent])).toBeCloseTo(Math.log(5 / 8), 12)
  expect(paretoNbdAlive(unit, silent)).toBeCloseTo(0.4, 12)
  expect(paretoNbdExpected(unit, { ...silent, ageDays: 0 }, 3)).toBeCloseTo(Math.log(4), 12)
})

test('the likelihood equals its defining integral on both sides of alpha = beta', () => {
  const history = { purchaseCount: 3, recencyDays: 11, ageDays: 38, customerCount: 1 }
  for (const parameters of [published, { ...published, beta: 2 }, { ...published, beta: 10.578 }]) {
    const { r, alpha, s, beta } = parameters
    const density = (time: number) => (alpha + time) ** -(r + 3) * (beta + time) ** -(s + 1)
    const steps = 20_000
    let left = 0
    for (let step = 0; step < steps; step++) left += (density(11 + (27 * (step + 0.5)) / steps) * 27) / steps
    const stayed = (alpha + 38) ** -(r + 3) * (beta + 38) ** -s
    const rising = Math.log(r * (r + 1) * (r + 2))
    const direct = rising + r * Math.log(alpha) + s * Math.log(beta) + Math.log(stayed + s * left)
    expect(paretoNbdLogLikelihood(parameters, [history])).toBeCloseTo(direct, 7)
    expect(paretoNbdAlive(parameters, history)).toBeCloseTo(stayed / (stayed + s * left), 7)
  }
})

test('a customer who bought at the cut is alive, one long silent after many orders is not', () => {
  expect(paretoNbdAlive(published, { purchaseCount: 5, recencyDays: 38, ageDays: 38 })).toBe(1)
  expect(paretoNbdAlive(published, { purchaseCount: 300, recencyDays: 20, ageDays: 380 })).toBeLessThan(1e-9)
})

test('the mean of the distribution of purchases is the closed form', () => {
  for (const [purchaseCount, ageDays, horizon] of [
    [0, 0, 39],
    [2, 38.86, 39],
    [29, 38.86, 200],
    [500, 38.86, 1000],
  ] as const) {
    const history = { purchaseCount, recencyDays: ageDays * 0.9, ageDays }
    const tail = sumOf(paretoNbdTail(published, history, horizon))
    const ratio = (paretoNbdAlive(published, history) * tail) / paretoNbdExpected(published, history, horizon)
    expect(ratio).toBeCloseTo(1, 5)
  }
})

test('a fit recovers a planted shop', () => {
  const random = createRandom('planted shop')
  const histories = Array.from({ length: 8000 }, () => {
    const [rate, leave] = [random.gamma(0.6, 8), random.gamma(0.8, 20)]
    const until = Math.min(52, random.exponential(leave))
    const times: number[] = []
    for (let time = random.exponential(rate); time <= until; time += random.exponential(rate))
      times.push(time)
    return { x: times.length, recency: times.at(-1) ?? 0, isAlive: until === 52 }
  })
  const model = fitParetoNbd({
    purchaseCount: Float64Array.from(histories, ({ x }) => x),
    recencyDays: Float64Array.from(histories, ({ recency }) => recency),
    ageDays: new Float64Array(histories.length).fill(52),
  })
  expect(Math.abs(Math.log(model.r / 0.6))).toBeLessThan(0.15)
  expect(Math.abs(Math.log(model.r / model.alpha / (0.6 / 8)))).toBeLessThan(0.12)
  const alive = histories.reduce(
    (sum, { x, recency }) =>
      sum + paretoNbdAlive(model, { purchaseCount: x, recencyDays: recency, ageDays: 52 }),
    0,
  )
  expect(Math.abs(alive / histories.filter(({ isAlive }) => isAlive).length - 1)).toBeLessThan(0.08)
})
