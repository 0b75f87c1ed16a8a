import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { bootstrapRows } from './judge.ts'
import { judgeParts } from './judge-parts.ts'

test('each part is judged by its own rows, and a gain that one customer makes alone is not clear', () => {
  // Part 0: every customer gains 1; part 1: of ten customers one gains 10 and the rest nothing; row 20 is in no part.
  const rows = [...Array(10).keys()]
  const [judgement, lonely] = judgeParts(
    {
      partCount: 2,
      partOf: Int32Array.from([...rows.map(() => 0), ...rows.map(() => 1), -1]),
      owners: { count: 10, of: Uint32Array.from([...rows, ...rows, 0]) },
      own: new Float64Array(21),
      baselines: [
        { name: 'other', losses: Float64Array.from([...rows.map(() => 1), 10, ...Array(9).fill(0), 99]) },
      ],
    },
    createRandom(1),
  )
  expect(judgement).toMatchObject({ rowCount: 10, ownerCount: 10 })
  expect(judgement?.comparisons[0]).toMatchObject({
    kind: 'better',
    own: 0,
    other: 1,
    gain: { value: 1, low: 1, high: 1 },
  })
  expect(lonely?.comparisons[0]).toMatchObject({ kind: 'unclear', other: 1 })
})

test('rows of one customer are drawn together: ten copies of a row tell no more than one', () => {
  const random = createRandom(2)
  const values = Float64Array.from({ length: 40 }, () => random.normal())
  const copies = Float64Array.from({ length: 400 }, (_, row) => values[Math.floor(row / 10)] ?? 0)
  const of = Uint32Array.from({ length: 400 }, (_, row) => Math.floor(row / 10))
  const mean = (labels: Float64Array) => (times: ArrayLike<number>) => {
    const drawn = labels.reduce((sum, _, row) => sum + (times[row] ?? 0), 0)
    return [labels.reduce((sum, value, row) => sum + value * (times[row] ?? 0), 0) / drawn]
  }
  const width = (intervals: readonly { low: number; high: number }[]) =>
    (intervals[0]?.high ?? 0) - (intervals[0]?.low ?? 0)
  const plain = width(bootstrapRows({ actual: values }, mean(values), createRandom(3)))
  const owned = width(
    bootstrapRows({ actual: copies, owners: { count: 40, of } }, mean(copies), createRandom(3)),
  )
  const careless = width(bootstrapRows({ actual: copies }, mean(copies), createRandom(3)))
  expect(owned).toBeCloseTo(plain, 9)
  expect(careless).toBeLessThan(0.5 * owned)
})
