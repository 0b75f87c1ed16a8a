import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { expectedCalibrationError } from '../math/metrics/calibration.ts'
import { areaUnderRoc, logLoss } from '../math/metrics/classification.ts'
import { rootMeanSquaredError } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import { contractOfLearner } from './learner.contract.ts'
import { linearLearner } from './linear-regression.ts'
import { poissonLearner } from './log-linear-learners.ts'
import { logisticLearner } from './logistic-learner.ts'
import { ridgeLearner } from './ridge-learner.ts'
import { boostingMember, memberOf } from './stack-member.ts'
import { applyBlend, fitBlend } from './stacking/blend.ts'
import { createStackLearner, fitStack } from './stacking.ts'

/** A sum of many columns, which trees only climb in steps, distances that no sum sees, and a category. */
function drawRows(count: number, seed: string) {
  const random = createRandom(seed)
  const rows = Array.from({ length: count }, () => {
    const line = Array.from({ length: 5 }, () => random.normal())
    const [a, b] = [random.normal(), random.normal()]
    const code = random.next() < 0.1 ? Number.NaN : random.integer(4)
    const sum = line.reduce((total, value) => total + 0.8 * value, 0)
    return {
      values: [...line, a, b, code],
      odds: sum + 2 * (Math.abs(a) - Math.abs(b)) + (code === 2 ? 1 : 0),
    }
  })
  const dataset: Dataset = {
    featureNames: ['l1', 'l2', 'l3', 'l4', 'l5', 'a', 'b', 'code'],
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flatMap(({ values }) => values)),
  }
  const labels = rows.map(({ odds }) => (random.next() < 1 / (1 + Math.exp(-odds)) ? 1 : 0))
  return { dataset, labels, odds: rows.map(({ odds }) => odds) }
}

const members = [
  memberOf(
    logisticLearner,
    [1, 1e-3].map((alpha) => ({ ...logisticLearner.standard, alpha })),
  ),
  boostingMember({
    candidates: [{ learningRate: 0.15, maxDepth: 3, treeCount: 80, maxBins: 32 }],
    bagCount: 2,
  }),
]
const chance = { kind: 'chance' } as const
const settings = { foldCount: 5 }
const categorical = ['code']

contractOfLearner('a stack of linear models', {
  learner: createStackLearner([
    memberOf(ridgeLearner, [{ alpha: 1e-4 }, { alpha: 1 }]),
    memberOf(linearLearner, [{}]),
  ]),
  settings: { foldCount: 2 },
  reaches: { amount: 0.99 },
  // Copies of a row may lie in two folds.
  weightTolerance: 0.02,
})
contractOfLearner('a stack of counts', {
  learner: createStackLearner([
    memberOf(poissonLearner, [poissonLearner.standard]),
    boostingMember({ candidates: [{ learningRate: 0.2, maxDepth: 3, treeCount: 30, maxBins: 32 }] }),
  ]),
  settings: { foldCount: 2 },
  reaches: { count: 0.95 },
  weightTolerance: 0.1,
})
contractOfLearner('a stack of chances', {
  learner: createStackLearner(members),
  settings: { foldCount: 2 },
  reaches: { chance: 0.98 },
  weightTolerance: 0.3,
})

test('by hand: of two equal models with half the right log-odds each, both count fully', () => {
  // Four rows say log-odds ±ln 3, of which three in four are right: the sum of both halves is the truth.
  const half = Math.log(3) / 2
  const odds = Float64Array.of(half, half, half, half, -half, -half, -half, -half)
  const blend = fitBlend({ family: 'logistic', scores: [odds, odds], labels: [1, 1, 1, 0, 0, 0, 0, 1] })
  expect(blend.weights[0]).toBeCloseTo(1, 2)
  expect(blend.weights[1]).toBeCloseTo(blend.weights[0] ?? 0, 4)
  expect(blend.intercept).toBeCloseTo(0, 6)
  expect(applyBlend({ weights: [1, 1], intercept: 1 }, [odds, odds])[0]).toBeCloseTo(Math.log(3) + 1, 12)
})

test('a model that says the opposite of the truth gets no weight', () => {
  const right = Float64Array.of(2, 1, -1, -2, 1, -1)
  const wrong = Float64Array.of(-1, -2, 2, 1, -1, 1)
  const blend = fitBlend({ family: 'logistic', scores: [right, wrong], labels: [1, 1, 0, 0, 0, 1] })
  expect(blend.weights[1]).toBe(0)
  expect(blend.weights[0]).toBeGreaterThan(0)
})

test('by hand: amounts and counts whose halves are told by two models are their sum, whatever their size', () => {
  const first = Float64Array.of(1, 2, 3, 4, 5, 6)
  const second = Float64Array.of(2, 0, 1, 5, 1, 3)
  for (const size of [1, 1e6]) {
    const scores = [first, second].map((values) => values.map((value) => size * value))
    const labels = first.map((value, row) => size * (7 + 2 * value + 3 * (second[row] ?? 0)))
    const blend = fitBlend({ family: 'squared', scores, labels })
    const said = applyBlend(blend, scores)
    for (const [row, label] of labels.entries()) expect((said[row] ?? 0) / label).toBeCloseTo(1, 2)
  }
  const means = first.map((value, row) => Math.exp(0.5 + 0.3 * value + 0.4 * (second[row] ?? 0)))
  const blend = fitBlend({ family: 'poisson', scores: [first, second], labels: means })
  expect(blend.weights[0]).toBeCloseTo(0.3, 2)
  expect(blend.weights[1]).toBeCloseTo(0.4, 2)
  expect(blend.intercept).toBeCloseTo(0.5, 1)
})

test('where each member sees what the other cannot, the stack beats both and its probabilities hold', async () => {
  const [train, fresh] = [drawRows(1500, 'train'), drawRows(6000, 'fresh')]
  const rows = { dataset: train.dataset, labels: train.labels, categorical }
  await using model = await fitStack(members, chance, rows, settings, { random: createRandom(1) })
  expect(model.blend.weights.every((weight) => weight > 0.1)).toBe(true)
  const probabilities = await model.predict(fresh.dataset)
  const alone = await Promise.all(model.members.map((member) => member.predict(fresh.dataset)))
  const best = Math.min(...alone.map((member) => logLoss(fresh.labels, member)))
  expect(logLoss(fresh.labels, probabilities)).toBeLessThan(best - 0.002)
  const ceiling = areaUnderRoc(fresh.labels, fresh.odds)
  expect(areaUnderRoc(fresh.labels, probabilities)).toBeGreaterThan(ceiling - 0.03)
  expect(expectedCalibrationError(fresh.labels, probabilities)).toBeLessThan(0.02)
  expect(model.facts[1]?.settings).toMatchObject({ learningRate: 0.15 })
})

test('amounts are blended, too: the stack errs less than a line and than trees', async () => {
  const amounts = (seed: string) => {
    const { dataset, odds } = drawRows(1200, seed)
    const random = createRandom(`${seed} noise`)
    return { dataset, labels: odds.map((value) => 100 + 10 * value + 5 * random.normal()), categorical }
  }
  const [known, fresh] = [amounts('known'), amounts('fresh amounts')]
  const both = [
    memberOf(ridgeLearner, [{ alpha: 1e-3 }]),
    boostingMember({ candidates: [{ learningRate: 0.15, maxDepth: 3, treeCount: 80, maxBins: 32 }] }),
  ]
  await using model = await fitStack(both, { kind: 'amount' }, known, settings, { random: createRandom(4) })
  const errors = await Promise.all(
    [model, ...model.members].map(async (each) =>
      rootMeanSquaredError(fresh.labels, await each.predict(fresh.dataset)),
    ),
  )
  expect(errors[0]).toBeLessThan(Math.min(errors[1] ?? 0, errors[2] ?? 0) - 0.2)
})

test('members that cannot be asked, other members than were saved, and no settings are told in words', async () => {
  const { dataset, labels } = drawRows(80, 'few')
  const rows = { dataset, labels, categorical }
  const learner = createStackLearner(members)
  expect(learner.tasks).toEqual(['chance'])
  await using model = await learner.fit(chance, rows, { foldCount: 2 }, { random: createRandom(1) })
  const fewer = createStackLearner(members.slice(0, 1))
  await expect(fewer.load(model.save())).rejects.toThrow(/other members/)
  const empty = createStackLearner([memberOf(logisticLearner, [])])
  await expect(empty.fit(chance, rows, { foldCount: 2 }, { random: createRandom(1) })).rejects.toThrow(
    /no settings/,
  )
})
