import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { poissonDeviance, rootMeanSquaredError } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import { boostingLearner } from './boosting-learner.ts'
import { contractOfLearner } from './learner.contract.ts'
import type { FittedModel } from './learner.ts'
import { loadFittedModel } from './load-fitted-model.ts'
import { poissonLearner } from './log-linear-learners.ts'
import { fitPace, paceOf } from './own-pace.ts'
import { createPaceLearner } from './pace-learner.ts'
import { fitRidge, predictRidge } from './ridge.ts'
import { ridgeLearner } from './ridge-learner.ts'

const pace = { amount: 'spend', age: 'age_days', horizonDays: 90 } as const
const count = { kind: 'count' } as const
const ridgeNeed = createPaceLearner(ridgeLearner, pace)
const ridgeSettings = { alpha: 0.01, hasPlainReasons: true, variancePower: 2 }

contractOfLearner('counts as multiples of a pace, by Poisson regression', {
  learner: createPaceLearner(poissonLearner, { amount: 'pull', age: 'still', horizonDays: 90 }),
  settings: { alpha: 1e-6, variancePower: 1 },
})

function dataset(rows: readonly (readonly number[])[], featureNames: readonly string[]): Dataset {
  return { featureNames, rowIds: rows.map((_, row) => String(row)), values: Float64Array.from(rows.flat()) }
}

function fitNeed(data: Dataset, need: Float64Array, alpha = 0.01): Promise<FittedModel> {
  const control = { random: createRandom(1) }
  return ridgeNeed.fit(count, { dataset: data, labels: need }, { ...ridgeSettings, alpha }, control)
}

/** Buyers of every size, a few hundreds of times the rest; those who came lately need twice their pace, others half. */
function drawShop(seed: number, rowCount: number) {
  const random = createRandom(seed)
  const rows = Array.from({ length: rowCount }, () => {
    const daily = Math.exp(1.5 * random.normal())
    const [age, isRecent] = [100 + 300 * random.next(), random.next() < 0.5]
    const silence = isRecent ? 10 * random.next() : 60 + 30 * random.next()
    const spend = daily * age * random.gamma(4, 4)
    const need = daily * 90 * (isRecent ? 2 : 0.5) * random.gamma(2, 2)
    return { features: [spend, age, silence, silence + random.normal(), random.normal()], need }
  })
  const names = ['spend', 'age_days', 'silence', 'silence_twin', 'noise']
  return {
    data: dataset(
      rows.map(({ features }) => features),
      names,
    ),
    need: Float64Array.from(rows, ({ need }) => need),
  }
}

test('the pace is what was bought by the day, filled up with 90 days of an average person', async () => {
  const rows = [
    [100, 10],
    [0, 10],
    [50, 40],
    [30, 60],
  ]
  const data = dataset(rows, ['spend', 'age_days'])
  const own = fitPace(data, pace)
  // Together 180 in 120 days: 1.5 a day; the first has (100 + 135) / (10 + 90) a day.
  expect(own.dailyMean).toBe(1.5)
  expect(paceOf(own, data)[0]).toBeCloseTo(211.5, 12)
  const model = await fitNeed(data, Float64Array.from([90, 45, 45, 45]), 1e9)
  const [first = 0, second = 1] = await model.predict(data)
  expect(first / second).toBeCloseTo(235 / 135, 6)
})

test('heavy-tailed needs are told better than by plain regression, on people it never saw', async () => {
  const [known, fresh] = [drawShop(1, 3000), drawShop(2, 3000)]
  const predicted = await (await fitNeed(known.data, known.need)).predict(fresh.data)
  const plain = predictRidge(fitRidge(known.data, known.need, { alpha: 0.01 }), fresh.data)
  expect(rootMeanSquaredError(fresh.need, predicted)).toBeLessThan(
    0.9 * rootMeanSquaredError(fresh.need, plain),
  )
  expect(poissonDeviance(fresh.need, predicted)).toBeLessThan(0.5 * poissonDeviance(fresh.need, plain))
})

test('trees of multiples follow buyers of every size, which trees of amounts do not', async () => {
  const [known, fresh] = [drawShop(1, 3000), drawShop(2, 3000)]
  const settings = { treeCount: 40, learningRate: 0.1, maxDepth: 3 }
  const rows = { dataset: known.data, labels: known.need }
  const control = { random: createRandom(2) }
  const ofPace = createPaceLearner(boostingLearner, pace)
  const multiples = await ofPace.fit(count, rows, { ...settings, variancePower: 2 }, control)
  const amounts = await boostingLearner.fit(count, rows, settings, control)
  expect(poissonDeviance(fresh.need, await multiples.predict(fresh.data))).toBeLessThan(
    0.9 * poissonDeviance(fresh.need, await amounts.predict(fresh.data)),
  )
})

test('two features that say the same give no reasons that contradict each other', async () => {
  const { data, need } = drawShop(3, 800)
  const reasons = await (await fitNeed(data, need)).explain?.(data)
  for (const parts of reasons?.contributions.slice(0, 200) ?? []) {
    const of = (name: string) => parts.find(({ feature }) => feature === name)?.contribution ?? 0
    expect(of('silence') * of('silence_twin')).toBeGreaterThanOrEqual(0)
  }
  expect(reasons?.contributions).toHaveLength(800)
})

test.each([
  ['ridge', ridgeNeed, ridgeSettings],
  ['trees', createPaceLearner(boostingLearner, pace), { treeCount: 20, variancePower: 1.5 }],
] as const)(
  'reasons of %s sum to the log of the prediction; a saved fit says the same',
  async (_, learner, settings) => {
    const { data, need } = drawShop(4, 500)
    const rows = { dataset: data, labels: need }
    // Each case has the settings of its own learner.
    const learn = learner.fit as (...all: readonly unknown[]) => Promise<FittedModel>
    const model = await learn(count, rows, settings, { random: createRandom(1) })
    const predicted = await model.predict(data)
    const reasons = await model.explain?.(data)
    for (const [row, parts] of (reasons?.contributions ?? []).entries()) {
      const sum = parts.reduce((total, { contribution }) => total + contribution, reasons?.base ?? 0)
      expect(Math.exp(sum) / (predicted[row] ?? 0)).toBeCloseTo(1, 5)
    }
    const loaded = await loadFittedModel(JSON.parse(JSON.stringify(model.save())))
    expect(await loaded.predict(data)).toEqual(predicted)
  },
)
