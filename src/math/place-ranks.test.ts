import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeRanks } from './place-ranks.ts'
import { createRandom } from './random.ts'

test('worked by hand: the third of five stands in its place, smaller ones before and larger ones after it', () => {
  const values = Float64Array.of(9, 1, 7, 3, 5)
  placeRanks(values, [2])
  expect(values[2]).toBe(5)
  expect([...values.slice(0, 2)].sort()).toEqual([1, 3])
  expect([...values.slice(3)].sort()).toEqual([7, 9])
})

test('every asked rank holds what sorting puts there, and no value is lost, however many are equal', () => {
  const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }))
  const cases = fc.array(number, { minLength: 1, maxLength: 60 }).chain((list) =>
    fc.record({
      list: fc.constant(list),
      ranks: fc.uniqueArray(fc.nat(list.length - 1), { maxLength: 6 }),
    }),
  )
  fc.assert(
    fc.property(cases, ({ list, ranks }) => {
      const values = Float64Array.from(list)
      const sorted = Float64Array.from(list).sort()
      placeRanks(
        values,
        ranks.toSorted((a, b) => a - b),
      )
      // −0 and 0 are one to a comparison, and may stand in either order.
      for (const rank of ranks) expect(values[rank]).toBe(sorted[rank] === 0 ? values[rank] : sorted[rank])
      expect([...values.sort()]).toEqual([...sorted])
    }),
  )
})

test('orders that are bad for selection end as well: ascending, descending, organ pipe, all equal', () => {
  const count = 20_000
  const random = createRandom(1)
  const shapes = [
    (index: number) => index,
    (index: number) => -index,
    (index: number) => Math.min(index, count - index),
    () => 1,
    (index: number) => index % 2,
    () => random.next(),
  ]
  for (const shape of shapes) {
    const values = Float64Array.from({ length: count }, (_, index) => shape(index))
    const sorted = values.slice().sort()
    const ranks = [100, 101, 9_999, 10_000, 19_899, 19_900]
    placeRanks(values, ranks)
    expect(ranks.map((rank) => values[rank])).toEqual(ranks.map((rank) => sorted[rank]))
  }
})
