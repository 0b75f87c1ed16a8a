import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { bootstrapByCounts } from './bootstrap.ts'
import { qiniArea, qiniCurve, rankedQiniArea, rankUplift } from './uplift.ts'

// Two treated and two control among the first four, who all answered when treated; nobody else did.
const rows = { outcomes: [1, 0, 1, 0, 0, 0, 0, 0], treatments: [1, 0, 1, 0, 1, 0, 1, 0] }
const scores = [8, 7, 6, 5, 4, 3, 2, 1]

test('the Qini curve of eight people is the one drawn by hand', () => {
  expect(qiniCurve(rows, scores)).toEqual([
    { share: 0, gain: 0 },
    { share: 1 / 8, gain: 1 / 8 },
    { share: 2 / 8, gain: 1 / 8 },
    { share: 3 / 8, gain: 2 / 8 },
    { share: 4 / 8, gain: 2 / 8 },
    { share: 5 / 8, gain: 2 / 8 },
    { share: 6 / 8, gain: 2 / 8 },
    { share: 7 / 8, gain: 2 / 8 },
    { share: 1, gain: 2 / 8 },
  ])
  // Trapezoids of width 1/8: ½ + 1 + 3/2 + 5 · 2 eighths of an eighth, less the triangle ½ · ¼.
  expect(qiniArea(rows, scores)).toBeCloseTo((0.5 + 1 + 1.5 + 10) / 64 - 1 / 8, 12)
})

test('people of one score come in together: no order, no area; the reverse order has less than none', () => {
  expect(
    qiniArea(
      rows,
      scores.map(() => 1),
    ),
  ).toBeCloseTo(0, 12)
  expect(
    qiniArea(
      rows,
      scores.map((score) => -score),
    ),
  ).toBeLessThan(0)
})

test('the control counts up to as many as are treated', () => {
  const uneven = { outcomes: [1, 1, 0, 0, 0, 0], treatments: [1, 0, 0, 0, 1, 0] }
  const [, first, , , , , last] = qiniCurve(uneven, [6, 5, 4, 3, 2, 1])
  expect(first).toEqual({ share: 1 / 6, gain: 1 / 6 })
  // One of four of the control answered: half an answer among as many as the two treated.
  expect(last?.gain).toBeCloseTo((1 - 0.5) / 6, 12)
  expect(qiniArea({ outcomes: [1, 0], treatments: [1, 1] }, [1, 2])).toBeNaN()
})

test('a resample by counts is the same as the rows repeated', () => {
  const random = createRandom('counts')
  const times = Array.from({ length: 8 }, () => random.integer(3))
  const repeated = times.flatMap((count, row) => Array.from({ length: count }, () => row))
  const pick = (list: readonly number[]) => repeated.map((row) => list[row] ?? 0)
  const expected = qiniArea(
    { outcomes: pick(rows.outcomes), treatments: pick(rows.treatments) },
    pick(scores),
  )
  expect(rankedQiniArea(rankUplift(rows, scores), times)).toBeCloseTo(expected, 12)
})

test('a bootstrap by strata draws as many of each arm as it has', () => {
  const strata = [1, 0, 0, 1, 0, 0, 0]
  const drawn: number[] = []
  bootstrapByCounts(
    7,
    (times) => {
      drawn.push((times[0] ?? 0) + (times[3] ?? 0))
      return [times.reduce((sum, count) => sum + count, 0)]
    },
    createRandom(1),
    { strata, resamples: 50 },
  )
  expect(new Set(drawn)).toEqual(new Set([2]))
})
