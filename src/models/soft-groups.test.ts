import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { assignInterestGroups, fitInterestGroups } from './interest-groups.ts'
import { fitSoftGroups, overlapOfGroups, softMemberships } from './soft-groups.ts'

/** Two tastes that run into each other and one far off. */
function drawShoppers(count: number, seed: number) {
  const random = createRandom(seed)
  const rows = Array.from({ length: count }, (_, row) => {
    const x = [0, 3, 14][row % 3] ?? 0
    return [x + random.normal(), 2 - x + 2 * random.normal(), 0.5 * x + random.normal()]
  })
  return {
    featureNames: ['a', 'b', 'c'],
    rowIds: rows.map((_, row) => `s${row}`),
    values: Float64Array.from(rows.flat()),
  }
}

test('neighbouring groups run into each other, a far one into none, and components keep the numbers of their groups', () => {
  const dataset = drawShoppers(600, 1)
  const groups = fitInterestGroups(dataset, { groupCounts: [3] }, createRandom(2))
  const model = fitSoftGroups(groups, dataset, createRandom(3))
  const memberships = softMemberships(model, dataset)
  for (let row = 0; row < 600; row++)
    expect([0, 1, 2].reduce((sum, group) => sum + (memberships[3 * row + group] ?? 0), 0)).toBeCloseTo(1, 9)
  const { groups: assigned } = assignInterestGroups(groups, dataset)
  const overlap = overlapOfGroups(memberships, assigned, 3)
  const far = assigned[2] ?? 0
  const [near, next] = [assigned[0] ?? 0, 3 - far - (assigned[0] ?? 0)]
  for (const [own, row] of overlap.entries()) expect(row[own]).toBeGreaterThan(0.6)
  expect(overlap[far]?.[far]).toBeGreaterThan(0.99)
  expect(overlap[near]?.[next]).toBeGreaterThan(0.03)
  expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  expect(model.trials.map(({ covariance }) => covariance)).toEqual(['diagonal', 'full'])
  expect(model.mixture.bic).toBe(Math.min(...model.trials.map(({ bic }) => bic)))
})
