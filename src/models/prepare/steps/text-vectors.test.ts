import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

test('a text is the TF-IDF vector of its terms, worked by hand; an unknown text is zeros', () => {
  const title = ['tea, tea, cup', 'a cup', 'lamp']
  const settings = { kind: 'text', bucketCount: 4096 } as const
  const { trained, apply, lines } = prepareColumns(settings, { title }, { kind: 'text' })
  const names = Object.keys(trained)
  expect(names.map((name) => name.split(':')[1]).sort()).toEqual(['cup', 'lamp', 'tea'])
  const cellsOf = (term: string) => trained[names.find((name) => name.endsWith(`:${term}`)) ?? ''] ?? []
  const [tea, cup] = [(1 + Math.log(2)) * (Math.log(4 / 2) + 1), Math.log(4 / 3) + 1]
  expect(cellsOf('tea')[0]).toBeCloseTo(tea / Math.hypot(tea, cup), 6)
  expect(cellsOf('cup')[0]).toBeCloseTo(cup / Math.hypot(tea, cup), 6)
  expect(cellsOf('lamp')).toEqual([0, 0, 1])
  const later = apply({ title: ['unknown words', ''] })
  expect(Object.values(later)).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ])
  expect(lines[0]?.en).toContain("'title': 3 buckets of terms, learned from 3 texts")
})

test('terms that share a bucket are one, named by the most frequent, also one that training did not know', () => {
  const { trained, apply } = prepareColumns(
    { kind: 'text', bucketCount: 1 },
    { title: ['red cup', 'blue cup', ''] },
    { kind: 'text' },
  )
  expect(trained).toEqual({ 'title~0:cup': [1, 1, 0] })
  expect(apply({ title: ['lamp'] })).toEqual({ 'title~0:cup': [1] })
})
