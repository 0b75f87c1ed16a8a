import type { IdentityStatement } from '../../core/identity.ts'
import {
  addStatement,
  isSameEdge,
  isSameFacts,
  type Node,
  nodeOf,
  type Pair,
  type PairFacts,
  pairOf,
  readEdge,
} from '../pair-facts.ts'
import { type GraphStores, type RegroupOptions, regroup } from './regroup.ts'
import { allTime, type Span } from './resolutions.ts'
import { type OwnedSpan, ownedSpans } from './shared-spans.ts'
import { type DeviceAndUser, deviceAndUser, minuteOf } from './sightings.ts'

const unknown: PairFacts = {}

type PairNews = { readonly pair: Pair; readonly before: PairFacts; after: PairFacts }
type SightingNews = DeviceAndUser & { firstMs: number; lastMs: number }

/** Of some statements, what is not known yet. */
export type News = {
  readonly isAny: boolean
  readonly pairs: readonly PairNews[]
  readonly sightings: readonly SightingNews[]
  /** Ids named alone for the first time. */
  readonly loners: readonly Node[]
}

/** Statements of one pair are taken together first: most of a batch repeats what it has just said. */
export function gatherNews(
  statements: readonly IdentityStatement[],
  blocked: ReadonlySet<Node>,
  stores: GraphStores,
): News {
  const pairs = new Map<string, PairNews>()
  const sightings = new Map<string, SightingNews>()
  const loners = new Set<Node>()
  for (const statement of statements) {
    const [first, second] = [nodeOf(statement.first), nodeOf(statement.second)]
    if (blocked.has(first) || blocked.has(second)) continue
    if (first === second) loners.add(first)
    else {
      addPair(pairs, statement, pairOf(first, second), stores)
      const seen = statement.kind === 'together' ? deviceAndUser(first, second) : undefined
      if (seen !== undefined) addSighting(sightings, seen, statement.atMs)
    }
  }
  const news = {
    pairs: [...pairs.values()].filter(({ before, after }) => !isSameFacts(before, after)),
    sightings: [...sightings.values()].filter((each) => isWider(each, stores)),
    loners: [...loners].filter((node) => stores.resolutions.get(node) === undefined),
  }
  return { ...news, isAny: news.pairs.length + news.sightings.length + news.loners.length > 0 }
}

function addPair(
  pairs: Map<string, PairNews>,
  statement: IdentityStatement,
  pair: Pair,
  { facts }: GraphStores,
): void {
  const key = `${pair.one.length} ${pair.one}${pair.other}`
  let known = pairs.get(key)
  if (known === undefined) {
    const before = facts.facts(pair) ?? unknown
    known = { pair, before, after: before }
    pairs.set(key, known)
  }
  known.after = addStatement(known.after, statement, pair)
}

function addSighting(sightings: Map<string, SightingNews>, pair: DeviceAndUser, atMs: number): void {
  const key = `${pair.device.length} ${pair.device}${pair.user} ${minuteOf(atMs)}`
  const known = sightings.get(key)
  if (known === undefined) sightings.set(key, { ...pair, firstMs: atMs, lastMs: atMs })
  else {
    known.firstMs = Math.min(known.firstMs, atMs)
    known.lastMs = Math.max(known.lastMs, atMs)
  }
}

function isWider({ device, user, firstMs, lastMs }: SightingNews, { sightings }: GraphStores): boolean {
  const known = sightings.minute({ device, user }, firstMs)
  return known === undefined || firstMs < known[0] || lastMs > known[1]
}

/** To be called inside `KeyValueStore.transact`, with news that nothing was learnt since. */
export function learnNews(news: News, stores: GraphStores, options: RegroupOptions): void {
  const seeds = new Set<Node>(news.loners)
  for (const sighting of news.sightings) learnSighting(sighting, stores)
  for (const { pair, before, after } of news.pairs) {
    learnFacts(pair, before, after, stores)
    // Ids that are only named when they are split are known from then on, as they are in any other order.
    if (before === unknown || !isSameEdge(readEdge(before), readEdge(after)))
      seeds.add(pair.one).add(pair.other)
  }
  regroup(seeds, stores, options)
  stores.resolutions.keepVersion()
}

/** A sighting moves the events between it and the one before, on a device known to be shared. */
function learnSighting({ device, user, firstMs, lastMs }: SightingNews, stores: GraphStores): void {
  const { sightings } = stores
  const known = sightings.minute({ device, user }, firstMs)
  const wider = [Math.min(known?.[0] ?? firstMs, firstMs), Math.max(known?.[1] ?? lastMs, lastMs)] as const
  const put = () => sightings.putMinute({ device, user }, wider)
  if (isSharedDevice(device, stores)) {
    const span: Span = [sightings.previous(device, wider[0]) ?? allTime[0], wider[1]]
    moveEvents(device, span, stores, put)
  } else put()
}

/** A split undoes the sightings before it. */
function learnFacts(pair: Pair, before: PairFacts, after: PairFacts, stores: GraphStores): void {
  const put = () => stores.facts.putFacts(pair, after, before === unknown)
  const seen = before.splitMs === after.splitMs ? undefined : deviceAndUser(pair.one, pair.other)
  if (seen !== undefined && isSharedDevice(seen.device, stores)) {
    moveEvents(seen.device, allTime, stores, put)
  } else put()
}

function isSharedDevice(device: Node, { resolutions }: GraphStores): boolean {
  const resolution = resolutions.get(device)
  return resolution !== undefined && 'isShared' in resolution
}

/** Makes a change after which events of a shared device may be other people's, and records where they were. */
function moveEvents(device: Node, span: Span, stores: GraphStores, change: () => void): void {
  const { sightings, resolutions } = stores
  const before = ownedSpans(device, span, sightings, resolutions)
  change()
  if (isSameSpans(before, ownedSpans(device, span, sightings, resolutions))) return
  const owners = before.map(([, , profileId]) => profileId)
  resolutions.addOverride(device, span, owners)
}

function isSameSpans(a: readonly OwnedSpan[], b: readonly OwnedSpan[]): boolean {
  return a.length === b.length && a.every((span, at) => span.every((part, index) => part === b[at]?.[index]))
}
