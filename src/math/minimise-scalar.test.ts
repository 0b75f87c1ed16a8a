import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minimiseScalar } from './minimise-scalar.ts'

test('finds where a parabola, a valley with a corner and a curve without symmetry are least', () => {
  expect(minimiseScalar((x) => (x - 1.5) ** 2, -10, 10).point).toBeCloseTo(1.5, 8)
  expect(minimiseScalar((x) => Math.abs(x + 2), -10, 10).point).toBeCloseTo(-2, 7)
  // The zero of the derivative of e^x − 2x is ln 2.
  const curve = minimiseScalar((x) => Math.exp(x) - 2 * x, -3, 5)
  expect(curve.point).toBeCloseTo(Math.LN2, 7)
  expect(curve.value).toBeCloseTo(2 - 2 * Math.LN2, 12)
})

test('a function that falls to a bound is least there, and a domain that ends within the bounds is kept to', () => {
  expect(minimiseScalar((x) => x, 2, 4).point).toBeCloseTo(2, 6)
  const domain = minimiseScalar((x) => (x <= 1 ? Number.POSITIVE_INFINITY : x - Math.log(x - 1)), -5, 9)
  expect(domain.point).toBeCloseTo(2, 6)
})

test('parabolas of any place and width are solved', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      (centre, width) => {
        const { point } = minimiseScalar((x) => width * (x - centre) ** 2, -10, 10)
        expect(Math.abs(point - centre)).toBeLessThan(1e-6)
      },
    ),
  )
})
