import { compareText } from '../core/compare-text.ts'
import type { Neighbours } from './pair-neighbours.ts'
import type { PairTarget, PairTargets } from './pair-targets.ts'
import type { PairThings } from './pair-things.ts'
import { interestOf, type OwnTrade, type PersonTrade } from './pair-trade.ts'

/** About how many items and groups a person is asked. */
export type CandidateLimits = { readonly items: number; readonly groups: number }

/** Of the next purchase: what it is if it is nothing that the person bought before. Found on validation cuts (ADR 31). */
const newShares = { neighbours: 0.2, group: 0.05, popular: 0.75 } as const
/** Interest foretells repeats: so many times the share of repeats so far is given to what is known to the person. */
const repeatLift = 2
const mostRepeated = 0.95
/** The repeat share of a thing counts as if so many buyers of the average one stood beside its own. */
const priorBuyers = 5
const lookedInto = { items: 30, groups: 8, itemsOfGroup: 25 } as const

/** What the shop tells of the next purchase of anybody, as of a cut. */
export type CandidateKnowledge = {
  readonly targets: PairTargets
  readonly neighbours: Neighbours
  readonly things: PairThings
  readonly items: KindKnowledge
  readonly groups: KindKnowledge
  /** Room for what one person may need, by the number of the thing; empty between two people. */
  readonly room: (Mixed | undefined)[]
}

type KindKnowledge = {
  /** Late purchases of all things of the kind. */
  readonly weight: number
  /** Share of purchases that repeated one of the same person, and the mean of it over what is bought. */
  readonly repeats: number
  readonly meanRepeat: number
}

/** Something that a person may need, with what puts it in order. */
export type Candidate = {
  readonly thing: number
  /** Share of the person's next purchases that is likely of it, of things of its kind. */
  readonly share: number
  /** Part of it by what is bought with what the person buys; 0 of groups. */
  readonly goesWith: number
}

/** How often people bought again what they had bought, added up person by person. */
export type RepeatCounts = {
  add(person: PersonTrade): void
  build(known: Pick<CandidateKnowledge, 'targets' | 'neighbours' | 'things'>): CandidateKnowledge
}

const kinds = ['items', 'groups'] as const
type Kind = (typeof kinds)[number]

export function countRepeats(): RepeatCounts {
  const counts = { items: { days: 0, buyers: 0 }, groups: { days: 0, buyers: 0 } }
  return {
    add(person) {
      for (const kind of kinds)
        for (const { dayCount } of person[kind]) {
          counts[kind].days += dayCount
          if (dayCount > 0) counts[kind].buyers++
        }
    },
    build: (known) => ({
      ...known,
      items: describeKind(known.targets, 'items', counts.items),
      groups: describeKind(known.targets, 'groups', counts.groups),
      room: [],
    }),
  }
}

function describeKind(
  targets: PairTargets,
  kind: Kind,
  { days, buyers }: { readonly days: number; readonly buyers: number },
): KindKnowledge {
  let [weight, repeat] = [0, 0]
  for (const thing of targets[kind]) {
    const target = targets.byThing[thing]
    weight += target?.weight ?? 0
    repeat += (target?.weight ?? 0) * (target?.repeatShare ?? 0)
  }
  const repeats = days > 0 ? (days - buyers) / days : 0
  return { weight, repeats, meanRepeat: weight > 0 ? repeat / weight : 0 }
}

/**
 * What a person is asked about: items, then groups, each kind by its likely share of the next purchases, a mixture of what the
 * person bought or looked at of late (repeats), of what is bought with that, of what is best sold in the groups of most
 * interest, and of what sells best of all. Only what anybody bought by the cut.
 */
export function listCandidates(
  person: PersonTrade,
  knowledge: CandidateKnowledge,
  limits: CandidateLimits,
): readonly Candidate[] {
  const items = createMixture(knowledge)
  const known = addOwn(items, person.items, knowledge, knowledge.items)
  const rest = 1 - known
  addNeighbours(items, person.items, knowledge.neighbours, rest * newShares.neighbours)
  addBestOfGroups(items, person.groups, knowledge, rest * newShares.group)
  addPopular(items, knowledge, 'items', { part: rest * newShares.popular, limit: limits.items })
  const bestItems = best(items, limits.items, knowledge)
  const groups = createMixture(knowledge)
  const knownGroups = addOwn(groups, person.groups, knowledge, knowledge.groups)
  addPopular(groups, knowledge, 'groups', { part: 1 - knownGroups, limit: limits.groups })
  return [...bestItems, ...best(groups, limits.groups, knowledge)]
}

type Mixture = {
  readonly met: Mixed[]
  /** By the number of the thing; empty between two mixtures. */
  readonly at: (Mixed | undefined)[]
  readonly byThing: readonly (PairTarget | undefined)[]
}

type Mixed = { readonly thing: number; share: number; goesWith: number }

function createMixture({ targets: { byThing }, room }: CandidateKnowledge): Mixture {
  return { met: [], at: room, byThing }
}

function add({ met, at, byThing }: Mixture, thing: number, share: number, goesWith = 0): void {
  const own = at[thing]
  if (own === undefined) {
    if (byThing[thing] === undefined) return
    const fresh = { thing, share, goesWith }
    at[thing] = fresh
    met.push(fresh)
    return
  }
  own.share += share
  own.goesWith += goesWith
}

/** By interest, and by how often such things are bought again. Answers the share that was given out. */
function addOwn(
  mixture: Mixture,
  trade: readonly OwnTrade[],
  { targets }: CandidateKnowledge,
  { repeats, meanRepeat }: KindKnowledge,
): number {
  const total = trade.reduce((sum, own) => sum + interestOf(own), 0)
  if (total === 0) return 0
  const part = Math.min(mostRepeated, repeatLift * repeats)
  for (const own of trade) {
    const { buyerCount = 0, repeatShare = 0 } = targets.byThing[own.thing] ?? {}
    const repeated = (repeatShare * buyerCount + priorBuyers * meanRepeat) / (buyerCount + priorBuyers)
    const lift = meanRepeat > 0 ? repeated / meanRepeat : 1
    add(mixture, own.thing, (part * lift * interestOf(own)) / total)
  }
  return part
}

function addNeighbours(
  mixture: Mixture,
  trade: readonly OwnTrade[],
  neighbours: Neighbours,
  part: number,
): void {
  const late = trade.slice(0, lookedInto.items)
  const total = late.reduce((sum, own) => sum + interestOf(own), 0)
  if (total === 0) return
  for (const own of late)
    for (const { thing, share } of neighbours.get(own.thing) ?? []) {
      const goesWith = (share * interestOf(own)) / total
      add(mixture, thing, part * goesWith, goesWith)
    }
}

function addBestOfGroups(
  mixture: Mixture,
  groups: readonly OwnTrade[],
  { targets }: CandidateKnowledge,
  part: number,
): void {
  const total = groups.reduce((sum, own) => sum + interestOf(own), 0)
  if (total === 0) return
  for (const own of groups.slice(0, lookedInto.groups)) {
    const weight = targets.byThing[own.thing]?.weight ?? 0
    if (weight === 0) continue
    for (const item of (targets.itemsOfGroup.get(own.thing) ?? []).slice(0, lookedInto.itemsOfGroup))
      add(mixture, item, (((part * interestOf(own)) / total) * (targets.byThing[item]?.weight ?? 0)) / weight)
  }
}

function addPopular(
  mixture: Mixture,
  knowledge: CandidateKnowledge,
  kind: Kind,
  { part, limit }: { readonly part: number; readonly limit: number },
): void {
  const { targets } = knowledge
  for (const thing of targets[kind].slice(0, limit))
    add(mixture, thing, (part * (targets.byThing[thing]?.weight ?? 0)) / knowledge[kind].weight)
}

function best({ met, at }: Mixture, limit: number, { things: { ids } }: CandidateKnowledge): Candidate[] {
  for (const { thing } of met) at[thing] = undefined
  return met
    .sort((a, b) => b.share - a.share || compareText(ids[a.thing] ?? '', ids[b.thing] ?? ''))
    .slice(0, limit)
}
