import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { createRandom } from '../math/random.ts'
import { contractOfLearner } from './learner.contract.ts'
import { type LinearStatistics, linearLearner } from './linear-regression.ts'

contractOfLearner('least squares', { learner: linearLearner, reaches: { amount: 0.999 } })

function dataset(rows: readonly (readonly number[])[]): Dataset {
  return {
    featureNames: (rows[0] ?? []).map((_, column) => `x${column + 1}`),
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
}

async function statisticsOf(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  weights?: number[],
) {
  const learning = { dataset: dataset(rows), labels, ...(weights && { weights }) }
  const model = await linearLearner.fit({ kind: 'amount' }, learning, {}, { random: createRandom(1) })
  return (model.save().card as { statistics: LinearStatistics }).statistics
}

test('by hand: four points on two levels', async () => {
  // Means 2 and 5, so slope 3; residuals ±1; s² = 4 / 2; SE of the slope √(2 / 1) with x of −½ and ½.
  const { coefficients, ...whole } = await statisticsOf([[0], [0], [1], [1]], [1, 3, 4, 6])
  expect(coefficients[0]?.estimate).toBeCloseTo(2, 12)
  expect(coefficients[0]?.standardError).toBeCloseTo(1, 12)
  expect(coefficients[1]?.estimate).toBeCloseTo(3, 12)
  expect(coefficients[1]?.standardError).toBeCloseTo(Math.SQRT2, 12)
  expect(coefficients[1]?.ratio).toBeCloseTo(3 / Math.SQRT2, 12)
  expect(whole.residualDegrees).toBe(2)
  expect(whole.rSquared).toBeCloseTo(9 / 13, 12)
  expect(whole.adjustedRSquared).toBeCloseTo(1 - (4 / 13) * (3 / 2), 12)
  expect(whole.f).toBeCloseTo(4.5, 12)
  // With one column F is t², and so are their probabilities one.
  expect(whole.fProbability).toBeCloseTo(coefficients[1]?.probability ?? 0, 12)
})

/** Longley's y and x1..x6, as NIST's Statistical Reference Datasets have them. */
const longley = `60323 83.0 234289 2356 1590 107608 1947 61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949 61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951 63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953 63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955 67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957 66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959 69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961 70551 116.9 554894 4007 2827 130081 1962`
const certified = [
  [-3482258.63459582, 890420.383607373],
  [15.0618722713733, 84.9149257747669],
  [-0.03581917929259, 0.0334910077722432],
  [-2.02022980381683, 0.488399681651699],
  [-1.03322686717359, 0.214274163161675],
  [-0.0511041056535807, 0.22607320006937],
  [1829.15146461355, 455.478499142212],
]

test("Longley's data give NIST's certified coefficients, errors, R² and F to ten digits", async () => {
  const numbers = longley.split(/\s+/).map(Number)
  const rows = Array.from({ length: 16 }, (_, row) => numbers.slice(7 * row, 7 * row + 7))
  const told = await statisticsOf(
    rows.map(([, ...features]) => features),
    rows.map(([label = 0]) => label),
  )
  for (const [place, [estimate = 0, error = 0]] of certified.entries()) {
    expect((told.coefficients[place]?.estimate ?? 0) / estimate).toBeCloseTo(1, 10)
    expect((told.coefficients[place]?.standardError ?? 0) / error).toBeCloseTo(1, 10)
  }
  expect(told.residualDeviation).toBeCloseTo(304.854073561965, 8)
  expect(told.rSquared).toBeCloseTo(0.995479004577296, 12)
  expect(told.f).toBeCloseTo(330.285339234588, 7)
  expect(told.fProbability).toBeLessThan(1e-9)
})

test('columns that depend on others are left out by name, and weights are those of precision', async () => {
  const rows = [
    [1, 2, 7],
    [2, 4, 7],
    [4, 8, 7],
    [5, 10, 7],
  ]
  const told = await statisticsOf(rows, [1, 2, 2, 5])
  expect(told.leftOut).toEqual(['x2', 'x3'])
  // Doubled weights change neither errors nor degrees of freedom.
  const doubled = await statisticsOf(rows, [1, 2, 2, 5], [2, 2, 2, 2])
  expect(doubled.coefficients[1]?.standardError).toBeCloseTo(told.coefficients[1]?.standardError ?? 0, 12)
  expect(doubled.residualDegrees).toBe(2)
})

test('in 400 draws the 95 % interval of a planted slope holds it as often as it says', async () => {
  const random = createRandom(3)
  let held = 0
  for (let draw = 0; draw < 400; draw++) {
    const rows = Array.from({ length: 12 }, () => [random.normal(), random.normal()])
    const labels = rows.map(([a = 0, b = 0]) => 1 + 2 * a - b + random.normal())
    const slope = (await statisticsOf(rows, labels)).coefficients[1]
    // 2.262: Student's t with nine degrees.
    if (Math.abs((slope?.estimate ?? 9) - 2) < 2.262157 * (slope?.standardError ?? 0)) held++
  }
  expect(held / 400).toBeGreaterThan(0.92)
  expect(held / 400).toBeLessThan(0.98)
})
