import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

function moments(draw: () => number, count = 40_000): { mean: number; variance: number } {
  const values = Array.from({ length: count }, draw)
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { mean, variance }
}

test('the same seed gives the same stream and another seed another', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next)
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

test('a fork does not depend on how much its parent has drawn', () => {
  const [fresh, used] = [createRandom(1), createRandom(1)]
  used.next()
  expect(fresh.fork('a').next()).toBe(used.fork('a').next())
  expect(fresh.fork('a').next()).not.toBe(fresh.fork('b').next())
})

test.each([
  ['uniform', (random: ReturnType<typeof createRandom>) => random.next(), 0.5, 1 / 12],
  ['normal', (random: ReturnType<typeof createRandom>) => random.normal(), 0, 1],
  ['exponential', (random: ReturnType<typeof createRandom>) => random.exponential(2), 0.5, 0.25],
  ['gamma above 1', (random: ReturnType<typeof createRandom>) => random.gamma(3, 2), 1.5, 0.75],
  ['gamma below 1', (random: ReturnType<typeof createRandom>) => random.gamma(0.5, 1), 0.5, 0.5],
  ['poisson', (random: ReturnType<typeof createRandom>) => random.poisson(4), 4, 4],
] as const)('%s draws have the mean and variance of their law', (_name, draw, mean, variance) => {
  const random = createRandom(42)
  const seen = moments(() => draw(random))
  expect(seen.mean).toBeCloseTo(mean, 1)
  expect(Math.abs(seen.variance - variance) / variance).toBeLessThan(0.06)
})

test('a shuffle keeps every element', () => {
  const items = createRandom(3).shuffle([1, 2, 3, 4, 5, 6])
  expect([...items].sort()).toEqual([1, 2, 3, 4, 5, 6])
})
