import { expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { contractOfLearner } from './learner.contract.ts'
import type { LearningRows } from './learner.ts'
import { type PerceptronCard, type PerceptronSettings, perceptron } from './perceptron.ts'

contractOfLearner('a perceptron', {
  learner: perceptron,
  settings: { ...perceptron.standard, layers: [16], dropout: 0, epochs: 20, learningRate: 0.015 },
  weightTolerance: 0.3,
})

function rowsOf(values: readonly (readonly number[])[], labels: readonly number[]): LearningRows {
  const dataset = {
    featureNames: (values[0] ?? []).map((_, column) => `f${column}`),
    rowIds: values.map((_, row) => `r${row}`),
    values: Float64Array.from(values.flat()),
  }
  return { dataset, labels }
}

test('without a hidden layer it is linear regression: worked by hand', async () => {
  // Through (1, 1), (2, 2), (3, 2), (4, 3): slope Σ(x−2.5)(y−2) / Σ(x−2.5)² = 3 / 5, intercept 2 − 1.5.
  const rows = rowsOf([[1], [2], [3], [4]], [1, 2, 2, 3])
  const settings: PerceptronSettings = {
    ...perceptron.standard,
    layers: [],
    scaling: 'standard',
    dropout: 0,
    weightDecay: 0,
    validationShare: 0,
    epochs: 2000,
    learningRate: 0.01,
    schedule: { kind: 'cosine', warmupShare: 0 },
  }
  await using model = await perceptron.fit({ kind: 'amount' }, rows, settings, { random: createRandom(1) })
  const said = await model.predict(rows.dataset)
  for (const [row, x] of [1, 2, 3, 4].entries()) expect(said[row]).toBeCloseTo(0.6 * x + 0.5, 3)
})

test('a function that no linear model knows is learned: exclusive or, at its base rate of error', async () => {
  const random = createRandom('planted')
  const draw = (count: number) => {
    const values = Array.from({ length: count }, () => [random.normal(), random.normal()])
    const labels = values.map(([a = 0, b = 0]) => (a * b > 0 === random.next() < 0.9 ? 1 : 0))
    return rowsOf(values, labels)
  }
  const [known, fresh] = [draw(1500), draw(1500)]
  const settings = { ...perceptron.standard, epochs: 30, learningRate: 0.005 }
  await using model = await perceptron.fit({ kind: 'chance' }, known, settings, { random: createRandom(1) })
  const said = await model.predict(fresh.dataset)
  // Knowing the truth, a share of .9 is right and the area under the curve is .9.
  expect(areaUnderRoc(fresh.labels, said)).toBeGreaterThan(0.86)
})

test('training ends when rows held out get no better, and the best epoch is kept', async () => {
  const random = createRandom('noise')
  const values = Array.from({ length: 60 }, () => Array.from({ length: 8 }, () => random.normal()))
  const rows = rowsOf(
    values,
    values.map(() => random.normal()),
  )
  const settings = { ...perceptron.standard, dropout: 0, learningRate: 0.01, patience: 5 }
  await using model = await perceptron.fit({ kind: 'amount' }, rows, settings, { random: createRandom(1) })
  const { history, keptEpoch } = model.save().card as PerceptronCard
  expect(history).toHaveLength(keptEpoch + 1 + 5)
  const losses = history.map(({ validationLoss = Number.NaN }) => validationLoss)
  expect(losses[keptEpoch]).toBe(Math.min(...losses))
})

test('impossible settings are refused by name', async () => {
  const rows = rowsOf([[1], [2]], [1, 2])
  const control = { random: createRandom(1) }
  for (const wrong of [
    { layers: [64, 0] },
    { dropout: 1 },
    { batchSize: 0 },
    { patience: 0 },
    { clipNorm: 0 },
  ])
    await expect(
      perceptron.fit({ kind: 'amount' }, rows, { ...perceptron.standard, ...wrong }, control),
    ).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining(Object.keys(wrong)[0] ?? ''),
    })
})
