import type { PairTargets } from './pair-targets.ts'
import type { OwnTrade, PersonTrade } from './pair-trade.ts'

/** Late purchases of people who have the same favourite group. */
export type Peers = {
  readonly weightOf: ReadonlyMap<number, number>
  readonly itemWeight: number
  readonly groupWeight: number
}

/** The group of most interest of late. */
export function favouriteOf(person: PersonTrade): number | undefined {
  return person.groups[0]?.thing
}

/** By favourite group; a person without one has no peers. */
export function gatherPeers(
  people: Iterable<PersonTrade>,
  { byThing }: PairTargets,
): ReadonlyMap<number, Peers> {
  const sums = new Map<number, Map<number, number>>()
  for (const person of people) {
    const favourite = favouriteOf(person)
    if (favourite === undefined) continue
    const own = sums.get(favourite) ?? new Map<number, number>()
    sums.set(favourite, own)
    addWeights(own, person.items)
    addWeights(own, person.groups)
  }
  return new Map(
    [...sums].map(([favourite, weightOf]) => {
      let [itemWeight, groupWeight] = [0, 0]
      for (const [thing, weight] of weightOf) {
        const target = byThing.get(thing)
        if (target?.isGroup) groupWeight += weight
        else if (target) itemWeight += weight
      }
      return [favourite, { weightOf, itemWeight, groupWeight }]
    }),
  )
}

function addWeights(sums: Map<number, number>, trade: readonly OwnTrade[]): void {
  for (const { thing, boughtWeight } of trade) sums.set(thing, (sums.get(thing) ?? 0) + boughtWeight)
}

/** Share of the peers' late purchases of its kind that are of a thing. */
export function peerShareOf(peers: Peers | undefined, thing: number, isGroup: boolean): number {
  const total = (isGroup ? peers?.groupWeight : peers?.itemWeight) ?? 0
  return total > 0 ? (peers?.weightOf.get(thing) ?? 0) / total : 0
}
