import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { poissonDeviance, rootMeanSquaredError } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import { explainNeed, fitNeedPath, type NeedModel, predictNeed } from './need.ts'
import { fitRidge, predictRidge } from './ridge.ts'

const settings = { amount: 'spend', age: 'age_days', horizonDays: 90, variancePower: 2 } as const

function dataset(rows: readonly (readonly number[])[], featureNames: readonly string[]): Dataset {
  return { featureNames, rowIds: rows.map((_, row) => String(row)), values: Float64Array.from(rows.flat()) }
}

function fitNeed(data: Dataset, need: Float64Array, alpha = 0.01): NeedModel {
  const [model] = fitNeedPath(data, need, [alpha], settings)
  if (model === undefined) throw new Error('no model')
  return model
}

/** Buyers of every size, a few hundreds of times the rest; those who came lately need twice their pace, others half. */
function drawShop(seed: number, count: number) {
  const random = createRandom(seed)
  const rows = Array.from({ length: count }, () => {
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

test('the pace is what was bought by the day, filled up with 90 days of an average person', () => {
  const rows = [
    [100, 10],
    [0, 10],
    [50, 40],
    [30, 60],
  ]
  const data = dataset(rows, ['spend', 'age_days'])
  const model = fitNeed(data, Float64Array.from([90, 45, 45, 45]), 1e9)
  // Together 180 in 120 days: 1.5 a day; the first has (100 + 135) / (10 + 90) a day.
  expect(model.dailyMean).toBe(1.5)
  expect((predictNeed(model, data)[0] ?? 0) / (predictNeed(model, data)[1] ?? 1)).toBeCloseTo(235 / 135, 6)
})

test('heavy-tailed needs are told better than by plain regression, on people it never saw', () => {
  const [known, fresh] = [drawShop(1, 3000), drawShop(2, 3000)]
  const predicted = predictNeed(fitNeed(known.data, known.need), fresh.data)
  const plain = predictRidge(fitRidge(known.data, known.need, { alpha: 0.01 }), fresh.data)
  expect(rootMeanSquaredError(fresh.need, predicted)).toBeLessThan(
    0.9 * rootMeanSquaredError(fresh.need, plain),
  )
  expect(poissonDeviance(fresh.need, predicted)).toBeLessThan(0.5 * poissonDeviance(fresh.need, plain))
})

test('two features that say the same give no reasons that contradict each other', () => {
  const { data, need } = drawShop(3, 800)
  const model = fitNeed(data, need)
  for (const reasons of explainNeed(model, data).slice(0, 200)) {
    const of = (name: string) => reasons.find(({ feature }) => feature === name)?.contribution ?? 0
    expect(of('silence') * of('silence_twin')).toBeGreaterThanOrEqual(0)
  }
})

test('reasons sum to the prediction, with the average pace times its multiple', () => {
  const { data, need } = drawShop(4, 500)
  const model = fitNeed(data, need)
  const predicted = predictNeed(model, data)
  const multiples = predictRidge(model.multiple, data)
  const ofAverage = model.meanPace * model.multiple.intercept
  for (const [row, reasons] of explainNeed(model, data).entries()) {
    const sum = reasons.reduce((total, { contribution }) => total + contribution, ofAverage)
    // A multiple below the least one is raised to it, which no feature explains.
    if ((multiples[row] ?? 0) > 0.02) expect(sum / (predicted[row] ?? 0)).toBeCloseTo(1, 9)
  }
})
