import { expect, test } from 'vitest'
import { scheduledShare } from './schedule.ts'

test('a cosine schedule climbs over the warm-up and ends at nothing', () => {
  const shares = Array.from({ length: 11 }, (_, step) =>
    scheduledShare({ kind: 'cosine', warmupShare: 0.2 }, step, 10),
  )
  expect(shares.slice(0, 3)).toEqual([0.5, 1, 1])
  expect(shares[6]).toBeCloseTo(0.5, 12)
  expect(shares[10]).toBeCloseTo(0, 12)
})

test('a constant one stays', () => {
  expect(scheduledShare({ kind: 'constant' }, 7, 10)).toBe(1)
})
