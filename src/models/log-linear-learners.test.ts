import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { contractOfLearner } from './learner.contract.ts'
import type { Learner } from './learner.ts'
import { plainScaling } from './linear-learner.ts'
import {
  gammaLearner,
  type LogLinearSettings,
  type LogLinearStatistics,
  poissonLearner,
} from './log-linear-learners.ts'

contractOfLearner('Poisson regression', { learner: poissonLearner, reaches: { count: 0.97 } })
contractOfLearner('gamma regression', {
  learner: gammaLearner,
  reaches: { amount: 0.98 },
  hasPositiveAmounts: true,
  amountLink: 'log',
})

const plain: LogLinearSettings = { alpha: 0, scaling: plainScaling }

type Told = LogLinearStatistics & {
  readonly of: (column: string) => { estimate: number; standardError: number | null }
}

async function tell(
  learner: Learner<LogLinearSettings>,
  columns: Readonly<Record<string, readonly number[]>>,
  labels: readonly number[],
  settings = plain,
): Promise<Told> {
  const featureNames = Object.keys(columns)
  const dataset = {
    featureNames,
    rowIds: labels.map((_, row) => String(row)),
    values: Float64Array.from(
      labels.flatMap((_, row) => featureNames.map((name) => columns[name]?.[row] ?? Number.NaN)),
    ),
  }
  const task = { kind: learner.tasks[0] === 'count' ? 'count' : 'amount' } as const
  const model = await learner.fit(task, { dataset, labels }, settings, { random: createRandom(1) })
  const { statistics } = model.save().card as { statistics: LogLinearStatistics }
  const of = (column: string) => {
    const found = statistics.coefficients.find((each) => each.column === column)
    if (found === undefined) throw new Error(`no coefficient ${column}`)
    return found
  }
  return { ...statistics, of }
}

test('by hand: with one flag the means are those of its two sides, for both families', async () => {
  const flag = [0, 0, 0, 1, 1]
  const labels = [1, 2, 3, 4, 8]
  for (const learner of [poissonLearner, gammaLearner]) {
    const told = await tell(learner, { flag }, labels)
    expect(told.of('(intercept)').estimate).toBeCloseTo(Math.log(2), 8)
    expect(told.of('flag').estimate).toBeCloseTo(Math.log(3), 8)
    expect(told.residualDegrees).toBe(3)
  }
  // Poisson information: the sums of the means, 6 and 12.
  const counted = await tell(poissonLearner, { flag }, labels)
  expect(counted.of('(intercept)').standardError).toBeCloseTo(Math.sqrt(1 / 6), 8)
  expect(counted.of('flag').standardError).toBeCloseTo(Math.sqrt(1 / 6 + 1 / 12), 8)
  // Gamma: Pearson's (¼ + 0 + ¼ + 1/9 + 1/9) / 3, over 3 and 2 rows.
  const dispersion = (0.5 + 2 / 9) / 3
  const amounts = await tell(gammaLearner, { flag }, labels)
  expect(amounts.dispersion).toBeCloseTo(dispersion, 8)
  expect(amounts.of('flag').standardError).toBeCloseTo(Math.sqrt(dispersion * (1 / 3 + 1 / 2)), 8)
})

test('a randomised trial gives the coefficients, errors and deviances of Dobson (1990), p. 93, as in R’s help of glm', async () => {
  const counts = [18, 17, 15, 20, 10, 20, 25, 13, 12]
  const isLevel = (level: number, of: (row: number) => number) =>
    counts.map((_, row) => (of(row) === level ? 1 : 0))
  const told = await tell(
    poissonLearner,
    {
      outcome2: isLevel(1, (row) => row % 3),
      outcome3: isLevel(2, (row) => row % 3),
      treatment2: isLevel(1, (row) => Math.floor(row / 3)),
      treatment3: isLevel(2, (row) => Math.floor(row / 3)),
    },
    counts,
  )
  expect(told.of('(intercept)').estimate).toBeCloseTo(3.045, 3)
  expect(told.of('(intercept)').standardError).toBeCloseTo(0.1709, 4)
  expect(told.of('outcome2').estimate).toBeCloseTo(-0.4543, 4)
  expect(told.of('outcome2').standardError).toBeCloseTo(0.2022, 4)
  expect(told.of('outcome3').estimate).toBeCloseTo(-0.293, 4)
  expect(told.of('outcome3').standardError).toBeCloseTo(0.1927, 4)
  expect(told.of('treatment2').estimate).toBeCloseTo(0, 6)
  expect(told.of('treatment3').standardError).toBeCloseTo(0.2, 4)
  expect(told.deviance).toBeCloseTo(5.1291, 4)
  expect(told.nullDeviance).toBeCloseTo(10.5814, 4)
  // χ² of 5.4523 with four degrees: e^−x/2 (1 + x/2).
  expect(told.probability).toBeCloseTo(Math.exp(-2.72617) * (1 + 2.72617), 4)
})

/** Type A–E, year of construction, period of operation, months of service, incidents of damage; none without service. */
const ships = `A 60 60 127 0,A 60 75 63 0,A 65 60 1095 3,A 65 75 1095 4,A 70 60 1512 6,A 70 75 3353 18,A 75 75 2244 11,
B 60 60 44882 39,B 60 75 17176 29,B 65 60 28609 58,B 65 75 20370 53,B 70 60 7064 12,B 70 75 13099 44,B 75 75 7117 18,
C 60 60 1179 1,C 60 75 552 1,C 65 60 781 0,C 65 75 676 1,C 70 60 783 6,C 70 75 1948 2,C 75 75 274 1,
D 60 60 251 0,D 60 75 105 0,D 65 60 288 0,D 65 75 192 0,D 70 60 349 2,D 70 75 1208 11,D 75 75 2051 4,
E 60 60 45 0,E 65 60 789 7,E 65 75 437 7,E 70 60 1157 5,E 70 75 2161 12,E 75 75 542 1`

test('damage to ships by months of service gives the coefficients of McCullagh & Nelder (1989), table 6.3', async () => {
  const rows = ships.split(',').map((line) => line.trim().split(' '))
  const flag = (place: number, value: string) => rows.map((row) => (row[place] === value ? 1 : 0))
  const told = await tell(
    poissonLearner,
    {
      typeB: flag(0, 'B'),
      typeC: flag(0, 'C'),
      typeD: flag(0, 'D'),
      typeE: flag(0, 'E'),
      year65: flag(1, '65'),
      year70: flag(1, '70'),
      year75: flag(1, '75'),
      period75: flag(2, '75'),
      service: rows.map((row) => Number(row[3])),
    },
    rows.map((row) => Number(row[4])),
    { ...plain, exposure: 'service' },
  )
  const published = {
    typeB: -0.54,
    typeC: -0.69,
    typeD: -0.08,
    typeE: 0.33,
    year65: 0.7,
    year70: 0.82,
    year75: 0.45,
    period75: 0.38,
  }
  for (const [column, estimate] of Object.entries(published))
    expect(told.of(column).estimate).toBeCloseTo(estimate, 1.9)
  expect(told.of('(intercept)').estimate).toBeCloseTo(-6.41, 2)
  expect(told.deviance).toBeCloseTo(38.7, 1)
  expect(told.residualDegrees).toBe(25)
  expect(told.dispersion).toBeCloseTo(1.69, 2)
})

test('survival by white blood cells gives 8.4775 − 1.1093 x (Cox & Snell, 1981, example U: exponential, so dispersion 1)', async () => {
  const cells = [3.36, 2.88, 3.63, 3.41, 3.78, 4.02, 4, 4.23, 3.73, 3.85, 3.97, 4.51, 4.54, 5, 5, 4.72, 5]
  const weeks = [65, 156, 100, 134, 16, 108, 121, 4, 39, 143, 56, 26, 22, 1, 1, 5, 65]
  const told = await tell(gammaLearner, { cells }, weeks)
  expect(told.of('(intercept)').estimate).toBeCloseTo(8.4775, 4)
  expect(told.of('cells').estimate).toBeCloseTo(-1.1093, 4)
  const atOne = 1 / Math.sqrt(told.dispersion ?? Number.NaN)
  expect((told.of('(intercept)').standardError ?? 0) * atOne).toBeCloseTo(1.655, 2)
  expect((told.of('cells').standardError ?? 0) * atOne).toBeCloseTo(0.4, 2)
})

test('planted rates are found from rows of unlike exposure, and answers grow with it', async () => {
  const random = createRandom(8)
  const rows = Array.from({ length: 3000 }, () => [random.normal(), 1 + 50 * random.next()])
  const labels = rows.map(([x = 0, days = 0]) => random.poisson(days * Math.exp(-2 + 0.7 * x)))
  const dataset = {
    featureNames: ['x', 'days'],
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
  const settings = { ...plain, exposure: 'days' }
  await using model = await poissonLearner.fit({ kind: 'count' }, { dataset, labels }, settings, { random })
  const fresh = { featureNames: ['x', 'days'], rowIds: ['a', 'b'], values: Float64Array.of(0.5, 10, 0.5, 30) }
  const [ten = 0, thirty = 0] = await model.predict(fresh)
  expect(ten / (10 * Math.exp(-2 + 0.35))).toBeCloseTo(1, 1)
  expect(thirty / ten).toBeCloseTo(3, 9)
  const reasons = await model.explain?.(fresh)
  const [first = [], second = []] = reasons?.contributions ?? []
  const days = (parts: typeof first) => parts.find(({ feature }) => feature === 'days')?.contribution ?? 0
  expect(days(second) - days(first)).toBeCloseTo(Math.log(3), 9)
  const score = first.reduce((sum, { contribution }) => sum + contribution, reasons?.base ?? 0)
  expect(Math.exp(score)).toBeCloseTo(ten, 9)
})

test('amounts of 0, a missing exposure and one that is not above 0 are refused in words; nothing but zeros is told as 0', async () => {
  await expect(tell(gammaLearner, { x: [1, 2] }, [0, 1])).rejects.toThrow(/amounts above 0, row 0 has 0/)
  await expect(tell(poissonLearner, { x: [1, 2] }, [0, 1], { ...plain, exposure: 'days' })).rejects.toThrow(
    /no column 'days'/,
  )
  await expect(
    tell(poissonLearner, { x: [1, 2], days: [0, 1] }, [0, 1], { ...plain, exposure: 'days' }),
  ).rejects.toThrow(/exposure must be above 0/)
  const dataset = { featureNames: ['x'], rowIds: ['a', 'b'], values: Float64Array.of(1, 2) }
  const model = await poissonLearner.fit({ kind: 'count' }, { dataset, labels: [0, 0] }, plain, {
    random: createRandom(1),
  })
  expect(Math.max(...(await model.predict(dataset)))).toBeLessThan(1e-300)
})
