import { expect, test } from 'vitest'
import { createRandom, type Random } from '../math/random.ts'
import {
  type PastBounds,
  type PastEvents,
  pastAmountBounds,
  pastChanceBounds,
  pastCountBounds,
  pastRateBounds,
  pastWaitBounds,
} from './past-rate-interval.ts'

const once = (count: number, days: number): PastEvents => ({
  count: Float64Array.of(count),
  days: Float64Array.of(days),
})

test('the bounds of a rate are half the critical values of χ² (NIST/SEMATECH 1.3.6.7.4): five events, one day', () => {
  // 3.816 and 21.920 at eleven degrees of freedom.
  const { low, high } = pastRateBounds(once(5, 1), 1)
  expect(low[0]).toBeCloseTo(3.816 / 2, 3)
  expect(high[0]).toBeCloseTo(21.92 / 2, 3)
  const later = pastRateBounds(once(5, 50), 25)
  expect(later.high[0]).toBeCloseTo((high[0] ?? 0) / 2, 9)
})

test('who never came is told from 0 to what was not likely missed, 5.024/2 over the days, and the chance with it', () => {
  const { low, high } = pastRateBounds(once(0, 100), 30)
  expect(low[0]).toBe(0)
  expect(high[0]).toBeCloseTo((5.024 / 2) * 0.3, 3)
  const chance = pastChanceBounds(once(0, 100), 30)
  expect(chance.low[0]).toBe(0)
  expect(chance.high[0]).toBeCloseTo(1 - Math.exp(-(high[0] ?? 0)), 12)
})

test('the count to come, worked by hand: after none in as many days as the horizon, 0 has the chance √½', () => {
  // Γ(½) and p = ½: P(0) = √½ = .707, P(1) = .177, P(2) = .066, P(3) = .028: together .978.
  const { low, high } = pastCountBounds(once(0, 30), 30)
  expect([low[0], high[0]]).toEqual([0, 3])
})

test('the wait, worked by hand: after one event and a half', () => {
  const { low, high } = pastWaitBounds(once(1, 10))
  expect(low[0]).toBeCloseTo(10 * (0.975 ** (-2 / 3) - 1), 9)
  expect(high[0]).toBeCloseTo(10 * (0.025 ** (-2 / 3) - 1), 9)
})

test('a missing past says nothing, and an amount without a past event neither; days under one are one', () => {
  for (const read of [pastRateBounds, pastCountBounds, pastChanceBounds])
    expect(read(once(Number.NaN, 10), 30).high[0]).toBeNaN()
  expect(pastWaitBounds(once(Number.NaN, 1)).low[0]).toBeNaN()
  expect(pastAmountBounds(once(0, 10), Float64Array.of(0), 30).high[0]).toBeNaN()
  expect(pastRateBounds(once(3, 0), 30)).toEqual(pastRateBounds(once(3, 1), 30))
})

/** People whose rates Jeffreys' own law might have drawn: many slow, few fast; the past and what came of them. */
function shop(count: number, random: Random) {
  const people = Array.from({ length: count }, () => {
    const [days, horizonDays] = [50 + random.integer(300), 60]
    const rate = 0.002 + 0.05 * random.next() ** 3
    const mean = 5 + 50 * random.next()
    const past = visits(rate, days, mean, random)
    const coming = visits(rate, horizonDays, mean, random)
    return { days, rate: rate * horizonDays, past, coming }
  })
  const columnOf = (read: (person: (typeof people)[number]) => number) => Float64Array.from(people, read)
  return {
    past: { count: columnOf(({ past }) => past.count), days: columnOf(({ days }) => days) },
    amount: columnOf(({ past }) => past.amount),
    rate: columnOf(({ rate }) => rate),
    count: columnOf(({ coming }) => coming.count),
    coming: columnOf(({ coming }) => coming.amount),
    wait: columnOf(({ coming }) => coming.firstDay),
  }
}

function visits(rate: number, days: number, mean: number, random: Random) {
  const waitOf = () => -Math.log(1 - random.next())
  let [count, amount] = [0, 0]
  const firstDay = waitOf() / rate
  for (let day = firstDay; day <= days; day += waitOf() / rate) {
    count++
    amount += mean * waitOf()
  }
  return { count, amount, firstDay }
}

function coverage(values: Float64Array, { low, high }: PastBounds): number {
  const told = [...values.keys()].filter((row) => Number.isFinite(high[row]))
  const held = told.filter((row) => {
    const value = values[row] ?? Number.NaN
    return value >= (low[row] ?? Number.NaN) && value <= (high[row] ?? Number.NaN)
  })
  return held.length / told.length
}

test('of 4,000 people with known rates the bounds hold what they are to hold, about 95 in 100', () => {
  const { past, amount, rate, count, coming, wait } = shop(4_000, createRandom(5))
  expect(coverage(rate, pastRateBounds(past, 60))).toBeGreaterThan(0.93)
  expect(coverage(rate, pastRateBounds(past, 60))).toBeLessThan(0.985)
  expect(coverage(count, pastCountBounds(past, 60))).toBeGreaterThan(0.94)
  expect(coverage(wait, pastWaitBounds(past))).toBeGreaterThan(0.93)
  expect(coverage(wait, pastWaitBounds(past))).toBeLessThan(0.98)
  expect(coverage(coming, pastAmountBounds(past, amount, 60))).toBeGreaterThan(0.93)
  expect(coverage(coming, pastAmountBounds(past, amount, 60))).toBeLessThan(0.995)
})
