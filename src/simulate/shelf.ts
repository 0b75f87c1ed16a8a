import type { Random } from '../math/random.ts'
import { type Item, leaves, priceBandCount } from './catalogue.ts'
import { accumulate, chooseIndex, entryAt, firstAbove } from './choose.ts'

/** How shoppers choose among the items of a narrow category. */
export type Shelf = {
  /** False for narrow categories without any item. */
  readonly isLeafSold: readonly boolean[]
  /** The index of an item, by its popularity and how well its price suits the budget. */
  choose(leafIndex: number, budgetBand: number, random: Random): number
  /** A neighbour in the category, for filling lists; popular ones more often. */
  chooseOther(leafIndex: number, random: Random): number
  /** Item index → probability, for one narrow category and budget. */
  probabilities(leafIndex: number, budgetBand: number): ReadonlyMap<number, number>
}

export function buildShelf(items: readonly Item[]): Shelf {
  const members: number[][] = leaves.map(() => [])
  items.forEach((item, index) => {
    members[item.leafIndex]?.push(index)
  })
  const table = members.map((indices) =>
    Array.from({ length: priceBandCount }, (_, band) =>
      accumulate(indices.map((index) => attraction(entryAt(items, index), band))),
    ),
  )
  const popularities = members.map((indices) =>
    accumulate(indices.map((index) => entryAt(items, index).popularity)),
  )
  const pick = (leafIndex: number, cumulative: Float64Array, random: Random) =>
    entryAt(entryAt(members, leafIndex), chooseIndex(cumulative, random))
  return {
    isLeafSold: members.map((indices) => indices.length > 0),
    choose: (leafIndex, band, random) => pick(leafIndex, entryAt(entryAt(table, leafIndex), band), random),
    chooseOther: (leafIndex, random) => pick(leafIndex, entryAt(popularities, leafIndex), random),
    probabilities(leafIndex, band) {
      const cumulative = entryAt(entryAt(table, leafIndex), band)
      const total = cumulative.at(-1) ?? 1
      const shareOf = (rank: number) => ((cumulative[rank] ?? 0) - (cumulative[rank - 1] ?? 0)) / total
      return new Map(entryAt(members, leafIndex).map((index, rank) => [index, shareOf(rank)]))
    },
  }
}

/** How likely a place in a list is looked at, the first beside the others: the planted position bias. */
export const examinationByPosition: readonly number[] = [1, 0.72, 0.52, 0.38, 0.28]
const positions = accumulate(examinationByPosition)

/** Counted from 0. */
export function choosePosition(random: Random): number {
  return firstAbove(positions, random.next() * (positions.at(-1) ?? 0))
}

function attraction(item: Item, budgetBand: number): number {
  return item.popularity * Math.exp(-0.8 * Math.abs(item.priceBand - budgetBand))
}
