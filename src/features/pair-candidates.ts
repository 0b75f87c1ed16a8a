import { keyOf, type PairTarget, type PairTargets } from './pair-targets.ts'
import type { OwnTrade, PersonTrade } from './pair-trade.ts'

/** How many of its own things a person is asked about: those of most interest of late. */
export const ownItemLimit = 10
export const ownGroupLimit = 8

/** Of things that many buy: the best sold items of a person's first groups, what peers buy most, what the shop sells most. */
const groupsLookedInto = 3
const itemsPerGroup = 2
const peerItems = 3
const peerGroups = 3
const shopItems = 1
const shopGroups = 1

/** Late purchases of people who have the same favourite group. */
export type Peers = {
  readonly weightByKey: ReadonlyMap<string, number>
  readonly itemWeight: number
  readonly groupWeight: number
  readonly items: readonly PairTarget[]
  readonly groups: readonly PairTarget[]
}

/** By favourite group; a person without one has no peers. */
export function gatherPeers(
  trade: ReadonlyMap<string, PersonTrade>,
  targets: PairTargets,
): ReadonlyMap<string, Peers> {
  const sums = new Map<string, Map<string, number>>()
  for (const person of trade.values()) {
    const favourite = favouriteOf(person)
    if (favourite === undefined) continue
    const own = sums.get(favourite) ?? new Map<string, number>()
    sums.set(favourite, own)
    addWeights(own, person.items, false)
    addWeights(own, person.groups, true)
  }
  return new Map([...sums].map(([favourite, weights]) => [favourite, toPeers(weights, targets)]))
}

/** The group of most interest of late. */
export function favouriteOf(person: PersonTrade): string | undefined {
  return person.groups[0]?.id
}

function addWeights(sums: Map<string, number>, trade: readonly OwnTrade[], isGroup: boolean): void {
  for (const { id, boughtWeight } of trade) {
    const key = keyOf(isGroup, id)
    sums.set(key, (sums.get(key) ?? 0) + boughtWeight)
  }
}

function toPeers(weightByKey: ReadonlyMap<string, number>, { byKey }: PairTargets): Peers {
  const known = [...weightByKey]
    .flatMap(([key, weight]) => {
      const target = byKey.get(key)
      return target === undefined || weight === 0 ? [] : [{ target, weight }]
    })
    .sort((a, b) => b.weight - a.weight || (a.target.id < b.target.id ? -1 : 1))
  const of = (isGroup: boolean) => known.filter(({ target }) => target.isGroup === isGroup)
  const total = (isGroup: boolean) => of(isGroup).reduce((sum, { weight }) => sum + weight, 0)
  return {
    weightByKey,
    itemWeight: total(false),
    groupWeight: total(true),
    items: of(false)
      .slice(0, peerItems)
      .map(({ target }) => target),
    groups: of(true)
      .slice(0, peerGroups)
      .map(({ target }) => target),
  }
}

/**
 * What a person is asked about, each once: what they bought, viewed, carted or searched for of late (10 items and 8 groups at
 * most), then the 2 best sold items of their first 3 groups, the 3 items and 3 groups that peers buy most, and the shop's best.
 */
export function listCandidates(
  person: PersonTrade,
  peers: Peers | undefined,
  targets: PairTargets,
): readonly PairTarget[] {
  const { byKey, itemsOfGroup, items, groups } = targets
  const chosen = new Set<PairTarget>()
  const add = (all: readonly (PairTarget | undefined)[]) => {
    for (const target of all) if (target !== undefined) chosen.add(target)
  }
  add(person.items.slice(0, ownItemLimit).map(({ id }) => byKey.get(keyOf(false, id))))
  add(person.groups.slice(0, ownGroupLimit).map(({ id }) => byKey.get(keyOf(true, id))))
  for (const { id } of person.groups.slice(0, groupsLookedInto))
    add((itemsOfGroup.get(id) ?? []).slice(0, itemsPerGroup))
  add(peers?.items ?? [])
  add(peers?.groups ?? [])
  add(items.slice(0, shopItems))
  add(groups.slice(0, shopGroups))
  return [...chosen]
}
