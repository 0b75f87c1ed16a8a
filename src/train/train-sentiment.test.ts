import { expect, test } from 'vitest'
import { labelRatings } from './train-sentiment.ts'

test('ratings are good or bad by the shop’s own scale, and the middle teaches nothing', () => {
  expect(labelRatings([1, 2, 3, 3.5, 4, 5])).toEqual([0, 0, undefined, 1, 1, 1])
  expect(labelRatings([10, 7, 6, 5, 4, 1])).toEqual([1, 1, undefined, undefined, 0, 0])
  expect(labelRatings([])).toEqual([])
})

test('one rating beyond the scale does not stretch it', () => {
  const stars = Array.from({ length: 500 }, (_, index) => 1 + (index % 5))
  expect(labelRatings([...stars, 100]).slice(0, 5)).toEqual([0, 0, undefined, 1, 1])
})
