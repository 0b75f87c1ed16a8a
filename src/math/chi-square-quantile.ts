import { normalQuantile } from './normal-quantile.ts'
import { upperChiSquare } from './tail-probabilities.ts'

/**
 * The value that χ² with `degrees` of freedom stays below with this probability, in 0..1: the approximation of Wilson & Hilferty
 * (1931), bracketed and halved to 12 digits.
 */
export function chiSquareQuantile(probability: number, degrees: number): number {
  if (probability <= 0) return 0
  const isBelow = (value: number) => 1 - upperChiSquare(value, degrees) < probability
  const share = 2 / (9 * degrees)
  const guess = degrees * Math.max(0, 1 - share + normalQuantile(probability) * Math.sqrt(share)) ** 3
  let high = Math.max(guess, Number.MIN_VALUE, 1e-8)
  while (isBelow(high)) high *= 2
  let low = guess / 2
  while (low > 0 && !isBelow(low)) low = low < 1e-300 ? 0 : low / 8
  for (let round = 0; round < 200 && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}
