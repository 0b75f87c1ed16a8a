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

test('a planted pair of collinear features gets no opposite weights, and the prediction loses nothing', () => {
  const random = createRandom(7)
  const draw = () => {
    const rows = Array.from({ length: 600 }, () => {
      const signal = random.normal()
      return [signal + 0.5 * random.normal(), signal + 0.5 * random.normal(), random.normal(), signal]
    })
    // The second feature is the first and its noise: least squares sets them against each other.
    const data = dataset(rows.map(([a = 0, b = 0, noise = 0]) => [a, b, a + 0.4 * b + 0.05 * noise]))
    const signals = rows.map(([, , , signal = 0]) => signal)
    const labels = signals.map((signal) => (random.next() < 1 / (1 + Math.exp(-2 * signal)) ? 1 : 0))
    return { data, labels, amounts: Float64Array.from(signals, (signal) => signal + random.normal()) }
  }
  const [known, fresh] = [draw(), draw()]
  const free = fitLogistic(known.data, known.labels, { alpha: 1e-4, ...plain })
  const faithful = fitLogistic(known.data, known.labels, { alpha: 1e-4, ...plain, hasPlainReasons: true })
  expect(Math.min(...free.weights)).toBeLessThan(0)
  expect(Math.min(...faithful.weights)).toBeGreaterThanOrEqual(0)
  const auc = (model: typeof free) => areaUnderRoc(fresh.labels, predictLogistic(model, fresh.data))
  expect(auc(faithful)).toBeGreaterThan(auc(free) - 0.005)
  for (const reasons of explainLogistic(faithful, known.data))
    for (const { contribution, feature } of reasons)
      expect(Number.isFinite(contribution) && feature.startsWith('x')).toBe(true)
  const ridge = fitRidge(known.data, known.amounts, { alpha: 1e-4, ...plain, hasPlainReasons: true })
  expect(Math.min(...ridge.weights)).toBeGreaterThanOrEqual(0)
})

test('a fit that keeps signs is the minimum under them: no step within the signs lowers the loss', () => {
  const random = createRandom(9)
  const rows = Array.from({ length: 800 }, () => {
    const shared = random.normal()
    return Array.from({ length: 5 }, () => shared + 0.6 * random.normal())
  })
  const labels = rows.map(([a = 0, b = 0, c = 0]) => (2 * a - 1.5 * b + c + random.normal() > 0 ? 1 : 0))
  const data = dataset(rows)
  const model = fitLogistic(data, labels, { alpha: 0.01, ...plain, hasPlainReasons: true })
  const lossOf = (weights: readonly number[]) => {
    const odds = explainLogistic({ ...model, weights }, data).map((reasons) =>
      reasons.reduce((sum, { contribution }) => sum + contribution, model.intercept),
    )
    const loss = odds.reduce((sum, z, row) => sum + Math.log1p(Math.exp(z)) - (labels[row] ?? 0) * z, 0)
    return loss / odds.length + 0.005 * weights.reduce((sum, weight) => sum + weight ** 2, 0)
  }
  const best = lossOf(model.weights)
  for (const place of model.weights.keys())
    for (const step of [-0.02, 0.02]) {
      const moved = model.weights.map((weight, index) => (index === place ? weight + step : weight))
      if (Math.min(...moved) >= 0) expect(lossOf(moved)).toBeGreaterThan(best - 1e-9)
    }
})
