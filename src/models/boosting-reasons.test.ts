import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { type BoostingModel, fitBoosting, predictBoosting } from './boosting.ts'
import { explainBoosting } from './boosting-reasons.ts'
import { goesLeft, type TreeNode } from './trees/tree.ts'

const width = 4

/** What a tree says when only some features are known: unknown ones follow both branches by their rows. */
function answerKnowing(node: TreeNode, row: readonly number[], known: ReadonlySet<number>): number {
  if (node.kind === 'leaf') return node.value
  if (known.has(node.column)) {
    const next = goesLeft(node, row[node.column] ?? Number.NaN) ? node.left : node.right
    return answerKnowing(next, row, known)
  }
  const [left, right] = [answerKnowing(node.left, row, known), answerKnowing(node.right, row, known)]
  return (node.left.cover * left + node.right.cover * right) / node.cover
}

/** Shapley's definition: over all sets of the other features. */
function shapleyValue(model: BoostingModel, row: readonly number[], feature: number): number {
  const weights = [1 / 4, 1 / 12, 1 / 12, 1 / 4]
  let sum = 0
  for (let set = 0; set < 2 ** width; set++) {
    if ((set >> feature) & 1) continue
    const known = new Set(Array.from({ length: width }, (_, column) => column).filter((c) => (set >> c) & 1))
    const without = model.trees.reduce((total, tree) => total + answerKnowing(tree, row, known), 0)
    const size = known.size
    known.add(feature)
    const gain = model.trees.reduce((total, tree) => total + answerKnowing(tree, row, known), 0) - without
    sum += gain * (weights[size] ?? 0)
  }
  return sum
}

function fitSmall(seed: number): { model: BoostingModel; rows: number[][] } {
  const random = createRandom(seed)
  const rows = Array.from({ length: 80 }, () => [
    random.integer(5),
    random.normal(),
    random.next() < 0.3 ? Number.NaN : random.normal(),
    random.normal(),
  ])
  const labels = rows.map(([a = 0, b = 0]) => (random.next() < 1 / (1 + Math.exp(-b * (a - 2))) ? 1 : 0))
  const data = {
    featureNames: ['a', 'b', 'c', 'd'],
    rowIds: rows.map(String),
    values: Float64Array.from(rows.flat()),
  }
  const options = {
    objective: 'logistic',
    treeCount: 4,
    learningRate: 0.5,
    maxDepth: 6,
    minChildWeight: 0.1,
  } as const
  return { model: fitBoosting(data, labels, { ...options, categorical: ['a'] }, random), rows }
}

test('contributions are Shapley values by their definition, and with the base sum to the margin', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const { model, rows } = fitSmall(seed)
      const [row = []] = rows
      const data = { featureNames: model.featureNames, rowIds: ['x'], values: Float64Array.from(row) }
      const { base, contributions } = explainBoosting(model, data)
      const [reasons = []] = contributions
      for (const [column, feature] of model.featureNames.entries()) {
        const found = reasons.find((reason) => reason.feature === feature)?.contribution ?? 0
        expect(found).toBeCloseTo(shapleyValue(model, row, column), 9)
      }
      const margin = reasons.reduce((sum, { contribution }) => sum + contribution, base)
      expect(1 / (1 + Math.exp(-margin))).toBeCloseTo(predictBoosting(model, data)[0] ?? Number.NaN, 10)
    }),
    { numRuns: 40 },
  )
})

test('contributions over the training rows of a tree average to nothing', () => {
  const { model, rows } = fitSmall(3)
  const data = {
    featureNames: model.featureNames,
    rowIds: rows.map(String),
    values: Float64Array.from(rows.flat()),
  }
  const { base, contributions } = explainBoosting(model, data)
  const margins = contributions.map((reasons) => reasons.reduce((sum, each) => sum + each.contribution, base))
  expect(margins.reduce((sum, margin) => sum + margin, 0) / margins.length).toBeCloseTo(base, 9)
})
