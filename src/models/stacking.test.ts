import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { expectedCalibrationError } from '../math/metrics/calibration.ts'
import { areaUnderRoc, logLoss } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { applyBlend, fitBlend } from './stacking/blend.ts'
import { fitStack, predictStack, type StackOptions } from './stacking.ts'

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

const options: StackOptions = {
  members: [
    { kind: 'logistic', candidates: [{ alpha: 1 }, { alpha: 1e-3 }] },
    {
      kind: 'boosting',
      candidates: [{ learningRate: 0.15, maxDepth: 3, treeCount: 80, maxBins: 32 }],
      bagCount: 2,
    },
  ],
  categorical: ['code'],
}

test('by hand: of two equal models with half the right log-odds each, both count fully', () => {
  // Four rows say log-odds ±ln 3, of which three in four are right: the sum of both halves is the truth.
  const half = Math.log(3) / 2
  const odds = Float64Array.of(half, half, half, half, -half, -half, -half, -half)
  const blend = fitBlend([odds, odds], [1, 1, 1, 0, 0, 0, 0, 1])
  expect(blend.weights[0]).toBeCloseTo(1, 2)
  expect(blend.weights[1]).toBeCloseTo(blend.weights[0] ?? 0, 4)
  expect(blend.intercept).toBeCloseTo(0, 6)
  expect(applyBlend({ weights: [1, 1], intercept: 1 }, [odds, odds])[0]).toBeCloseTo(Math.log(3) + 1, 12)
})

test('a model that says the opposite of the truth gets no weight', () => {
  const right = Float64Array.of(2, 1, -1, -2, 1, -1)
  const wrong = Float64Array.of(-1, -2, 2, 1, -1, 1)
  const blend = fitBlend([right, wrong], [1, 1, 0, 0, 0, 1])
  expect(blend.weights[1]).toBe(0)
  expect(blend.weights[0]).toBeGreaterThan(0)
})

test('where each member sees what the other cannot, the stack beats both and its probabilities hold', () => {
  const [train, fresh] = [drawRows(1500, 'train'), drawRows(6000, 'fresh')]
  const model = fitStack(train.dataset, train.labels, options, createRandom(1))
  expect(model.blend.weights.every((weight) => weight > 0.1)).toBe(true)
  const { probabilities, members } = predictStack(model, fresh.dataset)
  const best = Math.min(...members.map((member) => logLoss(fresh.labels, member)))
  expect(logLoss(fresh.labels, probabilities)).toBeLessThan(best - 0.002)
  const ceiling = areaUnderRoc(fresh.labels, fresh.odds)
  expect(areaUnderRoc(fresh.labels, probabilities)).toBeGreaterThan(ceiling - 0.03)
  expect(expectedCalibrationError(fresh.labels, probabilities)).toBeLessThan(0.02)
})

test('the same seed gives the same stack, JSON keeps it, and other columns are refused', () => {
  const { dataset, labels } = drawRows(400, 'same')
  const model = fitStack(dataset, labels, options, createRandom(3))
  expect(fitStack(dataset, labels, options, createRandom(3))).toEqual(model)
  const restored = JSON.parse(JSON.stringify(model))
  expect(predictStack(restored, dataset)).toEqual(predictStack(model, dataset))
  const renamed = { ...dataset, featureNames: dataset.featureNames.toReversed() }
  expect(() => predictStack(model, renamed)).toThrow('columns are not those')
})

test('labels that say nothing are refused', () => {
  const { dataset } = drawRows(60, 'flat')
  expect(() => fitStack(dataset, new Float64Array(60), options, createRandom(1))).toThrow(/same label/)
})
