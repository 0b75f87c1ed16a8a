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

/** Late purchases by favourite group, added up person by person; a person without one has no peers. */
export type PeerCounts = {
  add(person: PersonTrade): void
  build(targets: PairTargets): ReadonlyMap<number, Peers>
}

export function countPeers(): PeerCounts {
  const sums = new Map<number, Map<number, number>>()
  return {
    add(person) {
      const favourite = favouriteOf(person)
      if (favourite === undefined) return
      const own = sums.get(favourite) ?? new Map<number, number>()
      sums.set(favourite, own)
      addWeights(own, person.items)
      addWeights(own, person.groups)
    },
    build: (targets) =>
      new Map([...sums].map(([favourite, weightOf]) => [favourite, toPeers(weightOf, targets)])),
  }
}

function toPeers(weightOf: ReadonlyMap<number, number>, { byThing }: PairTargets): Peers {
  let [itemWeight, groupWeight] = [0, 0]
  for (const [thing, weight] of weightOf) {
    const target = byThing[thing]
    if (target?.isGroup) groupWeight += weight
    else if (target) itemWeight += weight
  }
  return { weightOf, itemWeight, groupWeight }
}

function addWeights(sums: Map<number, number>, trade: readonly OwnTrade[]): void {
  for (const { thing, boughtWeight } of trade) sums.set(thing, (sums.get(thing) ?? 0) + boughtWeight)
}

/** Share of the peers' late purchases of its kind that are of a thing. */
export function peerShareOf(peers: Peers | undefined, thing: number, isGroup: boolean): number {
  const total = (isGroup ? peers?.groupWeight : peers?.itemWeight) ?? 0
  return total > 0 ? (peers?.weightOf.get(thing) ?? 0) / total : 0
}
