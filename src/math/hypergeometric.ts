import { AppError } from '../core/errors.ts'

const termLimit = 5_000_000
const rescaleAbove = 1e250

/**
 * Natural logarithm of Gauss's hypergeometric function ₂F₁(a, b; c; z) for positive a, b, c and 0 ≤ z < 1, where every
 * term of its series is positive and nothing cancels. It takes about 36 / (1 − z) terms.
 * Source: DLMF 15.2.1 (series), 15.8.1 (Euler's transformation, where it shortens the series).
 * @throws AppError 'bad_input' outside these ranges, 'diverged' when five million terms are not enough.
 */
export function lnHypergeometric(a: number, b: number, c: number, z: number): number {
  if (!(a > 0 && b > 0 && c > 0 && z >= 0 && z < 1))
    throw new AppError('bad_input', 'the hypergeometric function is outside its range', {
      expected: 'a, b, c > 0 and 0 <= z < 1',
      received: `a ${a}, b ${b}, c ${c}, z ${z}`,
    })
  const excess = c - a - b
  const isEulerPositive = c - a > 0 && c - b > 0 && excess < 0
  if (isEulerPositive) return excess * Math.log1p(-z) + lnSeries(c - a, c - b, c, z)
  return lnSeries(a, b, c, z)
}

/** The series of positive terms, scaled down whenever it nears overflow. */
function lnSeries(a: number, b: number, c: number, z: number): number {
  let term = 1
  let sum = 1
  let logScale = 0
  for (let n = 0; n < termLimit; n++) {
    const ratio = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z
    term *= ratio
    sum += term
    // Once the terms shrink, what is left is at most a geometric series of this ratio (or of z, which it tends to).
    if (ratio < 1 && term <= sum * 1e-16 * (1 - Math.max(ratio, z))) return Math.log(sum) + logScale
    if (sum > rescaleAbove) {
      logScale += Math.log(sum)
      term /= sum
      sum = 1
    }
  }
  throw new AppError('diverged', `the hypergeometric series did not settle in ${termLimit} terms`, {
    received: `a ${a}, b ${b}, c ${c}, z ${z}`,
  })
}
