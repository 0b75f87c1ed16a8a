import { compareText } from '../core/compare-text.ts'
import type { PairThings } from './pair-things.ts'
import type { PersonTrade } from './pair-trade.ts'

/** So many of a person's items of most interest of late are taken to go with each other. */
const itemsTogether = 10
const mostNeighbours = 20
/** An item is taken to have been bought this much with nothing told: what goes with little is said of little. */
const priorWeight = 20

/** What is bought by those who buy an item: a share of what they buy beside it, the largest first; all of one sum below 1. */
export type Neighbours = ReadonlyMap<number, readonly Neighbour[]>

export type Neighbour = { readonly thing: number; readonly share: number }

/**
 * Decayed co-occurrence: two items that one person bought of late go together by the lesser of their weights (an item-to-item
 * neighbourhood as of Linden, Smith & York, 2003, told as a share).
 */
export function gatherNeighbours(people: Iterable<PersonTrade>, { ids }: PairThings): Neighbours {
  const together = new Map<number, Map<number, number>>()
  for (const { items } of people) {
    const own = items.slice(0, itemsTogether).filter(({ boughtWeight }) => boughtWeight > 0)
    for (const one of own) {
      const sums = together.get(one.thing) ?? new Map<number, number>()
      together.set(one.thing, sums)
      for (const other of own)
        if (other !== one)
          sums.set(other.thing, (sums.get(other.thing) ?? 0) + Math.min(one.boughtWeight, other.boughtWeight))
    }
  }
  const byShare = (a: Neighbour, b: Neighbour) =>
    b.share - a.share || compareText(ids[a.thing] ?? '', ids[b.thing] ?? '')
  return new Map(
    [...together].map(([item, sums]) => {
      let all = priorWeight
      for (const weight of sums.values()) all += weight
      const told = [...sums].map(([thing, weight]) => ({ thing, share: weight / all }))
      return [item, told.sort(byShare).slice(0, mostNeighbours)]
    }),
  )
}
