import type { PairTargets } from './pair-targets.ts'
import type { OwnTrade, PersonTrade } from './pair-trade.ts'

/** How many of its own things a person is asked about: those of most interest of late. */
const ownItemLimit = 10
const ownGroupLimit = 8

/** Of things that many buy: the best sold items of a person's first groups, what peers buy most, what the shop sells most. */
const groupsLookedInto = 3
const itemsPerGroup = 2
const peerItems = 3
const peerGroups = 3
const shopItems = 1
const shopGroups = 1

/** Late purchases of people who have the same favourite group. */
export type Peers = {
  readonly weightOf: ReadonlyMap<number, number>
  readonly itemWeight: number
  readonly groupWeight: number
  readonly items: readonly number[]
  readonly groups: readonly number[]
}

/** The group of most interest of late. */
export function favouriteOf(person: PersonTrade): number | undefined {
  return person.groups[0]?.thing
}

/** By favourite group; a person without one has no peers. */
export function gatherPeers(people: Iterable<PersonTrade>, targets: PairTargets): ReadonlyMap<number, Peers> {
  const sums = new Map<number, Map<number, number>>()
  for (const person of people) {
    const favourite = favouriteOf(person)
    if (favourite === undefined) continue
    const own = sums.get(favourite) ?? new Map<number, number>()
    sums.set(favourite, own)
    addWeights(own, person.items)
    addWeights(own, person.groups)
  }
  return new Map([...sums].map(([favourite, weights]) => [favourite, toPeers(weights, targets)]))
}

function addWeights(sums: Map<number, number>, trade: readonly OwnTrade[]): void {
  for (const { thing, boughtWeight } of trade) sums.set(thing, (sums.get(thing) ?? 0) + boughtWeight)
}

function toPeers(weightOf: ReadonlyMap<number, number>, { items, groups }: PairTargets): Peers {
  const known = (things: readonly number[]) =>
    things
      .flatMap((thing) => {
        const weight = weightOf.get(thing) ?? 0
        return weight === 0 ? [] : [{ thing, weight }]
      })
      .sort((a, b) => b.weight - a.weight)
  const [ownItems, ownGroups] = [known(items), known(groups)]
  const total = (all: readonly { readonly weight: number }[]) =>
    all.reduce((sum, { weight }) => sum + weight, 0)
  return {
    weightOf,
    itemWeight: total(ownItems),
    groupWeight: total(ownGroups),
    items: ownItems.slice(0, peerItems).map(({ thing }) => thing),
    groups: ownGroups.slice(0, peerGroups).map(({ thing }) => thing),
  }
}

/**
 * What a person is asked about, each once: what they bought, viewed, carted or searched for of late (10 items and 8 groups at
 * most), then the 2 best sold items of their first 3 groups, the 3 items and 3 groups that peers buy most, and the shop's best.
 */
export function listCandidates(
  person: PersonTrade,
  peers: Peers | undefined,
  { byThing, itemsOfGroup, items, groups }: PairTargets,
): readonly number[] {
  const chosen = new Set<number>()
  const add = (all: readonly number[]) => {
    for (const thing of all) if (byThing.has(thing)) chosen.add(thing)
  }
  add(person.items.slice(0, ownItemLimit).map(({ thing }) => thing))
  add(person.groups.slice(0, ownGroupLimit).map(({ thing }) => thing))
  for (const { thing } of person.groups.slice(0, groupsLookedInto))
    add((itemsOfGroup.get(thing) ?? []).slice(0, itemsPerGroup))
  add(peers?.items ?? [])
  add(peers?.groups ?? [])
  add(items.slice(0, shopItems))
  add(groups.slice(0, shopGroups))
  return [...chosen]
}
