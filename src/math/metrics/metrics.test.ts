import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { bootstrapInterval } from './bootstrap.ts'
import { calibrationCurve, expectedCalibrationError, rankedCalibrationError } from './calibration.ts'
import {
  accuracy,
  areaUnderRoc,
  averagePrecision,
  bestF1Threshold,
  brierScore,
  f1,
  logLoss,
  precision,
  rankedAreaUnderRoc,
  rankedAveragePrecision,
  rankedBrierScore,
  rankedDecisions,
  rankedLogLoss,
  recall,
  rocCurve,
} from './classification.ts'
import { adjustedRandIndex } from './clustering.ts'
import { groupedFolds, stratifiedFolds } from './folds.ts'
import { liftByDecile, rankedLift } from './lift.ts'
import { rankRows } from './ranking.ts'
import {
  correlation,
  meanAbsoluteError,
  poissonDeviance,
  rankedAbsoluteError,
  rankedDeviance,
  rankedRSquared,
  rankedSquaredError,
  rootMeanSquaredError,
  rSquared,
} from './regression.ts'

/** The example of scikit-learn's documentation of these scores. */
const labels = [0, 0, 1, 1]
const scores = [0.1, 0.4, 0.35, 0.8]

const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 20 })), {
    minLength: 4,
    maxLength: 60,
  })
  .filter((rows) => new Set(rows.map(([label]) => label)).size === 2)

test('AUC and average precision are those of scikit-learn’s documentation', () => {
  expect(areaUnderRoc(labels, scores)).toBeCloseTo(0.75, 12)
  expect(averagePrecision(labels, scores)).toBeCloseTo(0.8333333333, 9)
})

test('AUC is the share of pairs in the right order, ties half, and knows no scale', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const [y, s] = [rows.map(([label]) => label), rows.map(([, score]) => score)]
      let [right, pairs] = [0, 0]
      for (const [i, a] of rows.entries())
        for (const b of rows.slice(i + 1).concat(rows.slice(0, i)))
          if (a[0] === 1 && b[0] === 0) {
            pairs++
            right += a[1] > b[1] ? 1 : a[1] === b[1] ? 0.5 : 0
          }
      expect(areaUnderRoc(y, s)).toBeCloseTo(right / pairs, 10)
      expect(
        areaUnderRoc(
          y,
          s.map((score) => Math.exp(score / 5)),
        ),
      ).toBeCloseTo(right / pairs, 10)
      expect(
        areaUnderRoc(
          y,
          s.map((score) => -score),
        ),
      ).toBeCloseTo(1 - right / pairs, 10)
    }),
  )
})

test('the ROC curve runs from corner to corner without turning back', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const curve = rocCurve(
        rows.map(([label]) => label),
        rows.map(([, score]) => score),
      )
      expect(curve[0]).toMatchObject({ falsePositiveRate: 0, truePositiveRate: 0 })
      expect(curve.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 })
      for (const [index, point] of curve.entries()) {
        const before = curve[index - 1] ?? point
        expect(point.falsePositiveRate).toBeGreaterThanOrEqual(before.falsePositiveRate)
        expect(point.truePositiveRate).toBeGreaterThanOrEqual(before.truePositiveRate)
      }
    }),
  )
})

test('decisions at a threshold count as by hand', () => {
  expect(accuracy(labels, scores, 0.35)).toBe(0.75)
  expect(precision(labels, scores, 0.35)).toBeCloseTo(2 / 3, 12)
  expect(recall(labels, scores, 0.5)).toBe(0.5)
  expect(f1(labels, scores, 0.35)).toBeCloseTo(0.8, 12)
  expect(bestF1Threshold(labels, scores)).toBe(0.35)
  expect(precision(labels, scores, 2)).toBe(0)
})

test('a figure of rows weighed by how often they were drawn is that of the drawn rows', () => {
  const drawn = fc.tuple(scored, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }))
  fc.assert(
    fc.property(drawn, ([rows, times]) => {
      const repeated = rows.flatMap((row, index) => Array.from({ length: times[index] ?? 0 }, () => row))
      fc.pre(new Set(repeated.map(([label]) => label)).size === 2)
      const [y, s] = [repeated.map(([label]) => label), repeated.map(([, score]) => score / 20)]
      const ranking = rankRows(
        rows.map(([label]) => label),
        rows.map(([, score]) => score / 20),
      )
      expect(rankedAreaUnderRoc(ranking, times)).toBeCloseTo(areaUnderRoc(y, s), 12)
      expect(rankedAveragePrecision(ranking, times)).toBeCloseTo(averagePrecision(y, s), 12)
      expect(rankedLogLoss(ranking, times)).toBeCloseTo(logLoss(y, s), 12)
      expect(rankedBrierScore(ranking, times)).toBeCloseTo(brierScore(y, s), 12)
      expect(rankedCalibrationError(ranking, times)).toBeCloseTo(expectedCalibrationError(y, s), 12)
      expect(rankedDecisions(ranking, 0.4, times).f1).toBeCloseTo(f1(y, s, 0.4), 12)
      if (y.length >= 10)
        for (const [tenth, lift] of liftByDecile(y, s).entries())
          expect(rankedLift(ranking, times)[tenth]).toBeCloseTo(lift, 9)
      expect(rankedRSquared(ranking, times)).toBeCloseTo(rSquared(y, s), 9)
      expect(rankedAbsoluteError(ranking, times)).toBeCloseTo(meanAbsoluteError(y, s), 12)
      expect(rankedSquaredError(ranking, times)).toBeCloseTo(rootMeanSquaredError(y, s), 12)
      expect(rankedDeviance(ranking, times)).toBeCloseTo(poissonDeviance(y, s), 9)
    }),
  )
})

test('log-loss and Brier score follow their definitions and stay finite on a sure mistake', () => {
  expect(logLoss([1, 0], [0.8, 0.4])).toBeCloseTo((-Math.log(0.8) - Math.log(0.6)) / 2, 12)
  expect(brierScore([1, 0], [0.8, 0.4])).toBeCloseTo((0.04 + 0.16) / 2, 12)
  expect(logLoss([1], [0])).toBeLessThan(40)
})

test('a calibrated forecast has no calibration error, a shifted one its shift', () => {
  const random = createRandom(1)
  const said = Array.from({ length: 20_000 }, () => random.next() * 0.8)
  const came = said.map((probability) => (random.next() < probability ? 1 : 0))
  expect(expectedCalibrationError(came, said)).toBeLessThan(0.012)
  expect(
    expectedCalibrationError(
      came,
      said.map((probability) => probability + 0.2),
    ),
  ).toBeCloseTo(0.2, 2)
  const curve = calibrationCurve(came, said, { bins: 'equal_width', binCount: 5 })
  expect(curve.reduce((sum, bin) => sum + bin.count, 0)).toBe(20_000)
})

test('lift averages to 1, and equal scores give lift 1 everywhere', () => {
  const random = createRandom(2)
  const y = Array.from({ length: 1000 }, () => (random.next() < 0.2 ? 1 : 0))
  const byLabel = liftByDecile(y, y)
  expect(byLabel.reduce((sum, value) => sum + value, 0)).toBeCloseTo(10, 9)
  expect(byLabel[0]).toBeGreaterThan(4)
  for (const value of liftByDecile(
    y,
    y.map(() => 1),
  ))
    expect(value).toBeCloseTo(1, 9)
})

test('regression metrics follow their definitions', () => {
  const [actual, predicted] = [
    [3, -0.5, 2, 7],
    [2.5, 0, 2, 8],
  ]
  expect(rSquared(actual, predicted)).toBeCloseTo(0.9486081370449679, 12)
  expect(meanAbsoluteError(actual, predicted)).toBe(0.5)
  expect(rootMeanSquaredError(actual, predicted)).toBeCloseTo(Math.sqrt(0.375), 12)
  expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12)
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12)
})

test('the Poisson deviance is that of scikit-learn’s documentation and least at the mean', () => {
  expect(poissonDeviance([2, 0, 1, 4], [0.5, 0.5, 2, 2])).toBeCloseTo(1.426, 4)
  const amounts = [0, 0, 0, 5, 40, 400]
  const at = (value: number) =>
    poissonDeviance(
      amounts,
      amounts.map(() => value),
    )
  const mean = 445 / 6
  expect(at(mean)).toBeLessThan(Math.min(at(0.9 * mean), at(1.1 * mean)))
  expect(at(0)).toBeLessThan(Number.POSITIVE_INFINITY)
})

test('a bootstrap interval of a mean covers the truth about as often as it says', () => {
  const random = createRandom(5)
  let covered = 0
  for (let trial = 0; trial < 200; trial++) {
    const sample = Array.from({ length: 60 }, () => random.normal())
    const { low, high } = bootstrapInterval(
      60,
      (rows) => rows.reduce((sum, row) => sum + (sample[row] ?? 0), 0) / 60,
      random,
      { resamples: 200 },
    )
    if (low < 0 && high > 0) covered++
  }
  expect(covered / 200).toBeGreaterThan(0.88)
  expect(covered / 200).toBeLessThan(0.99)
})

test('the adjusted Rand index is 1 for renamed groups, 0 by chance, and scikit-learn’s figure in between', () => {
  expect(adjustedRandIndex([0, 0, 1, 1], [5, 5, 2, 2])).toBe(1)
  expect(adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.5714285714, 9)
  const random = createRandom(9)
  const draw = () => Array.from({ length: 3000 }, () => random.integer(4))
  expect(Math.abs(adjustedRandIndex(draw(), draw()))).toBeLessThan(0.02)
})

test('folds hold equal shares of each class', () => {
  const y = Array.from({ length: 103 }, (_, row) => (row % 5 === 0 ? 1 : 0))
  const folds = stratifiedFolds(y, 5, createRandom(1))
  for (let fold = 0; fold < 5; fold++) {
    const size = folds.filter((each) => each === fold).length
    const positives = y.filter((label, row) => label === 1 && folds[row] === fold).length
    expect(Math.abs(size - 103 / 5)).toBeLessThan(2)
    expect(Math.abs(positives - 21 / 5)).toBeLessThan(1.5)
  }
})

test('grouped folds keep equal keys together and share both classes out', () => {
  const y = Array.from({ length: 200 }, (_, row) => (row % 4 === 0 ? 1 : 0))
  const keys = y.map((_, row) => `text ${row % 120}`)
  const folds = groupedFolds(y, keys, 5, createRandom(1))
  for (const [row, key] of keys.entries()) expect(folds[row]).toBe(folds[keys.indexOf(key)])
  for (let fold = 0; fold < 5; fold++) {
    const own = y.filter((_, row) => folds[row] === fold)
    expect(own.length).toBeGreaterThan(25)
    expect(own.filter((label) => label === 1).length).toBeGreaterThan(4)
  }
})
