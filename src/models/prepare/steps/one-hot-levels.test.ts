import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

const colour = ['red', 'blue', 'red', '', 'pink', 'teal', 'blue']

test('common levels get a column each, rare ones share one, and so does what training did not know', () => {
  const { trained, apply, lines } = prepareColumns({ kind: 'one-hot', minRows: 2 }, { colour })
  expect(trained).toEqual({
    'colour=blue': [0, 1, 0, 0, 0, 0, 1],
    'colour=red': [1, 0, 1, 0, 0, 0, 0],
    'colour:other': [0, 0, 0, 0, 1, 1, 0],
    'colour?': [0, 0, 0, 1, 0, 0, 0],
  })
  expect(apply({ colour: ['mauve', 'red'] })).toEqual({
    'colour=blue': [0, 0],
    'colour=red': [0, 1],
    'colour:other': [1, 0],
    'colour?': [0, 0],
  })
  expect(lines[0]?.zh).toBe('“colour”：2 个常见取值，各成一列；2 个罕见取值合并为“colour:other”')
})

test('of too many levels the commonest stay, and without rare ones an unknown level is in none', () => {
  const { trained } = prepareColumns({ kind: 'one-hot', minRows: 1, maxLevels: 1 }, { colour })
  expect(Object.keys(trained)).toEqual(['colour=blue', 'colour:other', 'colour?'])
  const all = prepareColumns({ kind: 'one-hot', minRows: 1 }, { colour: ['a', 'b'] })
  expect(all.apply({ colour: ['c', ''] })).toEqual({ 'colour=a': [0, 0], 'colour=b': [0, 0] })
})
