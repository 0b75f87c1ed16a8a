import { expect, test } from 'vitest'
import { createRandom } from '../../../math/random.ts'
import { fitPreparation } from '../preparation.ts'
import { prepareColumns } from '../testing/prepare-columns.ts'

const colour = ['a', 'a', 'b', 'b', 'b', 'b', 'c', 'd']
const target = [1, 0, 1, 1, 1, 0, 0, 1]

// scikit-learn 1.9.1, TargetEncoder(smooth=2.0, target_type='continuous'): encodings_ of these rows; by hand, b is (3 + 2 · .625) / 6.
test('later rows get the mean of their level, drawn to that of all; an unknown level gets that of all', () => {
  const { apply } = prepareColumns({ kind: 'target', smoothing: 2 }, { colour }, { target })
  expect(apply({ colour: ['a', 'b', 'c', 'd', 'mauve'] })['colour:target']).toEqual([
    0.5625, 0.7083333333333334, 0.4166666666666667, 0.75, 0.625,
  ])
})

test('training rows get what the other folds say: their own target is not in it', () => {
  const settings = { kind: 'target', smoothing: 1, foldCount: 8 } as const
  const before = prepareColumns(settings, { colour }, { target }).trained['colour:target'] ?? []
  // With a fold a row, b of target 1 sees two of three others; the mean of the others is 4/7.
  expect(before[2]).toBeCloseTo((2 + 4 / 7) / 4, 12)
  // d has nobody beside it: the mean of the others.
  expect(before[7]).toBeCloseTo(4 / 7, 12)
  for (const row of target.keys()) {
    const turned = target.map((value, place) => (place === row ? 1 - value : value))
    const after = prepareColumns(settings, { colour }, { target: turned }).trained['colour:target'] ?? []
    expect(after[row]).toBeCloseTo(Number(before[row]), 12)
  }
})

test('rows of one person are in one fold, so that none is told by a twin', () => {
  const rowIds = ['p', 'p', 'q', 'q']
  const table = { rowIds, columns: [{ kind: 'label', name: 'c', values: ['x', 'x', 'y', 'y'] } as const] }
  const settings = { kind: 'target', smoothing: 0, foldCount: 4 } as const
  const training = { table, target: Float64Array.of(1, 1, 0, 0) }
  const [column] = fitPreparation([settings], training, createRandom(1)).table.columns
  // Of two people each sees the other alone, whose level is another: the mean of the other.
  expect(column?.values).toEqual(Float64Array.of(0, 0, 1, 1))
})

test('of noise with many levels the encoding does not tell the target of training rows', () => {
  const random = createRandom(4)
  const levels = Array.from({ length: 3000 }, () => `level ${random.integer(600)}`)
  const noise = levels.map(() => random.integer(2))
  const { trained, apply } = prepareColumns({ kind: 'target', smoothing: 1 }, { levels }, { target: noise })
  const correlate = (cells: readonly (number | string)[] = []) => {
    const [x, y] = [cells.map(Number), noise].map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.map((value) => value - mean)
    })
    const sum = (a: readonly number[] = [], b: readonly number[] = []) =>
      a.reduce((total, value, row) => total + value * (b[row] ?? 0), 0)
    return sum(x, y) / Math.sqrt(sum(x, x) * sum(y, y))
  }
  expect(Math.abs(correlate(trained['levels:target']))).toBeLessThan(0.06)
  // Were training rows encoded as later ones are, they would know their own target.
  expect(correlate(apply({ levels })['levels:target'])).toBeGreaterThan(0.35)
})

test('rows whose target is not known are not learned from, and a missing label is a level of its own', () => {
  const { apply } = prepareColumns(
    { kind: 'target', smoothing: 0 },
    { colour: ['', '', 'a', 'a'] },
    { target: [1, 1, 0, Number.NaN] },
  )
  expect(apply({ colour: ['', 'a', 'b'] })['colour:target']).toEqual([1, 0, 2 / 3])
})
