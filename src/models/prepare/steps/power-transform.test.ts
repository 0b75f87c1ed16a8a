import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'
import type { PowerStep } from './power-transform.ts'

function fitPower(a: readonly number[]) {
  const prepared = prepareColumns({ kind: 'power' }, { a })
  const lambda = (prepared.step as PowerStep).columns[0]?.lambda ?? Number.NaN
  return { lambda, values: (prepared.trained.a ?? []).map(Number), apply: prepared.apply }
}

/** Yeo & Johnson (2000), eq. 2.1, case by case as it stands in the paper. */
function bentByPaper(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? Math.log(x + 1) : ((x + 1) ** lambda - 1) / lambda
  return lambda === 2 ? -Math.log(1 - x) : -((1 - x) ** (2 - lambda) - 1) / (2 - lambda)
}

/** The log-likelihood of their eq. 3.1, less its constant. */
function likelihoodByPaper(values: readonly number[], lambda: number): number {
  const bent = values.map((value) => bentByPaper(value, lambda))
  const mean = bent.reduce((sum, value) => sum + value, 0) / bent.length
  const variance = bent.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bent.length
  const jacobian = values.reduce((sum, value) => sum + Math.sign(value) * Math.log(Math.abs(value) + 1), 0)
  return (-bent.length / 2) * Math.log(variance) + (lambda - 1) * jacobian
}

// The example in the documentation of scikit-learn's PowerTransformer (lambdas_ 1.386 and −3.100), run with 1.9.1.
test('gives the powers that scikit-learn publishes for its example', () => {
  expect(fitPower([1, 3, 4]).lambda).toBeCloseTo(1.3866817928585915, 6)
  expect(fitPower([2, 2, 5]).lambda).toBeCloseTo(-3.100533070183928, 6)
})

// scikit-learn 1.9.1, PowerTransformer(standardize=False), of these values.
test('gives the powers and values of scikit-learn, on both sides of 0', () => {
  const mixed = fitPower([-3, -1.5, -0.2, 0, 0.1, 0.7, 1.3, 2.2, 4.1, 9.5, 20])
  expect(mixed.lambda).toBeCloseTo(0.4326019550310415, 6)
  const expected = [
    -4.965873850797435, -2.044570139334281, -0.21104207787963414, 0, 0.09730235009037205, 0.5964716396262774,
    1.0027357610278653, 1.511723920085162, 2.3658412221550407, 4.081042682932537, 6.316327475132513,
  ]
  for (const [row, value] of mixed.values.entries()) expect(value).toBeCloseTo(expected[row] ?? Number.NaN, 5)
  const amounts = fitPower([1, 1, 2, 2, 2, 3, 5, 8, 13, 40, 200])
  expect(amounts.lambda).toBeCloseTo(-0.5450421604934004, 6)
  expect(amounts.values[10]).toBeCloseTo(1.7328071342686209, 6)
})

test('no power nearby is likelier, and values are those of the paper', () => {
  const values = fc.uniqueArray(fc.integer({ min: -2000, max: 30_000 }), { minLength: 5, maxLength: 40 })
  fc.assert(
    fc.property(values, (hundredths) => {
      const a = hundredths.map((value) => value / 100)
      const { lambda, values: bent } = fitPower(a)
      const best = likelihoodByPaper(a, lambda)
      for (const other of [lambda - 0.1, lambda + 0.1, 1])
        if (Math.abs(other) <= 8) expect(likelihoodByPaper(a, other)).toBeLessThanOrEqual(best + 1e-6)
      for (const [row, value] of a.entries()) {
        const byPaper = bentByPaper(value, lambda)
        expect(Math.abs((bent[row] ?? Number.NaN) - byPaper)).toBeLessThan(
          1e-7 * Math.max(1, Math.abs(byPaper)),
        )
      }
    }),
  )
})

test('order is kept, also of values far from 0 and beyond those of training', () => {
  for (const a of [
    [1e6, 1.01e6, 1.3e6, 2e6],
    [2001, 2002, 2003, 2009],
    [-1e9, -5, 3, 1e9],
  ]) {
    const { values, apply } = fitPower(a)
    const later = apply({ a: [...a, 1e12] }).a?.map(Number) ?? []
    expect(later.slice(0, -1)).toEqual(values)
    for (const [row, value] of later.entries())
      if (row > 0) expect(value).toBeGreaterThan(later[row - 1] ?? Number.NaN)
  }
})

test('a column that does not vary, of one row or of nothing is left as it is', () => {
  for (const a of [[4, 4, 4], [9], [Number.NaN, Number.NaN]]) {
    const { lambda, values } = fitPower(a)
    expect(lambda).toBe(1)
    for (const [row, value] of values.entries()) expect(Number(value.toFixed(9))).toBe(a[row])
  }
})
