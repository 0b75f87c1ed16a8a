import { lnBeta, lnGamma } from './gamma-function.ts'

/** The chance that Student's t with `degrees` of freedom lies as far from 0 as this, on either side. */
export function twoSidedStudent(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The chance that a standard normal variable lies as far from 0 as this, on either side. */
export function twoSidedNormal(z: number): number {
  return upperGamma(0.5, (z * z) / 2)
}

/** The chance that Fisher's F with these degrees of freedom is larger. */
export function upperFisher(f: number, degrees: number, residualDegrees: number): number {
  return incompleteBeta(residualDegrees / (residualDegrees + degrees * f), residualDegrees / 2, degrees / 2)
}

/** The chance that χ² with `degrees` of freedom is larger. */
export function upperChiSquare(value: number, degrees: number): number {
  return upperGamma(degrees / 2, value / 2)
}

const termLimit = 100_000
const smallest = 1e-300

/** I_x(a, b). Source: DLMF 8.17.22, its continued fraction, from whichever end converges. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x > 0)) return x === 0 ? 0 : Number.NaN
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b)) / a
  return (
    front /
    continuedFraction((step) => {
      if (step === 0) return { numerator: 0, denominator: 1 }
      const m = Math.floor(step / 2)
      const numerator =
        step % 2 === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
      return { numerator, denominator: 1 }
    })
  )
}

/** Q(a, x). Source: DLMF 8.11.4 (series) below a + 1, 8.9.2 (continued fraction) above. */
function upperGamma(a: number, x: number): number {
  if (!(x > 0)) return x === 0 ? 1 : Number.NaN
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a))
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a]
    for (let k = 1; k < termLimit && term > sum * 1e-17; k++) {
      term *= x / (a + k)
      sum += term
    }
    return 1 - front * sum
  }
  return (
    front /
    continuedFraction((step) =>
      step === 0
        ? { numerator: 0, denominator: x + 1 - a }
        : { numerator: -step * (step - a), denominator: x + 2 * step + 1 - a },
    )
  )
}

/** b₀ + a₁ / (b₁ + a₂ / (b₂ + …)) by Lentz's method as Thompson & Barnett (1986) mended it. */
function continuedFraction(
  termAt: (step: number) => { readonly numerator: number; readonly denominator: number },
): number {
  let value = termAt(0).denominator || smallest
  let [ratio, inverse] = [value, 0]
  for (let step = 1; step < termLimit; step++) {
    const { numerator, denominator } = termAt(step)
    inverse = 1 / (denominator + numerator * inverse || smallest)
    ratio = denominator + numerator / ratio || smallest
    const change = ratio * inverse
    value *= change
    if (Math.abs(change - 1) < 1e-16) break
  }
  return value
}
