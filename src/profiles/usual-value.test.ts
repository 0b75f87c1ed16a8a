import { expect, test } from 'vitest'
import { describeColumn } from '../features/describe-features.ts'
import { writeReason } from './reason-sentence.ts'
import { usualFor } from './usual-value.ts'

test('somebody away for longer than usual is told so in the words of the feature', () => {
  const usual = usualFor('recency_days', { recency_days: 34, order_gap_days: 12 })
  expect(writeReason(describeColumn('recency_days'), 34, -0.3, usual).en).toBe(
    'Days since the last order: 34 days, usually 12 (lowers it, 30 %)',
  )
})

test('nothing is usual after one order, nor for features without a habit', () => {
  expect(usualFor('recency_days', { recency_days: 34, order_gap_days: 0 })).toBeUndefined()
  expect(usualFor('recency_days', { recency_days: 34 })).toBeUndefined()
  expect(usualFor('spend', { spend: 3, order_gap_days: 12 })).toBeUndefined()
})
