import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

test('so many events a second pass, the rest is told when to come again', () => {
  const limit = createRateLimit(100)
  expect(limit.take('a', 100, 0)).toBe(0)
  expect(limit.take('a', 1, 0)).toBe(1)
  expect(limit.take('b', 1, 0)).toBe(0)
  expect(limit.take('a', 50, 500)).toBe(0)
  expect(limit.take('a', 1, 500)).toBe(1)
})

test('a batch larger than the bucket passes and is paid for by waiting', () => {
  const limit = createRateLimit(100)
  expect(limit.take('a', 600, 0)).toBe(0)
  expect(limit.take('a', 1, 1000)).toBe(4)
  expect(limit.take('a', 1, 4990)).toBe(1)
  expect(limit.take('a', 1, 5010)).toBe(0)
})

test('a clock that is set back neither fills nor empties a bucket', () => {
  const limit = createRateLimit(10)
  expect(limit.take('a', 10, 5000)).toBe(0)
  expect(limit.take('a', 1, 0)).toBe(1)
  expect(limit.take('a', 1, 500)).toBe(0)
})

test('a limit of 0 is none', () => {
  const limit = createRateLimit(0)
  for (let count = 0; count < 5; count++) expect(limit.take('a', 1e6, 0)).toBe(0)
})
