import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { contractOfLearner } from './learner.contract.ts'
import { plainScaling } from './linear-learner.ts'
import type { LinearCard } from './linear-model.ts'
import { fitLogistic, predictLogistic } from './logistic.ts'
import { type LogisticLearnerSettings, logisticLearner } from './logistic-learner.ts'

contractOfLearner('logistic regression', { learner: logisticLearner, reaches: { chance: 0.99, class: 0.9 } })
contractOfLearner('logistic regression on absolute weights', {
  learner: logisticLearner,
  settings: { alpha: 1e-2, mix: 1, classWeights: 'balanced' },
  reaches: { chance: 0.98, class: 0.8 },
  weightTolerance: 1e-3,
})

const unpenalised: LogisticLearnerSettings = {
  alpha: 0,
  mix: 0,
  classWeights: 'equal',
  scaling: plainScaling,
}

function oneColumn(values: readonly number[]) {
  return {
    featureNames: ['x'],
    rowIds: values.map((_, row) => String(row)),
    values: Float64Array.from(values),
  }
}

/** Intercepts and slopes in the column's own unit. */
async function linesOf(
  values: readonly number[],
  labels: readonly number[],
  classCount?: number,
  settings = unpenalised,
) {
  const task =
    classCount === undefined ? ({ kind: 'chance' } as const) : ({ kind: 'class', classCount } as const)
  const model = await logisticLearner.fit(task, { dataset: oneColumn(values), labels }, settings, {
    random: createRandom(1),
  })
  const { intercepts, weights, scaler } = model.save().card as LinearCard
  const { mean = 0, deviation = 1 } = scaler.columns[0] ?? {}
  return weights.map(([weight = 0], place) => ({
    slope: weight / deviation,
    intercept: (intercepts[place] ?? 0) - (weight / deviation) * mean,
  }))
}

test('by hand: classes by one code have the shares of the code', async () => {
  const values = [...Array(8).fill(0), ...Array(8).fill(1)]
  const labels = [0, 0, 0, 0, 1, 1, 1, 2, 0, 1, 1, 2, 2, 2, 2, 2]
  const model = await logisticLearner.fit(
    { kind: 'class', classCount: 3 },
    { dataset: oneColumn(values), labels },
    unpenalised,
    {
      random: createRandom(1),
    },
  )
  const said = await model.predict(oneColumn([0, 1]))
  for (const [place, share] of [4 / 8, 3 / 8, 1 / 8, 1 / 8, 2 / 8, 5 / 8].entries())
    expect(said[place]).toBeCloseTo(share, 4)
})

test('hours and exams give the published coefficients 1.5046 and −4.0777 (Wikipedia, logistic regression)', async () => {
  const hours = [
    0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5,
  ]
  const passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1]
  const [line] = await linesOf(hours, passed)
  expect(line?.slope).toBeCloseTo(1.5046, 4)
  expect(line?.intercept).toBeCloseTo(-4.0777, 4)
})

/** Lengths (m) of 59 alligators and what they mostly ate: invertebrates, fish, other. Agresti (2007), table 6.1. */
const alligators =
  '1.24I 1.30I 1.30I 1.32F 1.32F 1.40F 1.42I 1.42F 1.45I 1.45O 1.47I 1.47F 1.50I 1.52I 1.55I 1.60I 1.63I 1.65O 1.65I 1.65F ' +
  '1.65F 1.68F 1.70I 1.73O 1.78I 1.78I 1.78O 1.80I 1.80F 1.85F 1.88I 1.93I 1.98I 2.03F 2.03F 2.16F 2.26F 2.31F 2.31F 2.36F ' +
  '2.36F 2.39F 2.41F 2.44F 2.46F 2.56O 2.67F 2.72I 2.79F 2.84F 3.25O 3.28O 3.33F 3.56F 3.58F 3.66F 3.68O 3.71F 3.89F'

test('alligators give the published baseline-category logits (Agresti, 2007, §6.1.2)', async () => {
  const rows = alligators
    .split(' ')
    .map((text) => ({ length: Number.parseFloat(text), food: 'IFO'.indexOf(text.slice(-1)) }))
  expect(rows).toHaveLength(59)
  const [invertebrates, fish, other] = await linesOf(
    rows.map(({ length }) => length),
    rows.map(({ food }) => food),
    3,
  )
  expect((fish?.intercept ?? 0) - (other?.intercept ?? 0)).toBeCloseTo(1.618, 2)
  expect((fish?.slope ?? 0) - (other?.slope ?? 0)).toBeCloseTo(-0.11, 2)
  expect((invertebrates?.intercept ?? 0) - (other?.intercept ?? 0)).toBeCloseTo(5.697, 2)
  expect((invertebrates?.slope ?? 0) - (other?.slope ?? 0)).toBeCloseTo(-2.465, 2)
})

test('two classes are one chance, under either penalty, and balanced weights are as if both were as many', async () => {
  const random = createRandom(5)
  const values = Array.from({ length: 400 }, () => random.normal())
  const labels = values.map((value) => (random.next() < 1 / (1 + Math.exp(1.5 - value)) ? 1 : 0))
  for (const mix of [0, 1]) {
    // A chance has one weight where two classes share it: half the penalty on absolute weights, twice on squared ones.
    const alpha = 0.02
    const [one] = await linesOf(values, labels, undefined, { ...unpenalised, alpha, mix })
    const [no, yes] = await linesOf(values, labels, 2, {
      ...unpenalised,
      alpha: mix === 0 ? 2 * alpha : alpha,
      mix,
    })
    expect((yes?.slope ?? 0) - (no?.slope ?? 0)).toBeCloseTo(one?.slope ?? 0, 3)
    expect((yes?.intercept ?? 0) - (no?.intercept ?? 0)).toBeCloseTo(one?.intercept ?? 0, 3)
  }
  const [line] = await linesOf(values, labels, undefined, { ...unpenalised, classWeights: 'balanced' })
  const chances = values.map(
    (value) => 1 / (1 + Math.exp(-(line?.intercept ?? 0) - (line?.slope ?? 0) * value)),
  )
  const meanOf = (label: number) => {
    const own = chances.filter((_, row) => labels[row] === label)
    return own.reduce((sum, chance) => sum + chance, 0) / own.length
  }
  // At the optimum the weighted chances sum to the weighted labels: half of all.
  expect(meanOf(0) + meanOf(1)).toBeCloseTo(1, 5)
})

test('plain reasons give the weights of the plain fit, none against its own column', async () => {
  const random = createRandom(9)
  const rows = Array.from({ length: 500 }, () => {
    const shared = random.normal()
    return Array.from({ length: 4 }, () => 3 + shared + 0.6 * random.normal())
  })
  const labels = rows.map(([a = 0, b = 0]) => (2 * a - 1.5 * b + random.normal() > 1.5 ? 1 : 0))
  const dataset = {
    featureNames: ['a', 'b', 'c', 'd'],
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
  const settings = { ...logisticLearner.standard, alpha: 0.01, hasPlainReasons: true }
  await using model = await logisticLearner.fit({ kind: 'chance' }, { dataset, labels }, settings, { random })
  const expected = predictLogistic(
    fitLogistic(dataset, labels, { alpha: 0.01, hasPlainReasons: true }),
    dataset,
  )
  for (const [row, chance] of (await model.predict(dataset)).entries())
    expect(chance).toBeCloseTo(expected[row] ?? 9, 3)
  const { weights } = model.save().card as LinearCard
  expect(Math.min(...(weights[0] ?? []))).toBeGreaterThanOrEqual(0)
  const weighed = { dataset, labels, weights: labels.map(() => 2) }
  await expect(logisticLearner.fit({ kind: 'chance' }, weighed, settings, { random })).rejects.toThrow(
    /count alike/,
  )
})
