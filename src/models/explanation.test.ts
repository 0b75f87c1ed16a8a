import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { createRandom } from '../math/random.ts'
import { boostingLearner } from './boosting-learner.ts'
import type { FittedModel, LearningRows } from './learner.ts'
import { traceDependence } from './partial-dependence.ts'
import { measureImportance } from './permutation-importance.ts'
import { sampleShapley } from './sampled-shapley.ts'

const featureNames = ['a', 'b', 'c']
const amount = { kind: 'amount' } as const

function datasetOf(rows: readonly (readonly number[])[]): Dataset {
  return { featureNames, rowIds: rows.map((_, row) => `r${row}`), values: Float64Array.from(rows.flat()) }
}

/** A model that is the given function. */
function modelOf(answer: (a: number, b: number, c: number) => number): FittedModel {
  return {
    kind: 'function',
    featureNames,
    predict: async ({ rowIds, values }) =>
      Float64Array.from(rowIds, (_, row) => {
        const [a = 0, b = 0, c = 0] = values.subarray(3 * row, 3 * row + 3)
        return answer(a, b, c)
      }),
    save: () => ({ kind: 'function', formatVersion: 1, featureNames, card: {}, parts: {} }),
    async [Symbol.asyncDispose]() {},
  }
}

function drawRows(count: number, seed: string): number[][] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => [random.normal(), random.normal(), random.normal()])
}

test('of a linear model the sampled parts are exact: weight times distance from the background', async () => {
  const background = datasetOf(drawRows(20, 'background'))
  const model = modelOf((a, b, c) => 1 + 3 * a - 2 * b + 0 * c)
  const means = [0, 1].map((column) => background.values.filter((_, index) => index % 3 === column))
  const [meanA = 0, meanB = 0] = means.map(
    (list) => list.reduce((sum, value) => sum + value, 0) / list.length,
  )
  const { base, contributions } = await sampleShapley(
    model,
    datasetOf([[2, 1, 9]]),
    { background, task: amount },
    { random: createRandom(1) },
  )
  expect(base).toBeCloseTo(1 + 3 * meanA - 2 * meanB, 10)
  const [[first, second] = []] = contributions
  expect(first).toMatchObject({ feature: 'a' })
  expect(first?.contribution).toBeCloseTo(3 * (2 - meanA), 10)
  expect(second?.contribution).toBeCloseTo(-2 * (1 - meanB), 10)
  expect(contributions[0]).toHaveLength(2)
})

test('a product of two is shared evenly, by hand: 3 · 2 from a background of 1 · 0', async () => {
  const model = modelOf((a, b) => a * b)
  const { base, contributions } = await sampleShapley(
    model,
    datasetOf([[3, 2, 0]]),
    { background: datasetOf([[1, 0, 0]]), task: amount },
    { random: createRandom(1) },
  )
  // a first: 3 · 0 − 1 · 0 = 0, then b: 6; b first: 1 · 2 = 2, then a: 4. Both orders are walked.
  expect(base).toBe(0)
  expect(contributions).toEqual([
    [
      { feature: 'b', contribution: 4, standardError: 0 },
      { feature: 'a', contribution: 2, standardError: 0 },
    ],
  ])
})

const chance = { kind: 'chance' } as const

async function fitTrees(maxDepth: number) {
  const rows = drawRows(120, 'trees')
  const random = createRandom('labels')
  const labels = rows.map(([a = 0, b = 0]) => Number(random.next() < 1 / (1 + Math.exp(-2 * a * (b + 1)))))
  const settings = { maxDepth, treeCount: 30, learningRate: 0.2, minChildWeight: 0.5 }
  const dataset = datasetOf(rows)
  return {
    dataset,
    model: await boostingLearner.fit(chance, { dataset, labels }, settings, { random: createRandom(1) }),
  }
}

test('of stumps, which add up, the sampled parts are those of exact TreeSHAP in log-odds', async () => {
  const { model, dataset } = await fitTrees(1)
  const asked = datasetOf(drawRows(3, 'asked'))
  const exact = await model.explain?.(asked)
  const sampled = await sampleShapley(
    model,
    asked,
    { background: dataset, task: chance },
    { random: createRandom(1) },
  )
  expect(sampled.base).toBeCloseTo(exact?.base ?? Number.NaN, 9)
  for (const [row, reasons] of sampled.contributions.entries())
    for (const { feature, contribution } of reasons) {
      const known = exact?.contributions[row]?.find((each) => each.feature === feature)?.contribution
      expect(contribution).toBeCloseTo(known ?? 0, 9)
    }
})

/** Shapley's definition with the background for what is unknown, over all sets of three features. */
async function exactParts(model: FittedModel, row: readonly number[], background: Dataset) {
  const worth = async (known: readonly boolean[]) => {
    const values = background.values.map((value, index) => (known[index % 3] ? (row[index % 3] ?? 0) : value))
    const said = await model.predict({ ...background, values })
    return said.reduce((sum, p) => sum + Math.log(p / (1 - p)), 0) / said.length
  }
  const parts: number[] = []
  for (const feature of [0, 1, 2]) {
    const others = [0, 1, 2].filter((each) => each !== feature)
    let sum = 0
    for (let set = 0; set < 4; set++) {
      const known = [false, false, false]
      for (const [bit, other] of others.entries()) known[other] = ((set >> bit) & 1) === 1
      const weight = set === 1 || set === 2 ? 1 / 6 : 1 / 3
      sum += weight * ((await worth(known.with(feature, true))) - (await worth(known)))
    }
    parts.push(sum)
  }
  return parts
}

test('of deep trees they come near the exact ones within their standard errors, and sum to the score', async () => {
  const { model, dataset } = await fitTrees(4)
  const row = [0.7, -1.2, 0.3]
  const exact = await exactParts(model, row, dataset)
  const { base, contributions } = await sampleShapley(
    model,
    datasetOf([row]),
    { background: dataset, task: chance, pairCount: 2 },
    { random: createRandom(1) },
  )
  const [reasons = []] = contributions
  const [answer = 0] = await model.predict(datasetOf([row]))
  const total = reasons.reduce((sum, { contribution }) => sum + contribution, base)
  expect(total).toBeCloseTo(Math.log(answer / (1 - answer)), 9)
  for (const { feature, contribution, standardError } of reasons) {
    expect(standardError).toBeGreaterThan(0)
    const known = exact[featureNames.indexOf(feature)] ?? Number.NaN
    expect(Math.abs(contribution - known)).toBeLessThan(4 * standardError)
  }
})

test('a shuffled column costs twice its variance times its squared weight; an unused one costs nothing', async () => {
  const rows = drawRows(2000, 'importance')
  const model = modelOf((a, b) => 2 * a + b)
  const labels = rows.map(([a = 0, b = 0]) => 2 * a + b)
  const people = { ...datasetOf(rows), rowIds: rows.map((_, row) => `p${row % 500}`) }
  const [first, second, third] = await measureImportance(
    model,
    { dataset: people, labels },
    { task: amount },
    { random: createRandom(1) },
  )
  expect(first?.feature).toBe('a')
  expect(first?.importance.low).toBeLessThan(8)
  expect(first?.importance.high).toBeGreaterThan(8)
  expect(second?.importance.value).toBeGreaterThan(1.7)
  expect(second?.importance.value).toBeLessThan(2.3)
  expect(third).toEqual({ feature: 'c', importance: { value: 0, low: 0, high: 0 } })
})

test('two rows by hand: when their values swap, the loss rises by 1', async () => {
  const rows: LearningRows = {
    dataset: datasetOf([
      [0, 0, 0],
      [1, 0, 0],
    ]),
    labels: [0, 1],
  }
  const control = { random: createRandom(1) }
  const importance = async (repeats: number) =>
    (
      await measureImportance(
        modelOf((a) => a),
        rows,
        { task: amount, repeats },
        control,
      )
    )[0]?.importance.value
  for (const value of [await importance(1), await importance(1), await importance(1)])
    expect([0, 1]).toContain(value)
  expect(await importance(2000)).toBeCloseTo(0.5, 1)
  await expect(
    measureImportance(
      modelOf((a) => a),
      rows,
      { task: { kind: 'order' } },
      control,
    ),
  ).rejects.toThrow('no loss of single rows')
})

test('the dependence of a product on one factor is that factor times the mean of the other', async () => {
  const dataset = datasetOf([
    [1, 2, 0],
    [3, 4, 0],
    [5, 9, 0],
  ])
  const { points, curves, missingMean } = await traceDependence(
    modelOf((a, b) => (Number.isNaN(a) ? -1 : a * b)),
    dataset,
    { feature: 'a', task: amount },
    { random: createRandom(1) },
  )
  expect(points).toEqual([
    { value: 1, mean: 5 },
    { value: 3, mean: 15 },
    { value: 5, mean: 25 },
  ])
  expect(missingMean).toBe(-1)
  expect(curves.toSorted((one, other) => one.rowId.localeCompare(other.rowId))).toEqual([
    { rowId: 'r0', answers: [2, 6, 10] },
    { rowId: 'r1', answers: [4, 12, 20] },
    { rowId: 'r2', answers: [9, 27, 45] },
  ])
})

test('many values are met at quantiles, a class is looked at by its number, and what is not there is named', async () => {
  const rows = drawRows(300, 'grid')
  const control = { random: createRandom(1) }
  const options = { feature: 'a', task: amount, pointCount: 5, curveCount: 2 }
  const traced = await traceDependence(
    modelOf((a) => a),
    datasetOf(rows),
    options,
    control,
  )
  expect(traced.points).toHaveLength(5)
  expect(traced.curves).toHaveLength(2)
  expect(traced.points[0]?.mean).toBeCloseTo(Math.min(...rows.map(([a = 0]) => a)), 10)
  const strange = { ...options, feature: 'age' }
  await expect(
    traceDependence(
      modelOf((a) => a),
      datasetOf(rows),
      strange,
      control,
    ),
  ).rejects.toThrow("'age'")
  const classes = { ...options, task: { kind: 'class', classCount: 2 } } as const
  await expect(
    traceDependence(
      modelOf((a) => a),
      datasetOf(rows),
      classes,
      control,
    ),
  ).rejects.toThrow('which class')
})
