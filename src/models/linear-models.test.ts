import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { explainLogistic, fitLogistic, predictLogistic, predictLogisticBounds } from './logistic.ts'
import { explainRidge, fitRidge, predictRidge } from './ridge.ts'

const plain = { scaling: { clipAt: [0, 1], logAboveSkewness: Number.POSITIVE_INFINITY } } as const

function dataset(rows: readonly (readonly number[])[]): Dataset {
  return {
    featureNames: (rows[0] ?? []).map((_, column) => `x${column}`),
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
}

/** Hours of study and exams passed: the worked example of Wikipedia's article on logistic regression. */
const hours = [
  0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5,
]
const passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1]

test('logistic regression gives the published coefficients of hours and exams: 1.5046 and −4.0777', () => {
  const model = fitLogistic(dataset(hours.map((hour) => [hour])), passed, { alpha: 0, ...plain })
  const scale = model.scaler.columns[0] ?? { deviation: 1, mean: 0 }
  const slope = (model.weights[0] ?? 0) / scale.deviation
  expect(slope).toBeCloseTo(1.5046, 3)
  expect(model.intercept - slope * scale.mean).toBeCloseTo(-4.0777, 3)
})

test('logistic regression finds planted weights, their bounds hold the truth, and reasons sum to the log-odds', () => {
  const random = createRandom(4)
  const rows = Array.from({ length: 4000 }, () => [random.normal(), random.normal(), random.normal()])
  const truth = rows.map(([a = 0, b = 0]) => 1 / (1 + Math.exp(-(1.5 * a - b - 0.5))))
  const labels = truth.map((probability) => (random.next() < probability ? 1 : 0))
  const data = dataset(rows)
  const model = fitLogistic(data, labels, { alpha: 1e-4, ...plain })
  const { probability, low, high } = predictLogisticBounds(model, data)
  expect(areaUnderRoc(labels, probability)).toBeCloseTo(areaUnderRoc(labels, truth), 2)
  const held = truth.filter((value, row) => value >= (low[row] ?? 1) && value <= (high[row] ?? 0)).length
  expect(held / truth.length).toBeGreaterThan(0.8)
  const [reasons = []] = explainLogistic(model, data)
  const odds = reasons.reduce((sum, reason) => sum + reason.contribution, model.intercept)
  expect(1 / (1 + Math.exp(-odds))).toBeCloseTo(predictLogistic(model, data)[0] ?? 0, 12)
})

test('labels of one class are refused in words', () => {
  expect(() => fitLogistic(dataset([[1], [2]]), [1, 1], { alpha: 1 })).toThrow(/same label/)
})

test('ridge without a penalty is least squares, and with one it shrinks', () => {
  const data = dataset([[0], [1], [2]])
  const target = Float64Array.from([1, 2, 4])
  expect(predictRidge(fitRidge(data, target, { alpha: 0, ...plain }), data)[2]).toBeCloseTo(23 / 6, 8)
  const [weak = 0] = fitRidge(data, target, { alpha: 0.01, ...plain }).weights
  const [strong = 0] = fitRidge(data, target, { alpha: 10, ...plain }).weights
  expect(strong).toBeLessThan(weak / 5)
})

test('ridge recovers planted weights; its reasons sum to the prediction', () => {
  const random = createRandom(5)
  const rows = Array.from({ length: 500 }, () => [random.normal(), 3 + 2 * random.normal()])
  const target = Float64Array.from(rows, ([a = 0, b = 0]) => 4 + 2 * a - 3 * b)
  const data = dataset(rows)
  const model = fitRidge(data, target, { alpha: 1e-9, ...plain })
  expect((model.weights[1] ?? 0) / (model.scaler.columns[1]?.deviation ?? 1)).toBeCloseTo(-3, 5)
  const [reasons = []] = explainRidge(model, data)
  const sum = reasons.reduce((total, reason) => total + reason.contribution, model.intercept)
  expect(sum).toBeCloseTo(predictRidge(model, data)[0] ?? 0, 9)
})

test('a logged target keeps its mean and is never negative', () => {
  const random = createRandom(6)
  const rows = Array.from({ length: 3000 }, () => [random.normal()])
  const target = Float64Array.from(rows, ([a = 0]) => Math.expm1(Math.max(0, 2 + a + 0.5 * random.normal())))
  const predicted = predictRidge(
    fitRidge(dataset(rows), target, { alpha: 1e-6, target: 'log', ...plain }),
    dataset(rows),
  )
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(predicted) / mean(target)).toBeCloseTo(1, 1)
  expect(Math.min(...predicted)).toBeGreaterThanOrEqual(0)
})

test('a column that never varies and one that is always missing do no harm', () => {
  const data = dataset([
    [1, Number.NaN, 0],
    [1, Number.NaN, 1],
    [1, Number.NaN, 2],
    [1, Number.NaN, 3],
  ])
  const predicted = predictRidge(
    fitRidge(data, Float64Array.from([0, 1, 2, 3]), { alpha: 1e-6, ...plain }),
    data,
  )
  expect(predicted[3]).toBeCloseTo(3, 3)
})
