import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

test('values beyond the quantiles of training are brought to these', () => {
  const a = Array.from({ length: 101 }, (_, row) => row)
  const { apply, lines } = prepareColumns({ kind: 'winsorise', quantiles: [0.05, 0.9] }, { a })
  expect(apply({ a: [-7, 5, 50, 90, 1e9, Number.NaN] }).a).toEqual([5, 5, 50, 90, 90, Number.NaN])
  expect(lines).toEqual([{ en: "'a': kept within 5 … 90", zh: '“a”：限制在 5 … 90 之间' }])
})

test('a column without any value is left as it is', () => {
  const { apply } = prepareColumns({ kind: 'winsorise' }, { a: [Number.NaN] })
  expect(apply({ a: [3] }).a).toEqual([3])
})
