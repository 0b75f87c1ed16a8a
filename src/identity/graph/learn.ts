import type { IdentityStatement } from '../../core/identity.ts'
import type { IdentitySettings } from '../identity-settings.ts'
import {
  addStatement,
  identityOf,
  type Node,
  nodeOf,
  type Pair,
  type PairFacts,
  pairOf,
  readEdge,
  uniteFacts,
} from '../pair-facts.ts'
import { type GraphStores, regroup } from './regroup.ts'
import type { Span } from './resolutions.ts'
import { ownedSpans } from './shared-spans.ts'
import { type DeviceAndUser, deviceAndUser, minuteOf } from './sightings.ts'

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
  const key = `${pair.one}\r${pair.other}`
  let known = pairs.get(key)
  if (known === undefined) {
    const before = facts.facts(pair) ?? {}
    known = { pair, before, after: before }
    pairs.set(key, known)
  }
  known.after = addStatement(known.after, statement, pair)
}

function addSighting(sightings: Map<string, SightingNews>, pair: DeviceAndUser, atMs: number): void {
  const key = `${pair.device}\r${pair.user}\r${minuteOf(atMs)}`
  const known = sightings.get(key)
  if (known === undefined) sightings.set(key, { ...pair, firstMs: atMs, lastMs: atMs })
  else {
    known.firstMs = Math.min(known.firstMs, atMs)
    known.lastMs = Math.max(known.lastMs, atMs)
  }
}

function isSameFacts(a: PairFacts, b: PairFacts): boolean {
  return JSON.stringify(uniteFacts(a, {})) === JSON.stringify(uniteFacts(b, {}))
}

function isWider({ device, user, firstMs, lastMs }: SightingNews, { sightings }: GraphStores): boolean {
  const known = sightings.minute({ device, user }, firstMs)
  return known === undefined || firstMs < known[0] || lastMs > known[1]
}

/** To be called inside `KeyValueStore.transact`, with news gathered in it. */
export function learnNews(news: News, stores: GraphStores, settings: IdentitySettings): void {
  for (const node of news.loners) {
    stores.resolutions.put(node, { profileId: identityOf(node).id })
    stores.resolutions.markOutdated(node)
  }
  for (const sighting of news.sightings) learnSighting(sighting, stores)
  const seeds = new Set<Node>()
  for (const { pair, before, after } of news.pairs) {
    stores.facts.putFacts(pair, after)
    const isSame = JSON.stringify(readEdge(before)) === JSON.stringify(readEdge(after))
    for (const node of [pair.one, pair.other]) {
      // Also an id that was only ever told apart from another is somebody's.
      if (!isSame || stores.resolutions.get(node) === undefined) seeds.add(node)
    }
  }
  regroup(seeds, stores, settings)
}

/** On a device known to be shared, a sighting moves the events between it and the one before. */
function learnSighting({ device, user, firstMs, lastMs }: SightingNews, stores: GraphStores): void {
  const { sightings, resolutions } = stores
  const known = sightings.minute({ device, user }, firstMs)
  const wider = [Math.min(known?.[0] ?? firstMs, firstMs), Math.max(known?.[1] ?? lastMs, lastMs)] as const
  const resolution = resolutions.get(device)
  if (resolution === undefined || !('isShared' in resolution)) {
    sightings.putMinute({ device, user }, wider)
    return
  }
  const span: Span = [sightings.previous(device, wider[0]) ?? Date.UTC(1900, 0, 1), wider[1]]
  const before = ownedSpans(device, span, sightings, resolutions)
  sightings.putMinute({ device, user }, wider)
  const after = ownedSpans(device, span, sightings, resolutions)
  if (JSON.stringify(before) === JSON.stringify(after)) return
  resolutions.addOverride(
    device,
    span,
    before.map(([, , profileId]) => profileId),
  )
}
