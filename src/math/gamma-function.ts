/** Coefficients of Stirling's series, B_2k / (2k (2k − 1)). Source: Abramowitz & Stegun (1964), 6.1.40–41. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
/** Where seven terms of the series are exact to the last bit. */
const stirlingFrom = 10
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/**
 * Natural logarithm of the gamma function of a positive number; NaN elsewhere.
 * Source: Stirling's series above 10, the recurrence Γ(x + 1) = x Γ(x) below; absolute error under 1e-13.
 */
export function lnGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  let shifted = x
  let product = 1
  for (; shifted < stirlingFrom; shifted++) product *= shifted
  const head = (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi
  return head + stirlingRest(shifted) - Math.log(product)
}

/**
 * Natural logarithm of the beta function B(a, b), both positive.
 * A large argument beside a small one cancels digits in lnΓ(b) − lnΓ(a + b), so their leading terms are subtracted first.
 */
export function lnBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (!(large >= stirlingFrom)) return lnGamma(small) + lnGamma(large) - lnGamma(small + large)
  const sum = small + large
  const leading = -(large - 0.5) * Math.log1p(small / large) - small * Math.log(sum) + small
  return lnGamma(small) + leading + stirlingRest(large) - stirlingRest(sum)
}

/** lnΓ(x) less the leading terms of Stirling's formula. */
function stirlingRest(x: number): number {
  const inverseSquare = 1 / (x * x)
  return stirling.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / x
}
