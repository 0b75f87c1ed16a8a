/** Nodes in −1..1 and weights of a quadrature rule. */
export type QuadratureRule = readonly { readonly node: number; readonly weight: number }[]

/**
 * The Gauss–Legendre rule of `size` points: exact for polynomials up to degree 2 · size − 1.
 * Source: roots of the Legendre polynomial by Newton's method; weights as Abramowitz & Stegun (1964), 25.4.29.
 */
export function gaussLegendre(size: number): QuadratureRule {
  return Array.from({ length: size }, (_, index) => {
    let node = Math.cos((Math.PI * (index + 0.75)) / (size + 0.5))
    let { value, slope } = legendre(size, node)
    for (let round = 0; round < 10; round++) {
      node -= value / slope
      ;({ value, slope } = legendre(size, node))
    }
    return { node, weight: 2 / ((1 - node * node) * slope * slope) }
  })
}

/** The Legendre polynomial of a degree and its derivative, by the three-term recurrence. */
function legendre(degree: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x]
  for (let k = 2; k <= degree; k++)
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k]
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) }
}
