import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { boundsOfRates, fitRateBounds } from './rate-bounds.ts'

test('one chance alone has the bounds of its rate: log-odds ± 1.96 / √(n p (1 − p))', () => {
  // With every score alike only its own level is known; the slope is free, and cancels at that score.
  const bounds = fitRateBounds(new Float64Array(400).fill(0.5))
  const { low, high } = boundsOfRates(bounds, Float64Array.of(0.5))
  const margin = 1.959964 / Math.sqrt(400 * 0.25)
  expect(low[0]).toBeCloseTo(1 / (1 + Math.exp(margin)), 6)
  expect(high[0]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 6)
})

test('95 % bounds hold the true rate about so often, for low and high chances', () => {
  let [held, asked] = [0, 0]
  for (let shop = 0; shop < 200; shop++) {
    const random = createRandom(`shop ${shop}`)
    const odds = Float64Array.from({ length: 500 }, () => random.normal())
    const labels = odds.map((each) => (random.next() < 1 / (1 + Math.exp(-each)) ? 1 : 0))
    // A model that is off by what 500 rows leave open: level and slope of its own fit.
    const { slope, intercept } = fitLine(odds, labels)
    const said = (at: number) => 1 / (1 + Math.exp(-(slope * at + intercept)))
    const bounds = fitRateBounds(odds.map(said))
    for (const at of [-2, -1, 0, 1, 2]) {
      const { low, high } = boundsOfRates(bounds, Float64Array.of(said(at)))
      const truth = 1 / (1 + Math.exp(-at))
      asked++
      if (truth >= (low[0] ?? 1) && truth <= (high[0] ?? 0)) held++
    }
  }
  expect(held / asked).toBeGreaterThan(0.92)
  expect(held / asked).toBeLessThan(0.98)
})

test('bounds narrow with the rows, stay in 0..1 and are widest far from them', () => {
  const widthOf = (rowCount: number, at: number) => {
    const random = createRandom('rows')
    const chances = Float64Array.from({ length: rowCount }, () => 0.2 + 0.2 * random.next())
    const { low, high } = boundsOfRates(fitRateBounds(chances), Float64Array.of(at))
    expect(low[0]).toBeGreaterThanOrEqual(0)
    expect(high[0]).toBeLessThanOrEqual(1)
    return Math.log((high[0] ?? 0) / (1 - (high[0] ?? 0))) - Math.log((low[0] ?? 0) / (1 - (low[0] ?? 0)))
  }
  expect(widthOf(4000, 0.3) / widthOf(1000, 0.3)).toBeCloseTo(0.5, 1)
  expect(widthOf(1000, 0.95)).toBeGreaterThan(3 * widthOf(1000, 0.3))
})

/** Logistic regression on one column, by Newton's method. */
function fitLine(values: Float64Array, labels: Float64Array): { slope: number; intercept: number } {
  let [slope, intercept] = [0, 0]
  for (let step = 0; step < 12; step++) {
    let [gs, gi, ss, si, ii] = [0, 0, 0, 0, 0]
    for (const [row, value] of values.entries()) {
      const p = 1 / (1 + Math.exp(-(slope * value + intercept)))
      const [error, weight] = [(labels[row] ?? 0) - p, p * (1 - p)]
      gs += error * value
      gi += error
      ss += weight * value * value
      si += weight * value
      ii += weight
    }
    const determinant = ss * ii - si * si
    slope += (gs * ii - gi * si) / determinant
    intercept += (gi * ss - gs * si) / determinant
  }
  return { slope, intercept }
}
