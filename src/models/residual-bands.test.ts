import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { boundsAround, fitResidualBands } from './residual-bands.ts'

test('fresh rows of the same kind fall between the bounds about 95 times in 100, small and large alike', () => {
  const random = createRandom(8)
  const draw = () => {
    const predicted = Float64Array.from({ length: 4000 }, () => 10 + 90 * random.next())
    return { predicted, actual: predicted.map((value) => Math.max(0, value * (1 + 0.4 * random.normal()))) }
  }
  const fitted = draw()
  const bands = fitResidualBands(fitted.predicted, fitted.actual)
  const fresh = draw()
  const coverage = (from: number, to: number) => {
    const rows = [...fresh.predicted.keys()].filter((row) => {
      const value = fresh.predicted[row] ?? 0
      return value >= from && value < to
    })
    const held = rows.filter((row) => {
      const { low, high } = boundsAround(bands, fresh.predicted[row] ?? 0)
      const actual = fresh.actual[row] ?? 0
      return actual >= low && actual <= high
    })
    return held.length / rows.length
  }
  expect(coverage(10, 30)).toBeGreaterThan(0.9)
  expect(coverage(80, 100)).toBeGreaterThan(0.9)
  expect(coverage(10, 100)).toBeLessThan(0.99)
})
