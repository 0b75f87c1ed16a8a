import { compareText } from '../core/compare-text.ts'
import type { PairThings } from './pair-things.ts'
import type { OwnTrade, PersonTrade } from './pair-trade.ts'

/** So many of a person's items of most interest of late are taken to go with each other. */
const itemsTogether = 10
const mostNeighbours = 20
/** An item is taken to have been bought this much with nothing told: what goes with little is said of little. */
const priorWeight = 20

/** What is bought by those who buy an item: a share of what they buy beside it, the largest first; all of one sum below 1. */
export type Neighbours = ReadonlyMap<number, readonly Neighbour[]>

type Neighbour = { readonly thing: number; readonly share: number }

/** What was bought together, added up person by person. */
export type NeighbourCounts = { add(person: PersonTrade): void; build(): Neighbours }

/**
 * Decayed co-occurrence: two items that one person bought of late go together by the lesser of their weights (an item-to-item
 * neighbourhood as of Linden, Smith & York, 2003, told as a share).
 */
export function countNeighbours({ ids }: PairThings): NeighbourCounts {
  const together = new Map<number, Map<number, number>>()
  return {
    add: ({ items }) => addPairs(together, items.slice(0, itemsTogether)),
    build: () => new Map([...together].map(([item, sums]) => [item, closest(sums, ids)])),
  }
}

function addPairs(together: Map<number, Map<number, number>>, items: readonly OwnTrade[]): void {
  for (const one of items) {
    if (one.boughtWeight === 0) continue
    const sums = together.get(one.thing) ?? new Map<number, number>()
    together.set(one.thing, sums)
    for (const other of items) {
      const weight = Math.min(one.boughtWeight, other.boughtWeight)
      if (other !== one && weight > 0) sums.set(other.thing, (sums.get(other.thing) ?? 0) + weight)
    }
  }
}

function closest(sums: ReadonlyMap<number, number>, ids: readonly string[]): readonly Neighbour[] {
  let all = priorWeight
  for (const weight of sums.values()) all += weight
  return [...sums]
    .map(([thing, weight]) => ({ thing, share: weight / all }))
    .sort((a, b) => b.share - a.share || compareText(ids[a.thing] ?? '', ids[b.thing] ?? ''))
    .slice(0, mostNeighbours)
}
