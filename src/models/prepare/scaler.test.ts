import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dataset } from '../../core/dataset.ts'
import { applyScaler, fitScaler } from './scaler.ts'

function dataset(columns: Readonly<Record<string, readonly number[]>>): Dataset {
  const featureNames = Object.keys(columns)
  const rowCount = Object.values(columns)[0]?.length ?? 0
  const rowIds = Array.from({ length: rowCount }, (_, row) => String(row))
  const values = Float64Array.from(
    rowIds.flatMap((_, row) => featureNames.map((name) => columns[name]?.[row] ?? 0)),
  )
  return { featureNames, rowIds, values }
}

test('columns are centred and of deviation 1; a missing value becomes the median and is told', () => {
  const data = dataset({ a: [1, 2, 3, 4, 5], b: [10, Number.NaN, 30, 20, 20] })
  const scaled = applyScaler(fitScaler(data, { clipAt: [0, 1] }), data)
  expect(scaled.featureNames).toEqual(['a', 'b', 'b?'])
  expect(scaled.values[0]).toBeCloseTo(-Math.SQRT2, 12)
  expect([...scaled.values].filter((_, index) => index % 3 === 2)).toEqual([0, 1, 0, 0, 0])
})

test('an outlier is clipped to the quantile and a skewed column is logged', () => {
  const skewed = Array.from({ length: 1000 }, (_, row) => Math.exp(row / 100))
  const scaler = fitScaler(dataset({ skewed }))
  expect(scaler.columns[0]?.isLogged).toBe(true)
  const [top = 0, far = 0] = applyScaler(scaler, dataset({ skewed: [Math.max(...skewed), 1e12] })).values
  expect(far).toBe(top)
})

test('whatever comes in, finite numbers come out', () => {
  const anything = fc.array(fc.double(), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(anything, (values) => {
      const data = dataset({ x: values })
      expect(applyScaler(fitScaler(data), data).values.every(Number.isFinite)).toBe(true)
    }),
  )
})

test('other columns than those of the fit are refused by name', () => {
  const scaler = fitScaler(dataset({ a: [1, 2] }))
  expect(() => applyScaler(scaler, dataset({ b: [1, 2] }))).toThrow(/columns are not those/)
})

test('a row of weight 2 scales as the row twice', () => {
  const values = [0, 1, 1, 2, 40, Number.NaN]
  const weights = Float64Array.of(1, 3, 2, 1, 2, 2)
  const repeated = values.flatMap((value, row) => Array.from({ length: weights[row] ?? 0 }, () => value))
  for (const clipAt of [
    [0, 1],
    [0.1, 0.8],
  ] as const) {
    const [byWeight] = fitScaler(dataset({ a: values }), { clipAt }, weights).columns
    const [byCopies] = fitScaler(dataset({ a: repeated }), { clipAt }).columns
    for (const part of ['low', 'high', 'median', 'mean', 'deviation'] as const)
      expect(byWeight?.[part]).toBeCloseTo(byCopies?.[part] ?? Number.NaN, 12)
  }
})
