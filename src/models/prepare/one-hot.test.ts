import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyOneHot, fitOneHot } from './one-hot.ts'

test('common categories get a column each; rare and unknown ones are in none', () => {
  const encoder = fitOneHot(['red', 'blue', 'red', 'blue', 'green', 'red'], { minRows: 2 })
  expect(encoder.categories).toEqual(['blue', 'red'])
  expect([...applyOneHot(encoder, ['red', 'green', 'blue', 'pink'])]).toEqual([0, 1, 0, 0, 1, 0, 0, 0])
})

test('of too many categories the commonest stay', () => {
  const encoder = fitOneHot(['a', 'b', 'b', 'c', 'c', 'c'], { minRows: 1, maxCategories: 2 })
  expect(encoder.categories).toEqual(['b', 'c'])
})

test('each row is in one column at most, and the encoder survives JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 40 }), (values) => {
      const encoder = fitOneHot(values, { minRows: 1 })
      const width = encoder.categories.length
      const hot = applyOneHot(JSON.parse(JSON.stringify(encoder)), values)
      for (const [row] of values.entries()) {
        const sum = hot.subarray(row * width, (row + 1) * width).reduce((total, value) => total + value, 0)
        expect(sum).toBe(1)
      }
    }),
  )
})
