import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { createRandom } from '../math/random.ts'
import { fitBoosting, predictBoosting } from './boosting.ts'
import { boostingLearner } from './boosting-learner.ts'
import type { BoostingOptions } from './boosting-options.ts'

function datasetOf(rows: readonly (readonly number[])[]): Dataset {
  return {
    featureNames: (rows[0] ?? []).map((_, column) => `f${column}`),
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
}

const stump = { treeCount: 1, learningRate: 1, maxDepth: 1, l2: 0, minChildWeight: 0 } as const

test('a Poisson stump multiplies the mean by e to a Newton step of at most .7', () => {
  const data = datasetOf([[0], [0], [1], [1]])
  const options = { ...stump, objective: 'poisson' } as const
  const said = predictBoosting(fitBoosting(data, [1, 1, 3, 3], options, createRandom(1)), data)
  // Mean 2: on the left G = 2 · (2 − 1), H = 4; on the right G = −2.
  expect(said[0]).toBeCloseTo(2 * Math.exp(-0.5), 12)
  expect(said[3]).toBeCloseTo(2 * Math.exp(0.5), 12)
  const far = predictBoosting(fitBoosting(data, [0, 0, 0, 40], options, createRandom(1)), data)
  expect(far[3]).toBeCloseTo(10 * Math.exp(0.7), 12)
})

test('a gamma stump takes the Newton step of its deviance', () => {
  const data = datasetOf([[0], [0], [1], [1]])
  const options = { ...stump, objective: 'gamma' } as const
  const said = predictBoosting(fitBoosting(data, [8, 8, 12, 12], options, createRandom(1)), data)
  // Mean 10: G = 2 (1 − .8), H = 2 · .8 on the left; G = 2 (1 − 1.2), H = 2 · 1.2 on the right.
  expect(said[0]).toBeCloseTo(10 * Math.exp(-0.25), 12)
  expect(said[3]).toBeCloseTo(10 * Math.exp(1 / 6), 12)
})

test('counts with a known mean are found by poisson and tweedie better than by the mean of all', () => {
  const random = createRandom('counts')
  const rows = Array.from({ length: 3000 }, () => [random.normal(), random.normal()])
  const means = rows.map(([a = 0, b = 0]) => Math.exp(0.5 + 0.6 * a - 0.4 * Math.abs(b)))
  const labels = means.map((mean) => random.poisson(mean))
  for (const objective of ['poisson', 'tweedie'] as const) {
    const options = { objective, treeCount: 120, learningRate: 0.1, maxDepth: 3, minChildWeight: 10 }
    const said = predictBoosting(fitBoosting(datasetOf(rows), labels, options, random), datasetOf(rows))
    const error = said.reduce((sum, value, row) => sum + Math.abs(value - (means[row] ?? 0)), 0) / said.length
    expect(error).toBeLessThan(0.2)
  }
})

test('two classes by softmax are those of the logistic model, and three corners are told apart', () => {
  const random = createRandom('softmax')
  const rows = Array.from({ length: 900 }, () => [random.normal(), random.normal()])
  const corner = ([a = 0, b = 0]: readonly number[]) => (a + b > 0.5 ? 2 : a > b ? 1 : 0)
  const options = { treeCount: 40, learningRate: 0.2, maxDepth: 3 } as const
  const [train, fresh] = [rows.slice(0, 600), rows.slice(600)]
  const model = fitBoosting(
    datasetOf(train),
    train.map(corner),
    { ...options, objective: 'softmax', classCount: 3 },
    random,
  )
  expect(model.trees).toHaveLength(120)
  const said = predictBoosting(model, datasetOf(fresh))
  const right = fresh.filter((row, place) => {
    const own = said.slice(3 * place, 3 * place + 3)
    expect(own.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12)
    return own.indexOf(Math.max(...own)) === corner(row)
  })
  expect(right.length / fresh.length).toBeGreaterThan(0.9)
})

test('an order is learned within queries whose levels differ, which a number cannot tell', () => {
  const random = createRandom('order')
  const queries = Array.from({ length: 1200 }, (_, row) => `q${Math.floor(row / 8)}`)
  const levels = new Map(queries.map((query) => [query, Math.floor(2 * random.next())]))
  const rows = queries.map(() => [random.normal(), random.normal()])
  const grades = rows.map(([a = 0], row) =>
    Math.max(0, Math.min(4, Math.round(a + 1 + 2 * (levels.get(queries[row] ?? '') ?? 0)))),
  )
  const options = { objective: 'ranking', treeCount: 40, learningRate: 0.1, maxDepth: 3, queries } as const
  const model = fitBoosting(datasetOf(rows), grades, options, random)
  const fresh = datasetOf([
    [-2, 0],
    [-1, 0],
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  const said = [...predictBoosting(model, fresh)]
  expect(said).toEqual(said.toSorted((a, b) => a - b))
  const [importance = 0] = model.importances
  expect(importance).toBeGreaterThan(0.8)
})

test('more of a monotone column never lowers the answer, whatever the data say', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.constantFrom<1 | -1>(1, -1),
      fc.constantFrom<BoostingOptions['objective']>('squared_error', 'logistic', 'poisson'),
      (seed, direction, objective) => {
        const random = createRandom(seed)
        const rows = Array.from({ length: 120 }, () => [
          random.next() < 0.1 ? Number.NaN : random.normal(),
          random.normal(),
          random.integer(4),
        ])
        const labels = rows.map(([a = 0, b = 0, c = 0]) => {
          const score = Math.sin(3 * (a || 0)) * (c - 1) + b + 0.3 * random.normal()
          return objective === 'squared_error' ? score : score > 0 ? 1 : 0
        })
        const options = {
          objective,
          treeCount: 20,
          learningRate: 0.3,
          maxDepth: 5,
          minChildWeight: 0.1,
          monotone: { f0: direction },
          categorical: ['f2'],
        } as const
        const model = fitBoosting(datasetOf(rows), labels, options, random)
        for (const [, b = 0, c = 0] of rows.slice(0, 10)) {
          const line = Array.from({ length: 30 }, (_, step) => [-3 + step * 0.2, b, c])
          const said = [...predictBoosting(model, datasetOf(line))]
          for (const [step, value] of said.slice(1).entries())
            expect(direction * (value - (said[step] ?? 0))).toBeGreaterThanOrEqual(-1e-12)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('a monotone column in the direction of the truth helps on rows with noise', () => {
  const random = createRandom('true direction')
  const rows = Array.from({ length: 1600 }, () => [random.normal(), random.normal()])
  const truth = rows.map(([a = 0, b = 0]) => 2 * Math.tanh(a) + Math.sin(2 * b))
  const labels = truth.map((value) => value + 1.5 * random.normal())
  const options = { objective: 'squared_error', treeCount: 50, learningRate: 0.1 } as const
  const errorOf = (monotone: BoostingOptions['monotone'] = {}) => {
    const train = datasetOf(rows.slice(0, 800))
    const model = fitBoosting(train, labels.slice(0, 800), { ...options, monotone }, createRandom(1))
    const said = predictBoosting(model, datasetOf(rows.slice(800)))
    return said.reduce((sum, value, row) => sum + (value - (truth[800 + row] ?? 0)) ** 2, 0) / 800
  }
  expect(errorOf({ f0: 1 })).toBeLessThan(0.9 * errorOf())
})

const chance = { kind: 'chance' } as const
const quick = { treeCount: 400, learningRate: 0.2, maxDepth: 3 } as const

function drawChances(rowCount: number, seed = 'chances') {
  const random = createRandom(seed)
  const rows = Array.from({ length: rowCount }, () => [random.normal(), random.normal()])
  const labels = rows.map(([a = 0]) => Number(random.next() < 1 / (1 + Math.exp(2 - 2 * a))))
  return { dataset: datasetOf(rows), labels }
}

test('balanced classes lift the mean chance to a half', async () => {
  const rows = drawChances(600)
  const mean = async (settings: object) => {
    const model = await boostingLearner.fit(
      chance,
      rows,
      { ...quick, treeCount: 40, ...settings },
      { random: createRandom(1) },
    )
    const said = await model.predict(rows.dataset)
    return said.reduce((sum, value) => sum + value, 0) / said.length
  }
  const rate = rows.labels.reduce((sum, label) => sum + label, 0) / 600
  expect(Math.abs((await mean({})) - rate)).toBeLessThan(0.02)
  expect(await mean({ classWeights: 'balanced' })).toBeGreaterThan(0.35)
  expect(await mean({ classWeights: [1, 1] })).toBe(await mean({}))
  await expect(mean({ classWeights: [1] })).rejects.toThrow('each class')
})

test('rounds stop by validation rows, or by people held out, and progress tells the loss', async () => {
  const rows = drawChances(500)
  const losses: (number | undefined)[] = []
  const control = {
    random: createRandom(1),
    validation: drawChances(500, 'others'),
    progress: ({ loss }: { loss?: number }) => losses.push(loss),
  }
  const card = async (fit: ReturnType<typeof boostingLearner.fit>) =>
    (await fit).save().card as { trees: readonly object[] }
  const watched = await card(boostingLearner.fit(chance, rows, { ...quick, patience: 10 }, control))
  expect(watched.trees.length).toBe(losses.length - 10)
  expect(losses.every(Number.isFinite)).toBe(true)
  const held = { ...quick, heldShare: 0.3, patience: 10 }
  const own = await card(boostingLearner.fit(chance, rows, held, { random: createRandom(1) }))
  expect(own.trees.length).toBeGreaterThan(1)
  expect(own.trees.length).toBeLessThan(100)
})

test('options that cannot be met are named', async () => {
  const data = datasetOf([[1], [2], [3]])
  const learn = (options: Partial<BoostingOptions>, labels = [0, 1, 1]) =>
    fitBoosting(data, labels, { objective: 'squared_error', ...options }, createRandom(1))
  expect(() => learn({ monotone: { colour: 1 } })).toThrow("'colour' is not in the dataset")
  expect(() => learn({ monotone: { f0: 1 }, categorical: ['f0'] })).toThrow('no order')
  expect(() => learn({ objective: 'tweedie', tweediePower: 2 })).toThrow(
    'tweediePower must be between 1 and 2',
  )
  expect(() => learn({ objective: 'gamma' })).toThrow('above 0')
  expect(() => learn({ objective: 'ranking' })).toThrow('each row needs one')
  expect(() => learn({ learningRate: 0 })).toThrow('learningRate must be above 0')
  const amounts = { dataset: data, labels: [1, 2, 3] }
  const balanced = { classWeights: 'balanced' } as const
  await expect(
    boostingLearner.fit({ kind: 'amount' }, amounts, balanced, { random: createRandom(1) }),
  ).rejects.toThrow('no classes')
})
