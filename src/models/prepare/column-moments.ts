import { elementAt } from '../../math/matrix.ts'
import { quantileOfSorted } from '../../math/quantile.ts'

/** Mean, deviation (divided by the count) and skewness of values that are all there; skewness 0 where nothing varies. */
export type Moments = { readonly mean: number; readonly deviation: number; readonly skewness: number }

/** @param weights how much each value counts; 1 each when left out */
export function momentsOf(values: Float64Array, weights?: Float64Array): Moments {
  const { length } = values
  let [total, sum, squares, cubes] = [0, 0, 0, 0]
  for (let row = 0; row < length; row++) {
    const weight = weights === undefined ? 1 : elementAt(weights, row)
    total += weight
    sum += weight * elementAt(values, row)
  }
  const mean = sum / total
  for (let row = 0; row < length; row++) {
    const weight = weights === undefined ? 1 : elementAt(weights, row)
    const distance = elementAt(values, row) - mean
    squares += weight * distance * distance
    cubes += weight * distance * distance * distance
  }
  const square = squares / total
  return { mean, deviation: Math.sqrt(square), skewness: square > 0 ? cubes / total / square ** 1.5 : 0 }
}

/** sign(x) · ln(1 + |x|): for amounts, ln(1 + x). */
export function signedLog(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value))
}

/** What is not missing, ascending. */
export function knownSorted(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort()
}

/** Whether a deviation is more than rounding leaves of equal values. */
export function varies({ mean, deviation }: Pick<Moments, 'mean' | 'deviation'>): boolean {
  return deviation > 1e-12 * Math.abs(mean)
}

/** The median, or 0 of nothing. */
export function medianOf(sorted: Float64Array): number {
  return sorted.length === 0 ? 0 : quantileOfSorted(sorted, 0.5)
}
