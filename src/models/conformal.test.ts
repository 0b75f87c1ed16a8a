import { expect, test } from 'vitest'
import { createRandom, type Random } from '../math/random.ts'
import { classSetsOf, fitClassSets, fitSplitConformal, splitIntervals, toTwoClasses } from './conformal.ts'
import { fitCrossConformal, loadCrossConformal } from './cross-conformal.ts'
import { linearLearner } from './linear-regression.ts'
import { poissonLearner } from './log-linear-learners.ts'
import { logisticLearner } from './logistic-learner.ts'

function shareInside(actual: ArrayLike<number>, low: Float64Array, high: Float64Array): number {
  let held = 0
  for (let row = 0; row < low.length; row++)
    if ((actual[row] ?? Number.NaN) >= (low[row] ?? 0) && (actual[row] ?? Number.NaN) <= (high[row] ?? 0))
      held++
  return held / low.length
}

/** A line with errors that grow with the first column and are of no normal shape. */
function drawRows(count: number, random: Random) {
  const rows = Array.from({ length: count }, () => [2 * random.next(), random.normal()])
  return {
    dataset: {
      featureNames: ['size', 'other'],
      rowIds: rows.map((_, row) => String(row)),
      values: Float64Array.from(rows.flat()),
    },
    labels: Float64Array.from(
      rows,
      ([size = 0, other = 0]) => 5 + 3 * size + other + (size + 0.2) * (random.exponential(1) - 1),
    ),
  }
}

test('by hand: of nine errors the ninth is the margin of 90 %, in proportion or not, and too few rows hold nothing short of all', () => {
  const predicted = [10, 10, 10, 10, 10, 10, 10, 10, 10]
  const actual = [11, 12, 13, 14, 5, 4, 3, 2, 19]
  const plain = fitSplitConformal(predicted, actual, { coverage: 0.9 })
  expect(plain.margin).toBe(9)
  expect(fitSplitConformal(predicted, actual, { coverage: 0.5 }).margin).toBe(5)
  expect(splitIntervals(plain, Float64Array.of(4), 0)).toEqual({
    predicted: Float64Array.of(4),
    low: Float64Array.of(0),
    high: Float64Array.of(13),
  })
  const scaled = fitSplitConformal(predicted, actual, { coverage: 0.9, scale: 'proportional' })
  expect(splitIntervals(scaled, Float64Array.of(100)).high[0]).toBeCloseTo(190, 10)
  const few = fitSplitConformal([1, 2], [1, 2], { coverage: 0.9 })
  expect(few.margin).toBeNull()
  expect(splitIntervals(few, Float64Array.of(1)).high[0]).toBe(Number.POSITIVE_INFINITY)
})

test('by hand: a class is in the set from the probability that nine of ten of its rows had', () => {
  // Class 1 had .1 … .9 of nine rows: the ninth largest error is .9.
  const chances = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
  const sets = fitClassSets(
    toTwoClasses(chances),
    chances.map(() => 1),
    { classCount: 2, coverage: 0.9 },
  )
  expect(sets.thresholds[0]).toBe(0)
  expect(sets.thresholds[1]).toBeCloseTo(0.1, 12)
  expect(classSetsOf(sets, toTwoClasses(Float64Array.of(0.05, 0.1, 0.8)))).toEqual([[0], [0, 1], [1, 0]])
})

test('over 60 draws split intervals cover what they say, absolute and in proportion, of errors of no normal shape', () => {
  const random = createRandom(1)
  for (const scale of ['absolute', 'proportional'] as const)
    for (const coverage of [0.8, 0.9]) {
      let covered = 0
      for (let draw = 0; draw < 60; draw++) {
        const [held, fresh] = [drawRows(200, random), drawRows(300, random)]
        // A model that is wrong: its intervals hold all the same.
        const predict = ({ dataset }: typeof held) =>
          Float64Array.from(dataset.rowIds, (_, row) => 6 + 2 * (dataset.values[2 * row] ?? 0))
        const conformal = fitSplitConformal(predict(held), held.labels, { coverage, scale })
        const { low, high } = splitIntervals(conformal, predict(fresh))
        covered += shareInside(fresh.labels, low, high) / 60
      }
      expect(covered).toBeGreaterThan(coverage - 0.012)
      expect(covered).toBeLessThan(coverage + 0.02)
    }
})

test('by hand: the ends of CV+ are ranks of the errors around what each fold without the row says', async () => {
  // Told of nothing but their mean: folds of one row each are the jackknife+.
  const rowIds = ['a', 'b', 'c', 'd']
  const dataset = { featureNames: ['still'], rowIds, values: new Float64Array(4) }
  const labels = [0, 3, 6, 15]
  const options = { coverage: 0.6, foldCount: 4, random: createRandom(2) }
  await using model = await fitCrossConformal(
    linearLearner,
    { kind: 'amount' },
    { dataset, labels },
    {},
    options,
  )
  const { low, high, predicted } = await model.predict({
    ...dataset,
    rowIds: ['z'],
    values: new Float64Array(1),
  })
  // Without each row the others' mean is 8, 7, 6, 3, off by 8, 4, 0, 12: ends 0 3 6 −9 and 16 11 6 15, third of four.
  expect(predicted[0]).toBeCloseTo(6, 9)
  expect(high[0]).toBeCloseTo(15, 9)
  expect(low[0]).toBeCloseTo(0, 9)
})

test('CV+ covers 90 % of fresh rows on average over draws from 30 rows each, and the jackknife+ does', async () => {
  const drawCount = 25
  for (const foldCount of [6, 30]) {
    const random = createRandom(foldCount)
    let covered = 0
    for (let draw = 0; draw < drawCount; draw++) {
      const [known, fresh] = [drawRows(30, random), drawRows(200, random)]
      const options = { coverage: 0.9, foldCount, random }
      await using model = await fitCrossConformal(linearLearner, { kind: 'amount' }, known, {}, options)
      const { low, high, predicted } = await model.predict(fresh.dataset)
      covered += shareInside(fresh.labels, low, high) / drawCount
      expect(predicted.every((value, row) => value > (low[row] ?? 9e9) && value < (high[row] ?? -9e9))).toBe(
        true,
      )
    }
    expect(covered).toBeGreaterThan(0.87)
    expect(covered).toBeLessThan(0.96)
  }
})

test('class sets of a fitted model hold each class, the rare one too, as often as they say', async () => {
  const random = createRandom(3)
  const draw = (count: number) => {
    const rows = Array.from({ length: count }, () => [random.normal(), random.normal()])
    const labels = rows.map(([a = 0]) => (random.next() < 1 / (1 + Math.exp(2.5 - 1.5 * a)) ? 1 : 0))
    const rowIds = rows.map((_, row) => String(row))
    return { dataset: { featureNames: ['a', 'b'], rowIds, values: Float64Array.from(rows.flat()) }, labels }
  }
  const [known, held, fresh] = [draw(500), draw(2000), draw(4000)]
  await using model = await logisticLearner.fit({ kind: 'chance' }, known, logisticLearner.standard, {
    random,
  })
  const say = async ({ dataset }: typeof known) => toTwoClasses(await model.predict(dataset))
  const sets = fitClassSets(await say(held), held.labels, { classCount: 2, coverage: 0.9 })
  const told = classSetsOf(sets, await say(fresh))
  for (const label of [0, 1]) {
    const own = told.filter((_, row) => fresh.labels[row] === label)
    expect(own.filter((set) => set.includes(label)).length / own.length).toBeCloseTo(0.9, 1)
  }
  // Sets tell something: most hold one class alone.
  expect(told.filter((set) => set.length === 1).length / told.length).toBeGreaterThan(0.5)
})

test('saved and loaded intervals are the same; counts never begin below 0; what does not fit is refused', async () => {
  const random = createRandom(4)
  const known = drawRows(40, random)
  const counts = { ...known, labels: known.labels.map((value) => Math.max(0, Math.round(value / 4))) }
  const options = { coverage: 0.9, foldCount: 4, random: createRandom(5) }
  const { standard } = poissonLearner
  await using model = await fitCrossConformal(poissonLearner, { kind: 'count' }, counts, standard, options)
  const saved = model.save()
  const { low } = await model.predict(known.dataset)
  expect(Math.min(...low)).toBeGreaterThanOrEqual(0)
  await using read = await loadCrossConformal(poissonLearner, {
    ...JSON.parse(JSON.stringify(saved)),
    parts: saved.parts,
  })
  expect(await read.predict(known.dataset)).toEqual(await model.predict(known.dataset))
  await expect(loadCrossConformal(linearLearner, saved)).rejects.toThrow(
    /kind 'poisson' is not one of kind 'linear'/,
  )
  await expect(loadCrossConformal(poissonLearner, { ...saved, card: {} })).rejects.toThrow(/names no models/)
  await expect(
    fitCrossConformal(poissonLearner, { kind: 'count' }, counts, standard, { ...options, coverage: 1 }),
  ).rejects.toThrow(/between 0 and 1/)
  await expect(
    fitCrossConformal(logisticLearner, { kind: 'chance' }, counts, logisticLearner.standard, options),
  ).rejects.toThrow(/classes have sets/)
})
