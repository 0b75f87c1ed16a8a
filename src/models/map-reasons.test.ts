import { expect, test } from 'vitest'
import { mapReasons } from './map-reasons.ts'

const part = (feature: string, contribution: number) => ({ feature, contribution })

test('reasons of a doubled score are doubled; those of its logarithm sum to it', () => {
  const reasons = {
    base: 2,
    contributions: [[part('a', 3), part('b', -1)], [part('a', 1), part('b', -1)], []],
  }
  expect(mapReasons(reasons, (score) => 2 * score + 1)).toEqual({
    base: 5,
    contributions: [[part('a', 6), part('b', -2)], [part('a', 2), part('b', -2)].map(near), []],
  })
  const { base, contributions } = mapReasons(reasons, Math.log)
  const [first = []] = contributions
  expect(base + first.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(Math.log(4), 12)
  // Each keeps its share.
  expect((first[0]?.contribution ?? 0) / (first[1]?.contribution ?? 1)).toBeCloseTo(-3, 12)
})

/** Parts that cancel out are shared by the slope at the base, told to six digits. */
function near({ feature, contribution }: ReturnType<typeof part>) {
  return { feature, contribution: expect.closeTo(contribution, 5) as number }
}
