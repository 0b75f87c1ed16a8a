import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { fitBoosting, predictBoosting } from './boosting.ts'
import { explainBoostingByPath } from './boosting-path-reasons.ts'
import { explainBoosting } from './boosting-reasons.ts'

function drawRows(count: number, seed: number) {
  const random = createRandom(seed)
  const values = Float64Array.from({ length: 3 * count }, () => random.normal())
  const dataset = {
    featureNames: ['strong', 'weak', 'idle'],
    rowIds: Array.from({ length: count }, (_, row) => `row-${row}`),
    values,
  }
  const labels = Float64Array.from(
    dataset.rowIds,
    (_, row) => 3 * (values[3 * row] ?? 0) + (values[3 * row + 1] ?? 0),
  )
  return { dataset, labels }
}

test('of one split the whole step is its feature’s: the leaf less the mean of all', () => {
  const dataset = { featureNames: ['x'], rowIds: ['a', 'b', 'c', 'd'], values: Float64Array.of(0, 0, 0, 1) }
  const options = { objective: 'squared_error', treeCount: 1, learningRate: 1, l2: 0, maxLeaves: 2 } as const
  const model = fitBoosting(dataset, Float64Array.of(2, 2, 2, 10), options, createRandom(1))
  const { base, contributions } = explainBoostingByPath(model, dataset)
  expect(base).toBeCloseTo(4, 9)
  expect(contributions.map((row) => row[0]?.contribution)).toEqual(
    [-2, -2, -2, 6].map((each) => expect.closeTo(each, 9)),
  )
})

test('with the base they sum to the score, as the exact values do, and name the same feature first', () => {
  const { dataset, labels } = drawRows(150, 3)
  const model = fitBoosting(dataset, labels, { objective: 'squared_error', treeCount: 20 }, createRandom(1))
  const predicted = predictBoosting(model, dataset)
  const [quick, exact] = [explainBoostingByPath(model, dataset), explainBoosting(model, dataset)]
  expect(quick.base).toBeCloseTo(exact.base, 9)
  let agreeing = 0
  for (const [row, own] of quick.contributions.entries()) {
    const sum = own.reduce((total, { contribution }) => total + contribution, quick.base)
    expect(sum).toBeCloseTo(predicted[row] ?? Number.NaN, 9)
    if (own[0]?.feature === exact.contributions[row]?.[0]?.feature) agreeing++
  }
  expect(agreeing / 150).toBeGreaterThan(0.9)
})
