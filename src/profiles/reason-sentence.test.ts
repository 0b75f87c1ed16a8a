import { expect, test } from 'vitest'
import { writeReason } from './reason-sentence.ts'

const words = {
  meaning: { en: 'Time since the last order', zh: '距上次下单' },
  unit: { en: 'days', zh: '天' },
}

test('a reason names the feature, its value with the unit, its direction and its share', () => {
  expect(writeReason(words, 3, 0.42)).toEqual({
    en: 'Time since the last order: 3 days (raises it, 42 %)',
    zh: '距上次下单：3天（提高评分，42 %）',
  })
})

test('a lowering reason says so, and an unknown value is left out', () => {
  expect(writeReason(words, undefined, -0.1).en).toBe('Time since the last order (lowers it, 10 %)')
})

test('a value stands beside what is usual for the person or their group', () => {
  expect(writeReason(words, 34, 0.42, { of: 'person', value: 12 })).toEqual({
    en: 'Time since the last order: 34 days, usually 12 (raises it, 42 %)',
    zh: '距上次下单：34天，平时为12天（提高评分，42 %）',
  })
  expect(writeReason(words, 34, -0.42, { of: 'group', value: 20.456 })).toEqual({
    en: 'Time since the last order: 34 days, similar customers 20.5 (lowers it, 42 %)',
    zh: '距上次下单：34天，同类顾客为20.5天（降低评分，42 %）',
  })
  const none = writeReason(words, 3, 0.42, { of: 'person', value: Number.NaN })
  expect(none).toEqual(writeReason(words, 3, 0.42))
})
