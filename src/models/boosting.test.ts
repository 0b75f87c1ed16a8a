import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { fitBoosting, predictBoosting } from './boosting.ts'
import type { BoostingOptions } from './boosting-options.ts'

function datasetOf(rows: readonly (readonly number[])[]): Dataset {
  return {
    featureNames: (rows[0] ?? []).map((_, column) => `f${column}`),
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
}

const stump: BoostingOptions = {
  objective: 'squared_error',
  treeCount: 1,
  learningRate: 1,
  maxDepth: 1,
  l2: 0,
}

test('one stump splits where the squared error falls most, and says the mean of each side', () => {
  const data = datasetOf([[1], [2], [3], [4]])
  const model = fitBoosting(data, [0, 0, 3, 5], stump, createRandom(1))
  expect(model.baseMargins).toEqual([2])
  expect(model.trees[0]).toMatchObject({ kind: 'threshold', threshold: 2.5, cover: 4 })
  expect([...predictBoosting(model, data)]).toEqual([0, 0, 4, 4])
})

test('a logistic step is −G / (H + λ) in log-odds', () => {
  const data = datasetOf([[0], [0], [1], [1]])
  const options = { ...stump, objective: 'logistic', l2: 1, minChildWeight: 0 } as const
  const model = fitBoosting(data, [0, 0, 1, 1], options, createRandom(1))
  // Base ½: each side has |G| = 1 and H = ½, so the leaf says ±1 / 1.5.
  expect(predictBoosting(model, data)[3]).toBeCloseTo(1 / (1 + Math.exp(-1 / 1.5)), 12)
  expect(predictBoosting(model, data)[0]).toBeCloseTo(1 / (1 + Math.exp(1 / 1.5)), 12)
})

test('missing values go to the side that they resemble, and to the larger one where training had none', () => {
  const data = datasetOf([[1], [2], [8], [9], [Number.NaN], [Number.NaN]])
  const labels = [0, 0, 5, 5, 5, 5]
  const model = fitBoosting(data, labels, stump, createRandom(1))
  expect([...predictBoosting(model, data)]).toEqual(labels)
  const complete = fitBoosting(datasetOf([[1], [8], [9]]), [0, 5, 5], stump, createRandom(1))
  expect([...predictBoosting(complete, datasetOf([[Number.NaN]]))]).toEqual([5])
})

test('where only missing values differ, they are split from all others', () => {
  const data = datasetOf([[1], [2], [Number.NaN], [1], [2], [Number.NaN]])
  const labels = [0, 0, 7, 0, 0, 7]
  const model = fitBoosting(data, labels, stump, createRandom(1))
  const restored = JSON.parse(JSON.stringify(model))
  expect([...predictBoosting(restored, datasetOf([[99], [Number.NaN]]))]).toEqual([0, 7])
})

test('categories without an order are parted by one split; an unknown one goes with the missing', () => {
  const codes = Array.from({ length: 90 }, (_, row) => row % 9)
  const data = datasetOf(codes.map((code) => [code]))
  const labels = codes.map((code) => (code % 2 === 0 ? 1 : 0))
  const model = fitBoosting(data, labels, { ...stump, categorical: ['f0'] }, createRandom(1))
  for (const [row, value] of predictBoosting(model, data).entries())
    expect(value).toBeCloseTo(labels[row] ?? Number.NaN, 12)
  const [unknown, missing] = predictBoosting(model, datasetOf([[77], [Number.NaN]]))
  expect(unknown).toBe(missing)
})

test('what a planted function needs is found: curve, interaction and noise are told apart', () => {
  const random = createRandom('planted')
  const rows = Array.from({ length: 6000 }, () => Array.from({ length: 6 }, () => random.normal()))
  const oddsOf = ([a = 0, b = 0, c = 0]: readonly number[]) => 2 * a * b + 2 * Math.sin(2 * c)
  const labels = rows.map((row) => (random.next() < 1 / (1 + Math.exp(-oddsOf(row))) ? 1 : 0))
  const [train, test] = [datasetOf(rows.slice(0, 4000)), datasetOf(rows.slice(4000))]
  const model = fitBoosting(
    train,
    labels.slice(0, 4000),
    {
      objective: 'logistic',
      treeCount: 150,
      learningRate: 0.1,
      maxDepth: 4,
      rowShare: 0.8,
      columnShare: 0.8,
    },
    random,
  )
  const best = areaUnderRoc(labels.slice(4000), rows.slice(4000).map(oddsOf))
  expect(areaUnderRoc(labels.slice(4000), predictBoosting(model, test))).toBeGreaterThan(best - 0.03)
  const [a = 0, b = 0, c = 0, ...noise] = model.importances
  expect(Math.min(a, b, c)).toBeGreaterThan(3 * Math.max(...noise))
  expect(model.importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
})

test('growth stops soon after the loss on validation rows is best', () => {
  const random = createRandom('stop')
  const rows = Array.from({ length: 600 }, () => [random.normal(), random.normal()])
  const labels = rows.map(([a = 0]) => (random.next() < 1 / (1 + Math.exp(-2 * a)) ? 1 : 0))
  const validation = { dataset: datasetOf(rows.slice(300)), labels: labels.slice(300), patience: 10 }
  const options = { objective: 'logistic', treeCount: 500, learningRate: 0.2, validation } as const
  const model = fitBoosting(datasetOf(rows.slice(0, 300)), labels.slice(0, 300), options, random)
  expect(model.trees.length).toBeGreaterThan(2)
  expect(model.trees.length).toBeLessThan(100)
})

const table = fc.array(
  fc.tuple(
    fc.integer({ min: -5, max: 5 }),
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.integer({ min: 0, max: 1 }),
  ),
  { minLength: 8, maxLength: 60 },
)
const small: BoostingOptions = { objective: 'logistic', treeCount: 8, learningRate: 0.3, maxDepth: 3 }

/** The first third of the rows weighs double in one fit and stands there twice in the other. */
function fitWeighedAndRepeated(seed: number, objective: 'squared_error' | 'logistic') {
  const random = createRandom(seed)
  const count = 20 + random.integer(60)
  const repeats = Math.floor(count / 3)
  const rows = Array.from({ length: count }, () => [random.normal(), random.normal()])
  const targets = rows.map(([a = 0, b = 0]) => a * b + random.normal())
  const isLogistic = objective === 'logistic'
  const labels = isLogistic ? targets.map((target) => (target > 0 ? 1 : 0)) : targets
  // Gains of different splits must differ, or rounding chooses: numbers see to it by themselves, 0 and 1 by weights.
  const weights = labels.map(() => (isLogistic ? 0.5 + random.next() : 1))
  const twice = <Item>(items: readonly Item[]) => items.concat(items.slice(0, repeats))
  const options = { ...small, objective }
  const weighed = fitBoosting(
    datasetOf(rows),
    labels,
    { ...options, weights: weights.map((weight, row) => (row < repeats ? 2 * weight : weight)) },
    createRandom(1),
  )
  const repeated = fitBoosting(
    datasetOf(twice(rows)),
    twice(labels),
    isLogistic ? { ...options, weights: twice(weights) } : options,
    createRandom(1),
  )
  return [predictBoosting(weighed, datasetOf(rows)), predictBoosting(repeated, datasetOf(rows))] as const
}

test('a weight of two is the row twice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom('squared_error' as const, 'logistic' as const),
      (seed, objective) => {
        const [weighed, repeated] = fitWeighedAndRepeated(seed, objective)
        for (const [row, value] of weighed.entries())
          expect(value).toBeCloseTo(repeated[row] ?? Number.NaN, 9)
      },
    ),
    { numRuns: 200 },
  )
})

test('only the order of a column matters: stretching it changes no answer', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const labels = rows.map(([, , label]) => label)
      const plain = datasetOf(rows.map(([a, b]) => [a, b]))
      const stretched = datasetOf(rows.map(([a, b]) => [a ** 3 + 2, b]))
      const expected = predictBoosting(fitBoosting(plain, labels, small, createRandom(1)), plain)
      const received = predictBoosting(fitBoosting(stretched, labels, small, createRandom(1)), stretched)
      expect([...received]).toEqual([...expected])
    }),
    { numRuns: 40 },
  )
})

test('the same seed grows the same trees, and JSON keeps them', () => {
  const random = createRandom('same')
  const data = datasetOf(Array.from({ length: 200 }, () => [random.normal(), random.normal()]))
  const labels = Array.from({ length: 200 }, () => random.integer(2))
  const options = { ...small, rowShare: 0.5, columnShare: 0.5 }
  const first = fitBoosting(data, labels, options, createRandom(7))
  expect(fitBoosting(data, labels, options, createRandom(7))).toEqual(first)
  const restored = JSON.parse(JSON.stringify(first))
  expect([...predictBoosting(restored, data)]).toEqual([...predictBoosting(first, data)])
})

test('a bag is the mean of its models: of models that see everything, the one model', () => {
  const random = createRandom('bag')
  const data = datasetOf(Array.from({ length: 200 }, () => [random.normal(), random.normal()]))
  const labels = Array.from({ length: 200 }, () => random.integer(2))
  const alone = predictBoosting(fitBoosting(data, labels, small, createRandom(7)), data)
  const bag = fitBoosting(data, labels, { ...small, bagCount: 4 }, createRandom(7))
  expect(bag.trees).toHaveLength(4 * (small.treeCount ?? 0))
  for (const [row, value] of predictBoosting(bag, data).entries())
    expect(value).toBeCloseTo(alone[row] ?? Number.NaN, 12)
})

test('leaf-wise growth keeps to its count of leaves', () => {
  const random = createRandom('leaves')
  const data = datasetOf(Array.from({ length: 500 }, () => [random.normal(), random.normal()]))
  const labels = Array.from({ length: 500 }, () => random.normal())
  const options = { objective: 'squared_error', treeCount: 3, maxLeaves: 5, maxDepth: 10 } as const
  const model = fitBoosting(data, labels, options, random)
  for (const tree of model.trees) expect(JSON.stringify(tree).match(/"leaf"/g)).toHaveLength(5)
})

test('input that cannot be learned from is refused', () => {
  const data = datasetOf([[1], [2]])
  const learn = (labels: number[], options: Partial<BoostingOptions> = {}, rows = data) =>
    fitBoosting(rows, labels, { objective: 'logistic', ...options }, createRandom(1))
  expect(() => learn([0, 2])).toThrow('0 or 1')
  expect(() => learn([0])).toThrow('2 rows have 1 labels')
  expect(() => learn([0, 1], { categorical: ['colour'] })).toThrow("'colour'")
  expect(() => learn([0, 1], { maxBins: 300 })).toThrow('maxBins')
  expect(() => learn([0, 1], {}, datasetOf([[1], [Number.POSITIVE_INFINITY]]))).toThrow(
    "'f0' holds an infinite",
  )
  expect(() => learn([0, Number.NaN], { objective: 'squared_error' })).toThrow('must be numbers')
  expect(() => predictBoosting(learn([0, 1]), datasetOf([[1, 2]]))).toThrow('columns are not those')
})
