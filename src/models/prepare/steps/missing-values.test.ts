import { expect, test } from 'vitest'
import { createRandom } from '../../../math/random.ts'
import { prepareColumns } from '../testing/prepare-columns.ts'

const none = Number.NaN

test('the median of training stands for what is missing, and a flag beside the column tells it', () => {
  const { trained, apply, lines } = prepareColumns(
    { kind: 'missing' },
    { a: [1, none, 3, 10], b: [1, 2, 3, 4] },
  )
  expect(trained).toEqual({ a: [1, 3, 3, 10], 'a?': [0, 1, 0, 0], b: [1, 2, 3, 4] })
  // What no training row missed has no flag, and the median if it is missing later.
  expect(apply({ a: [none], b: [none] })).toEqual({ a: [3], 'a?': [1], b: [2.5] })
  expect(lines[0]).toEqual({
    en: "'a': 25.0 % missing, the median 3 stands for them; told in 'a?'",
    zh: '“a”：缺失 25.0 %，以中位数 3 代替；由“a?”标出',
  })
})

test('missing values are left where a model reads them, with their flag', () => {
  const { trained } = prepareColumns({ kind: 'missing', fill: 'none' }, { a: [1, none] })
  expect(trained).toEqual({ a: [1, none], 'a?': [0, 1] })
})

test('a column without any value becomes 0, without a flag that would never vary', () => {
  const { trained, lines } = prepareColumns({ kind: 'missing' }, { a: [none, none] })
  expect(trained).toEqual({ a: [0, 0] })
  expect(lines[0]?.en).toContain('no value in training')
})

test('a model tells a missing value from the other columns, kept within what was known', () => {
  const random = createRandom(8)
  const height = Array.from({ length: 200 }, () => 170 + 10 * random.normal())
  const weight = height.map((value, row) => (row % 4 === 0 ? none : 0.9 * value - 85 + random.normal()))
  const settings = { kind: 'missing', fill: 'model', hasFlags: false } as const
  const { trained, apply, lines } = prepareColumns(settings, { height, weight })
  const told = trained.weight?.map(Number) ?? []
  const missed = height.map((value, row) => Math.abs((told[row] ?? none) - (0.9 * value - 85)))
  const mean = missed.filter((_, row) => row % 4 === 0).reduce((sum, each) => sum + each, 0) / 50
  expect(mean).toBeLessThan(0.4)
  const [far = none] = apply({ height: [400], weight: [none] }).weight ?? []
  expect(far).toBe(Math.max(...weight.filter((value) => !Number.isNaN(value))))
  expect(lines.find(({ en }) => en.startsWith("'weight'"))?.en).toMatch(
    /told from 1 other column \(R² 9\d\.\d %/,
  )
})

test('where the others tell nothing of held rows, or too few are known, the median stands in after all', () => {
  const random = createRandom(9)
  const noise = () => Array.from({ length: 300 }, () => random.normal())
  const own = noise().map((value, row) => (row % 5 === 0 ? none : value))
  const { step } = prepareColumns({ kind: 'missing', fill: 'model' }, { own, other: noise(), third: noise() })
  expect(step).toMatchObject({ columns: [{ name: 'own' }, {}, {}] })
  expect(step?.kind === 'missing' && step.columns[0]?.model).toBe(undefined)
  const few = prepareColumns({ kind: 'missing', fill: 'model' }, { a: [1, 2, none], b: [2, 4, 6] })
  expect(few.trained.a).toEqual([1, 2, 1.5])
})
