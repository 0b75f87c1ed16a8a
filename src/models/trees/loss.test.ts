import { expect, test } from 'vitest'
import { createRandom } from '../../math/random.ts'
import { createLoss } from './create-loss.ts'
import type { BoostingObjective, LossOptions } from './loss.ts'

function optionsOf(objective: BoostingObjective): LossOptions {
  return { objective, classCount: 3, tweediePower: 1.4, rankCount: 10 }
}

function plain(labels: readonly number[], weights?: readonly number[]) {
  return { labels, weights, queries: undefined }
}

const smooth: readonly [BoostingObjective, (draw: () => number) => number][] = [
  ['logistic', (draw) => Math.floor(2 * draw())],
  ['squared_error', (draw) => 4 * draw() - 2],
  ['poisson', (draw) => Math.floor(5 * draw())],
  ['gamma', (draw) => 0.1 + 5 * draw()],
  ['tweedie', (draw) => Math.max(0, 6 * draw() - 3)],
  ['softmax', (draw) => Math.floor(3 * draw())],
]

test.each(smooth)('gradients of %s are those of its mean loss, by finite differences', (objective, label) => {
  const random = createRandom(objective)
  const labels = Array.from({ length: 7 }, () => label(random.next))
  const weights = labels.map(() => 0.5 + random.next())
  const outputs = objective === 'softmax' ? 3 : 1
  const loss = createLoss(optionsOf(objective), plain(labels, weights))
  const margins = Float64Array.from({ length: 7 * outputs }, () => random.normal())
  const derivatives = { gradients: new Float64Array(7 * outputs), hessians: new Float64Array(7 * outputs) }
  loss.differentiate(margins, derivatives)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  // Squared error is told whole and its gradient halved, as usual.
  const factor = objective === 'squared_error' ? 0.5 : 1
  for (const place of margins.keys()) {
    const at = (step: number) => factor * total * loss.mean(margins.with(place, (margins[place] ?? 0) + step))
    expect(derivatives.gradients[place]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5)
    const curve = (at(1e-4) - 2 * at(0) + at(-1e-4)) / 1e-8
    const shrunk = objective === 'softmax' ? 2 / 3 : 1
    expect((derivatives.hessians[place] ?? 0) * shrunk).toBeCloseTo(curve, 4)
  }
})

test.each(smooth)('no other constant has less loss than the best one of %s', (objective, label) => {
  const random = createRandom(`best ${objective}`)
  const labels = [
    ...Array.from({ length: 9 }, () => label(random.next)),
    ...[0, 1, 2].slice(0, objective === 'softmax' ? 3 : 0),
  ]
  const loss = createLoss(optionsOf(objective), plain(labels))
  const best = loss.bestConstants()
  const lossAt = (output: number, step: number) =>
    loss.mean(
      Float64Array.from(
        best.flatMap((margin, each) => labels.map(() => margin + (each === output ? step : 0))),
      ),
    )
  for (const output of best.keys()) {
    expect(lossAt(output, 0.01)).toBeGreaterThan(lossAt(output, 0))
    expect(lossAt(output, -0.01)).toBeGreaterThan(lossAt(output, 0))
  }
})

test('a pair in the wrong order is pushed apart by what nDCG would gain', () => {
  const rows = { labels: [0, 1], weights: undefined, queries: ['a', 'a'] }
  const loss = createLoss(optionsOf('ranking'), rows)
  const derivatives = { gradients: new Float64Array(2), hessians: new Float64Array(2) }
  loss.differentiate(Float64Array.of(0, 0), derivatives)
  // |ΔnDCG| = 1 − 1 / log₂ 3, half of it pushes either row; the sum of both pushes S is scaled to log₂(1 + S).
  const worth = 1 - 1 / Math.log2(3)
  expect(derivatives.gradients[1]).toBeCloseTo(-0.5 * Math.log2(1 + worth), 12)
  expect(derivatives.gradients[0]).toBeCloseTo(0.5 * Math.log2(1 + worth), 12)
  expect(derivatives.hessians[0]).toBeCloseTo(0.25 * Math.log2(1 + worth), 12)
  expect(loss.mean(Float64Array.of(0, 1))).toBe(0)
  expect(loss.mean(Float64Array.of(1, 0))).toBeCloseTo(worth, 12)
})

test('the nDCG of one list is Wikipedia’s: 3 2 3 0 1 2 with gains of 2^grade − 1', () => {
  const grades = [3, 2, 3, 0, 1, 2]
  const loss = createLoss(optionsOf('ranking'), {
    labels: grades,
    weights: undefined,
    queries: grades.map(() => 'query'),
  })
  const dcg = (list: readonly number[]) =>
    list.reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0)
  expect(dcg(grades)).toBeCloseTo(13.848, 3)
  const said = loss.mean(Float64Array.from(grades, (_, row) => -row))
  expect(1 - said).toBeCloseTo(dcg(grades) / dcg([3, 3, 2, 2, 1, 0]), 12)
})

test('queries whose rows are all alike teach nothing, and rows of one query must stand together', () => {
  const alike = createLoss(optionsOf('ranking'), {
    labels: [1, 1, 0, 2],
    weights: undefined,
    queries: ['a', 'a', 'b', 'b'],
  })
  const derivatives = { gradients: new Float64Array(4), hessians: new Float64Array(4) }
  alike.differentiate(new Float64Array(4), derivatives)
  expect(derivatives.gradients.slice(0, 2)).toEqual(new Float64Array(2))
  expect(derivatives.gradients[3]).toBeLessThan(0)
  const parted = { labels: [1, 0, 1], weights: undefined, queries: ['a', 'b', 'a'] }
  expect(() => createLoss(optionsOf('ranking'), parted)).toThrow('next to each other')
})
