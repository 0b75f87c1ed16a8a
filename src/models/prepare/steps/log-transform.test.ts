import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

test('an amount becomes ln(1 + x), and what is below 0 the same turned round', () => {
  const { trained } = prepareColumns({ kind: 'log' }, { a: [0, Math.E - 1, 1 - Math.E ** 2] })
  expect(trained.a?.[0]).toBe(0)
  expect(trained.a?.[1]).toBeCloseTo(1, 12)
  expect(trained.a?.[2]).toBeCloseTo(-2, 12)
})

test('only columns that are skewed enough are bent, when that is asked', () => {
  const even = Array.from({ length: 50 }, (_, row) => row)
  const { trained, lines } = prepareColumns(
    { kind: 'log', leastSkewness: 2 },
    { even, skewed: even.map((value) => Math.exp(value / 4)) },
  )
  expect(trained.even).toEqual(even)
  expect(trained.skewed?.[40]).toBeCloseTo(Math.log1p(Math.exp(10)), 10)
  expect(lines[0]?.en).toBe("'even': as it is; skewness 0")
  expect(lines[1]?.en).toMatch(/^'skewed': logarithm; skewness 2\.\d+ → 0\.\d+$/)
})
