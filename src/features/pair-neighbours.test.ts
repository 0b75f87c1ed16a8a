import { expect, test } from 'vitest'
import { countNeighbours } from './pair-neighbours.ts'
import type { OwnTrade } from './pair-trade.ts'

const things = {
  ...{ ids: ['milk', 'bread', 'tea'], isGroup: [false, false, false], groupOf: [-1, -1, -1] },
  ...{ itemAt: () => 0, groupAt: () => 0 },
}
const own = (thing: number, boughtWeight: number): OwnTrade => ({
  ...{ thing, dayCount: 1, units: 1, unitsOfLate: 1, spend: 1, boughtWeight, firstDays: 1, lastDays: 1 },
  ...{ cartWeight: 0, viewWeight: 0, searchWeight: 0, lookDays: 0, lookCount: 0 },
})

test('items go together by the lesser of their weights, as a share that a prior of 20 keeps small', () => {
  const counts = countNeighbours(things)
  counts.add({ items: [own(0, 3), own(1, 1)], groups: [] })
  counts.add({ items: [own(0, 1), own(1, 2), own(2, 0.5)], groups: [] })
  // Milk and bread: min(3, 1) + min(1, 2) = 2; milk and tea, bread and tea: .5 each.
  const neighbours = counts.build()
  expect(neighbours.get(0)).toEqual([
    { thing: 1, share: 2 / 22.5 },
    { thing: 2, share: 0.5 / 22.5 },
  ])
  expect(neighbours.get(2)).toEqual([
    { thing: 1, share: 0.5 / 21 },
    { thing: 0, share: 0.5 / 21 },
  ])
})

test('what was only looked at goes with nothing', () => {
  const counts = countNeighbours(things)
  counts.add({ items: [own(0, 1), own(1, 0)], groups: [] })
  expect(counts.build().get(0)).toEqual([])
  expect(counts.build().has(1)).toBe(false)
})
