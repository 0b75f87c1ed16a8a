import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

test('bins hold about equally many rows and are named by their bounds', () => {
  const a = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const { trained, apply, lines } = prepareColumns({ kind: 'bins', binCount: 3 }, { a })
  const [low, middle, high] = ['≤ 3', '3 … 6', '> 6']
  expect(trained.a).toEqual([low, low, low, middle, middle, middle, high, high, high])
  expect(apply({ a: [-5, 3.5, 1e9, Number.NaN] }).a).toEqual([low, middle, high, ''])
  expect(lines[0]?.en).toBe("'a': 3 bins, ending at 3, 6")
})

test('equal values share a bin, so that there are fewer where values repeat', () => {
  const { trained } = prepareColumns(
    { kind: 'bins', binCount: 4, as: 'number' },
    { a: [0, 0, 0, 0, 0, 0, 1, 9] },
  )
  expect(trained.a).toEqual([0, 0, 0, 0, 0, 0, 1, 1])
  const still = prepareColumns({ kind: 'bins', as: 'number' }, { a: [3, 3, Number.NaN] })
  expect(still.trained.a).toEqual([0, 0, Number.NaN])
})
