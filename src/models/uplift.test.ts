import { expect, test } from 'vitest'
import { qiniArea } from '../math/metrics/uplift.ts'
import { createRandom } from '../math/random.ts'
import { boostingLearner } from './boosting-learner.ts'
import type { FittedModel, Learner, LearningRows } from './learner.ts'
import { fitUplift, type TreatedLearningRows, type UpliftMethod } from './uplift.ts'

const featureNames = ['mover', 'level', 'noise']
const methods: readonly UpliftMethod[] = ['transformed_outcome', 't_learner', 'x_learner']

/** Chances whose level depends on one column and whose effect on another: .15 where `mover` is above 0, else 0. */
function drawTrial(rowCount: number, seed: string, treatedShare: number) {
  const random = createRandom(seed)
  const rows = Array.from({ length: rowCount }, () => [random.normal(), random.normal(), random.normal()])
  const treatments = rows.map(() => Number(random.next() < treatedShare))
  const effects = rows.map(([mover = 0]) => (mover > 0 ? 0.15 : 0))
  const labels = rows.map(([, level = 0], row) => {
    const chance = (level > 0 ? 0.6 : 0.2) + (treatments[row] ?? 0) * (effects[row] ?? 0)
    return Number(random.next() < chance)
  })
  const dataset = {
    featureNames,
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
  return { dataset, labels, treatments, effects }
}

const stumps = {
  learner: boostingLearner,
  settings: { maxDepth: 1, maxLeaves: 2, treeCount: 60, learningRate: 0.1, minChildWeight: 20 },
}

test.each(methods)('%s finds who is moved, by how much, and not who acts anyway', async (method) => {
  const trial = drawTrial(6000, 'trial', 0.3)
  const fresh = drawTrial(4000, 'fresh', 0.5)
  const options = { method, task: { kind: 'chance' }, outcome: stumps, effect: stumps } as const
  await using model = await fitUplift(trial, options, { random: createRandom(1) })
  const said = await model.predict(fresh.dataset)
  const error =
    said.reduce((sum, value, row) => sum + Math.abs(value - (fresh.effects[row] ?? 0)), 0) / said.length
  expect(error).toBeLessThan(0.06)
  const rows = { outcomes: fresh.labels, treatments: fresh.treatments }
  const best = qiniArea(rows, fresh.effects)
  expect(qiniArea(rows, said)).toBeGreaterThan(0.7 * best)
  await using response = await boostingLearner.fit({ kind: 'chance' }, trial, stumps.settings, {
    random: createRandom(1),
  })
  expect(qiniArea(rows, await response.predict(fresh.dataset))).toBeLessThan(0.5 * best)
})

/** Learns the mean of what it is given, and keeps the labels that it saw. */
function createMeanLearner(seen: number[][]): Learner<object> {
  const fitted = (mean: number): FittedModel => ({
    kind: 'mean',
    featureNames: ['x'],
    predict: async ({ rowIds }) => new Float64Array(rowIds.length).fill(mean),
    save: () => ({ kind: 'mean', formatVersion: 1, featureNames: ['x'], card: { mean }, parts: {} }),
    async [Symbol.asyncDispose]() {},
  })
  return {
    kind: 'mean',
    tasks: ['amount'],
    standard: {},
    async fit(_, { labels }: LearningRows) {
      seen.push(Array.from(labels))
      return fitted(Array.from(labels).reduce((sum, label) => sum + label, 0) / labels.length)
    },
    load: () => Promise.reject(new Error('nothing is kept')),
  }
}

const three: TreatedLearningRows = {
  dataset: { featureNames: ['x'], rowIds: ['a', 'b', 'c', 'd'], values: Float64Array.of(0, 0, 0, 0) },
  labels: [4, 8, 3, 5],
  treatments: [1, 0, 0, 0],
}

test('what each method hands its learner is as the papers have it', async () => {
  const learn = async (method: UpliftMethod) => {
    const seen: number[][] = []
    const mean = { learner: createMeanLearner(seen), settings: {} }
    const options = { method, task: { kind: 'amount' }, outcome: mean, effect: mean } as const
    await using model = await fitUplift(three, options, { random: createRandom(1) })
    return { seen, effect: (await model.predict(three.dataset))[0] ?? Number.NaN }
  }
  // A quarter is treated: an outcome counts 4-fold there, −4/3-fold elsewhere.
  const transformed = await learn('transformed_outcome')
  expect(transformed.seen).toEqual([[16, -8 / 0.75, -3 / 0.75, -5 / 0.75]])
  // Means of the arms: 16/3 and 4.
  const t = await learn('t_learner')
  expect(t.effect).toBeCloseTo(4 - 16 / 3, 12)
  const x = await learn('x_learner')
  expect(x.seen[2]?.[0]).toBeCloseTo(4 - 16 / 3, 12)
  expect(x.seen[3]).toEqual([4 - 8, 4 - 3, 4 - 5])
  expect(x.effect).toBeCloseTo(4 - 16 / 3, 12)
})

test('arms that are not there, or not told, are refused', async () => {
  const options = { method: 't_learner', task: { kind: 'chance' }, outcome: stumps, effect: stumps } as const
  const control = { random: createRandom(1) }
  await expect(fitUplift({ ...three, treatments: [1, 1, 1, 1] }, options, control)).rejects.toThrow(
    'beside people',
  )
  await expect(fitUplift({ ...three, treatments: [1, 0, 2, 1] }, options, control)).rejects.toThrow(
    'treated (1)',
  )
})
