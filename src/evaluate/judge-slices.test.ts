import { expect, test } from 'vitest'
import { rankedSquaredError } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import type { FittedModel, Learner } from '../models/learner.ts'
import { needsForVerdict, requireEnough } from './data-needs.ts'
import { rankingMetric } from './judge-classification.ts'
import { judgeDecision } from './judge-decision.ts'
import { judgeSlices } from './judge-slices.ts'
import { learningCurve } from './learning-curve.ts'

const random = createRandom(11)
const count = 3000
const signal = Float64Array.from({ length: count }, () => random.normal())
const chance = signal.map((value) => 1 / (1 + Math.exp(-2 * value)))
const country = Array.from(signal, (_, row) => (row % 3 === 0 ? 'Iceland' : row % 3 === 1 ? 'China' : ''))
/** In Iceland what came has nothing to do with the signal. */
const came = chance.map((probability, row) =>
  random.next() < (country[row] === 'Iceland' ? 0.5 : probability) ? 1 : 0,
)

test('the country in which a model knows nothing is found, the others are not blamed', () => {
  const labels = country.map((name, row) => (row < 24 ? 'Monaco' : name))
  const slices = judgeSlices(
    { actual: came, predicted: chance },
    [{ name: { en: 'country', zh: '国家' }, labels, words: { China: { en: 'China', zh: '中国' } } }],
    [rankingMetric],
    createRandom(1),
  )
  expect(slices.map(({ label, finding }) => [label.zh, finding])).toEqual([
    ['Iceland', 'weaker'],
    ['中国', 'typical'],
    ['Monaco', 'too-small'],
    ['未知', 'typical'],
  ])
  expect(slices[0]?.metrics.auc?.high).toBeLessThan(0.6)
  expect(slices.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(count)
  expect(slices[2]).toMatchObject({ rowCount: 24, metrics: {} })
})

test('of many labels the smallest are judged together, and a column of one label not at all', () => {
  const labels = Array.from(signal, (_, row) => `c${row % 20}`)
  const column = (values: readonly string[]) => [{ name: { en: 'city', zh: '城市' }, labels: values }]
  const judged = { actual: came, predicted: chance }
  const slices = judgeSlices(judged, column(labels), [rankingMetric], createRandom(1))
  expect(slices).toHaveLength(8)
  expect(slices.at(-1)).toMatchObject({ label: { en: 'others' }, rowCount: (count / 20) * 13 })
  expect(judgeSlices(judged, column(labels.map(() => 'one')), [rankingMetric], createRandom(1))).toEqual([])
})

test('a decision is counted by hand and costed beside nobody and everybody', () => {
  const actual = Float64Array.of(1, 0, 1, 0)
  const predicted = Float64Array.of(0.9, 0.8, 0.2, 0.1)
  const decision = judgeDecision(
    { actual, predicted },
    { threshold: 0.5, costs: { falsePositive: 1, falseNegative: 3 } },
    createRandom(1),
  )
  expect(decision.counts).toEqual({
    truePositives: 1,
    falsePositives: 1,
    falseNegatives: 1,
    trueNegatives: 1,
  })
  expect(decision).toMatchObject({ cost: { value: 1 }, costOfNobody: 1.5, costOfEverybody: 0.5 })
})

test('what an unclear gain would need follows the square of its interval, by hand', () => {
  const verdict = {
    kind: 'unclear',
    metric: 'auc',
    baseline: { en: 'rule', zh: '规则' },
    difference: { value: 0.01, low: -0.01, high: 0.03 },
  } as const
  // Half the interval is .02, twice the gain: four times the rows.
  expect(needsForVerdict(verdict, { count: 500, rarerCount: 60 })).toEqual({
    rows: { have: 500, need: 2000 },
    rarer: { have: 60, need: 240 },
  })
  expect(needsForVerdict({ ...verdict, kind: 'better' }, { count: 500 })).toBeUndefined()
  const none = { ...verdict, difference: { value: -0.01, low: -0.03, high: 0.01 } }
  expect(needsForVerdict(none, { count: 500 })).toBeUndefined()
})

test('too little data is said in numbers, with the rule that answers meanwhile', () => {
  const rule = { en: 'as so far', zh: '按过去的速度' }
  const lacking = () => requireEnough({ rows: { have: 300, need: 100 }, rarer: { have: 7, need: 20 } }, rule)
  expect(lacking).toThrow(
    'there are 7 buyers (or of those who did not buy), and it needs 20; meanwhile it is answered by the rule “as so far”',
  )
  expect(() => requireEnough({ rows: { have: 100, need: 100 } }, rule)).not.toThrow()
})

/** Says the mean of the labels it saw, whatever the row. */
const meanLearner: Learner<object> = {
  kind: 'mean',
  tasks: ['amount'],
  standard: {},
  fit: async (_task, { dataset, labels }) => {
    const mean = Array.from(labels).reduce((sum, label) => sum + label, 0) / labels.length
    return {
      kind: 'mean',
      featureNames: dataset.featureNames,
      predict: async ({ rowIds }) => new Float64Array(rowIds.length).fill(mean),
      save: () => ({ kind: 'mean', formatVersion: 1, featureNames: [], card: {}, parts: {} }),
      [Symbol.asyncDispose]: async () => undefined,
    } satisfies FittedModel
  },
  load: () => Promise.reject(new Error('not asked for')),
}

test('a learning curve has the rows of each share, and errors that end at the spread of the held labels', async () => {
  const rowsOf = (size: number, seed: number) => {
    const own = createRandom(seed)
    const rowIds = Array.from({ length: size }, (_, row) => `p${row}`)
    return {
      dataset: { featureNames: ['a'], rowIds, values: new Float64Array(size) },
      labels: Float64Array.from(rowIds, () => 5 + own.normal()),
    }
  }
  const rows = { rest: rowsOf(400, 1), held: rowsOf(2000, 2) }
  const metric = { name: 'rmse', sign: -1, of: rankedSquaredError } as const
  const options = { settings: {}, metric, random: createRandom(1) }
  const { points } = await learningCurve(meanLearner, { kind: 'amount' }, rows, options)
  expect(points.map(({ rowCount }) => rowCount)).toEqual([20, 40, 80, 160, 280, 400])
  expect(points.at(-1)?.value).toBeCloseTo(1, 1)
  expect(points[0]?.value ?? 0).toBeGreaterThanOrEqual(points.at(-1)?.value ?? Number.NaN)
})
