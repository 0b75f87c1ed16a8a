import type { Random } from '../../src/math/random.ts'

export const pickings = ['uniform', 'zipf'] as const
export type Picking = (typeof pickings)[number]

/** Draws the places of 0..count-1: all alike, or the place r (from 1) with a weight of 1/r (Zipf's law). */
export function createPicker(picking: Picking, count: number, random: Random): () => number {
  if (picking === 'uniform') return () => random.integer(count)
  const upTo = new Float64Array(count)
  let sum = 0
  for (let place = 0; place < count; place++) {
    sum += 1 / (place + 1)
    upTo[place] = sum
  }
  return () => findPlace(upTo, random.next() * sum)
}

/** The first place whose sum lies above the value. */
function findPlace(upTo: Float64Array, value: number): number {
  let [low, high] = [0, upTo.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upTo[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
