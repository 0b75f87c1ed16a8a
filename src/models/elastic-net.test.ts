import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { type ElasticNetSettings, type ElasticNetStatistics, elasticNetLearner } from './elastic-net.ts'
import { contractOfLearner } from './learner.contract.ts'
import { plainScaling } from './linear-learner.ts'
import type { LinearCard } from './linear-model.ts'

contractOfLearner('elastic net of a given penalty', {
  learner: elasticNetLearner,
  settings: { ...elasticNetLearner.standard, mix: 0.5, penalty: 1e-3 },
  reaches: { amount: 0.99 },
  weightTolerance: 1e-5,
})
contractOfLearner('elastic net along its path', {
  learner: elasticNetLearner,
  settings: { ...elasticNetLearner.standard, mix: 0.5, penaltyCount: 6, foldCount: 3 },
  reaches: { amount: 0.99 },
  // Copies of a row may lie in two folds, so that the choice of the penalty differs.
  weightTolerance: 0.02,
})

const plain: ElasticNetSettings = { ...elasticNetLearner.standard, scaling: plainScaling }

async function learn(values: number[][], labels: ArrayLike<number>, settings: ElasticNetSettings) {
  const dataset = {
    featureNames: (values[0] ?? []).map((_, column) => `x${column}`),
    rowIds: values.map((_, row) => String(row)),
    values: Float64Array.from(values.flat()),
  }
  const model = await elasticNetLearner.fit({ kind: 'amount' }, { dataset, labels }, settings, {
    random: createRandom(2),
  })
  const card = model.save().card as LinearCard & { statistics: ElasticNetStatistics }
  return { weights: card.weights[0] ?? [], ...card.statistics }
}

test('by hand: at right angles a weight is its slope, less the penalty on its size, over one and the penalty on its square', async () => {
  const rows = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ]
  // Slopes 1.5 and 1: (1.5 − .4) / 1.4 and (1 − .4) / 1.4.
  const { weights } = await learn(rows, [5, 3, 2, 0], { ...plain, mix: 0.5, penalty: 0.8 })
  expect(weights[0]).toBeCloseTo(1.1 / 1.4, 8)
  expect(weights[1]).toBeCloseTo(0.6 / 1.4, 8)
})

test('of forty columns the three that were planted are found, and the chosen penalty errs least on held rows', async () => {
  const random = createRandom(7)
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 40 }, () => random.normal()))
  const labels = rows.map(([a = 0, b = 0, c = 0]) => 3 * a - 2 * b + c + random.normal())
  const found = await learn(rows, labels, { ...plain, mix: 1, penaltyCount: 20 })
  for (const [place, truth] of [3, -2, 1].entries()) expect(found.weights[place]).toBeCloseTo(truth, 0)
  const noise = found.weights.slice(3).map(Math.abs)
  expect(Math.max(...noise)).toBeLessThan(0.25)
  expect(noise.filter((weight) => weight === 0).length).toBeGreaterThan(10)
  expect(found.path).toHaveLength(20)
  const best = Math.min(...found.path.map(({ heldError }) => heldError))
  expect(found.path.find(({ penalty }) => penalty === found.penalty)?.heldError).toBe(best)
  expect(best).toBeGreaterThan(0.8)
  expect(best).toBeLessThan(1.4)
})

test('too few rows to choose on and impossible settings are told in words', async () => {
  const rows = [[1], [2], [3]]
  await expect(learn(rows, [1, 2, 3], plain)).rejects.toThrow(/too few to choose a penalty/)
  await expect(learn(rows, [1, 2, 3], { ...plain, mix: 2 })).rejects.toThrow(/mix must be in 0..1/)
})
