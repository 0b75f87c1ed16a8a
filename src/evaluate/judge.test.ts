import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import type { JudgeInput } from './judge.ts'
import { judgeClassification } from './judge-classification.ts'
import { judgeRegression } from './judge-regression.ts'

const random = createRandom(3)
const count = 600
const signal = Float64Array.from({ length: count }, () => random.normal())
const amounts = signal.map((value) => 10 + 5 * value + random.normal())
const bought = signal.map((value) => (random.next() < 1 / (1 + Math.exp(-2 * value)) ? 1 : 0))
const flat = (value: number) => new Float64Array(count).fill(value)

function input(actual: Float64Array, predicted: Float64Array, baseline: Float64Array): JudgeInput {
  return {
    model: 'test',
    question: { en: 'q', zh: '问' },
    split: {
      trainCutsMs: [0],
      validationCutMs: 1,
      testCutMs: 2,
      horizonDays: 30,
      trainRowCount: count,
      validationRowCount: count,
      testRowCount: count,
    },
    actual,
    predicted,
    baselines: [
      { name: { en: 'weak', zh: '弱' }, predicted: flat(actual === bought ? 0.1 : 0) },
      { name: { en: 'mean', zh: '均值' }, predicted: baseline },
    ],
    drivers: [],
    settings: {},
  }
}

test('a model that knows the signal is better than the best baseline, which is named', () => {
  const { verdict } = judgeRegression(
    input(
      amounts,
      signal.map((value) => 10 + 5 * value),
      flat(10),
    ),
    createRandom(1),
  )
  expect(verdict).toMatchObject({ kind: 'better', metric: 'poisson_deviance', baseline: { en: 'mean' } })
  expect(verdict.difference.low).toBeGreaterThan(0.5)
})

test('a model that is the baseline with a little noise is unclear, one far off is worse', () => {
  const noisy = flat(10).map((value) => value + 0.001 * random.normal())
  expect(judgeRegression(input(amounts, noisy, flat(10)), createRandom(1)).verdict.kind).toBe('unclear')
  expect(judgeRegression(input(amounts, flat(30), flat(10)), createRandom(1)).verdict.kind).toBe('worse')
})

test('a classification has every metric of every contender, its charts and its threshold', () => {
  const predicted = signal.map((value) => 1 / (1 + Math.exp(-2 * value)))
  const evaluation = judgeClassification(input(bought, predicted, flat(0.5)), 0.5, createRandom(1))
  expect(evaluation.verdict.kind).toBe('better')
  expect(evaluation.contenders).toHaveLength(3)
  expect(Object.keys(evaluation.contenders[0]?.metrics ?? {})).toEqual(
    'auc average_precision lift_top_decile log_loss brier ece accuracy precision recall f1'.split(' '),
  )
  expect(evaluation.charts).toMatchObject({ kind: 'classification' })
  expect(evaluation.meanPredicted).toBeCloseTo(evaluation.meanActual, 1)
})
