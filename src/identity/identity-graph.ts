import type { Identity, IdentityKind, IdentityStatement } from '../core/identity.ts'
import type { KeyValueStore } from '../kv/key-value-store.ts'
import type { RefusedLink } from './cluster-ids.ts'
import { createLinkReader, findComponent } from './graph/component.ts'
import { openFactStore } from './graph/fact-store.ts'
import { gatherNews, learnNews } from './graph/learn.ts'
import type { GraphStores } from './graph/regroup.ts'
import { allTime, openResolutionStore, type ResolutionStore } from './graph/resolutions.ts'
import { type OwnedSpan, ownedSpans, profileOfNode } from './graph/shared-spans.ts'
import { openSightingStore } from './graph/sightings.ts'
import { defaultIdentitySettings, type IdentitySettings } from './identity-settings.ts'
import { identityOf, kindOf, type Node, nodeOf, pairOf, readEdge } from './pair-facts.ts'

/** An id as the table `identities` has it. */
type IdentityRow = { readonly kind: IdentityKind; readonly id: string; readonly profileId: string }

/** Where rows of an id belong otherwise than they were stored. */
export type OverrideRow = {
  readonly kind: IdentityKind
  readonly id: string
  readonly spans: readonly OwnedSpan[]
  readonly storedAs: readonly string[]
  readonly version: number
}

/** An override as it was at some time. */
export type OverrideVersion = Pick<OverrideRow, 'kind' | 'id' | 'version'>

/** What the database does not know yet. */
export type PendingChanges = {
  readonly identities: readonly IdentityRow[]
  readonly overrides: readonly OverrideRow[]
  readonly versions: readonly { readonly node: string; readonly version: number }[]
}

/** Ids whose rows changed hands, and every profile that gave or got some of them. */
type Moves = {
  readonly profileIds: ReadonlySet<string>
  readonly versions: readonly { readonly node: string; readonly version: number }[]
}

/** The ids of one profile, and links that would have broken its limits. */
type IdentityCluster = {
  readonly profileId: string
  readonly identities: readonly Identity[]
  readonly refused: readonly { readonly one: Identity; readonly other: Identity; readonly kind: string }[]
}

/** The whole graph as plain data, the same for the same statements in any order. */
export type GraphSnapshot = {
  readonly profiles: Readonly<Record<string, readonly string[]>>
  /** Whose the events of shared devices are, by time. */
  readonly shared: Readonly<Record<string, readonly OwnedSpan[]>>
}

type LearnOptions = {
  /** No row is stored yet of ids that the graph has never heard of, as is so where all rows are learnt of first. */
  readonly areNewIdsUnstored?: boolean
}

/**
 * Who is who. What is kept is what was said; who follows from it is a function of that alone, so that the order in which
 * things become known does not matter (docs/adr/0015).
 */
export type IdentityGraph = {
  /** Takes in statements, in one transaction; resolves once they are on disk. Saying one again changes nothing. */
  learn(statements: readonly IdentityStatement[], options?: LearnOptions): Promise<void>
  /** The profile of an event with these ids at that time, by what is known now; unknown ids stand for themselves. */
  profileOf(userId: string, anonymousId: string, atMs: number): string
  /** Whose rows of an id are, in spans that follow one another from the first moment to the last. */
  ownersOf(identity: Identity): readonly OwnedSpan[]
  /** The profile an id belongs to now; undefined for an id never heard of and for one that several people share. */
  find(identity: Identity): string | undefined
  /** Whether several people go by it, so that it is nobody's. */
  isShared(identity: Identity): boolean
  /** The profile with all its ids; undefined when no id with a link leads to it. */
  clusterOf(profileId: string): IdentityCluster | undefined
  /** Whether the two ids were named together or merged, and not split since. */
  areLinked(one: Identity, other: Identity): boolean
  /** What the database is to be told, at most so many ids at a time; told again until it is settled. */
  pending(limit: number): PendingChanges
  /** The database knows now; what changed meanwhile stays pending. */
  settle(changes: PendingChanges): Promise<void>
  /** Whose rows changed hands and was not settled since, as of at most so many ids. */
  moves(limit: number): Moves
  /** Forgets moves that were not followed by newer ones. */
  settleMoves(moves: Moves): Promise<void>
  /** Whether anything was ever said of an id. */
  isKnown(identity: Identity): boolean
  /** Ids with rows that were stored under other profiles than the graph says now, at most so many. */
  overrides(limit: number): readonly OverrideVersion[]
  /** Those of them that are as they were. */
  unchanged(overrides: readonly OverrideVersion[]): readonly OverrideVersion[]
  /** Their rows were rewritten; overrides that changed since stay. */
  markSquashed(overrides: readonly OverrideVersion[]): Promise<void>
  /** The month whose rows are being replaced; still told after a crash in the middle. */
  monthInHand(): string | undefined
  takeInHand(month: string | undefined): Promise<void>
  snapshot(): GraphSnapshot
}

export function createIdentityGraph(
  store: KeyValueStore,
  settings: IdentitySettings = defaultIdentitySettings,
): IdentityGraph {
  const facts = openFactStore(store)
  const sightings = openSightingStore(store, facts)
  const resolutions = openResolutionStore(store)
  const stores: GraphStores = { facts, sightings, resolutions }
  const blocked = new Set(settings.blocked.map(nodeOf))
  let turn: Promise<unknown> = Promise.resolve()
  const learn = async (statements: readonly IdentityStatement[], areNewIdsUnstored: boolean) => {
    const news = gatherNews(statements, blocked, stores)
    if (news.isAny) await store.transact(() => learnNews(news, stores, { settings, areNewIdsUnstored }))
  }
  return {
    learn(statements, { areNewIdsUnstored = false } = {}) {
      // One after another: nothing may be learnt between gathering news and learning them.
      const mine = turn.then(() => learn(statements, areNewIdsUnstored))
      turn = mine.catch(() => undefined)
      return mine
    },
    profileOf: (userId, anonymousId, atMs) =>
      userId === '' && anonymousId === ''
        ? ''
        : profileOfNode(rowNode(userId, anonymousId), atMs, sightings, resolutions),
    ownersOf: (identity) => ownersOfNode(nodeOf(identity), stores),
    find(identity) {
      const resolution = resolutions.get(nodeOf(identity))
      if (resolution === undefined || 'isShared' in resolution) return undefined
      return resolution.profileId === '' ? undefined : resolution.profileId
    },
    isShared(identity) {
      const resolution = resolutions.get(nodeOf(identity))
      return resolution !== undefined && 'isShared' in resolution
    },
    clusterOf: (profileId) => findCluster(profileId, stores, settings),
    areLinked: (one, other) => {
      const known = facts.facts(pairOf(nodeOf(one), nodeOf(other)))
      return known !== undefined && readEdge(known) !== undefined
    },
    pending: (limit) => listPending(limit, stores),
    settle: (changes) =>
      store.transact(() => {
        for (const { node, version } of changes.versions) resolutions.settle(node as Node, version)
      }),
    moves: (limit) => listMoves(limit, stores),
    settleMoves: ({ versions }) =>
      store.transact(() => {
        for (const { node, version } of versions) resolutions.settleMoved(node as Node, version)
      }),
    isKnown: (identity) => resolutions.get(nodeOf(identity)) !== undefined,
    overrides: (limit) =>
      resolutions.overridden(limit).map(({ node, version }) => ({ ...identityOf(node), version })),
    unchanged: (overrides) => overrides.filter((each) => isUnchanged(each, resolutions)),
    markSquashed: (overrides) =>
      store.transact(() => {
        for (const each of overrides) {
          if (isUnchanged(each, resolutions)) resolutions.removeOverride(nodeOf(each))
        }
      }),
    monthInHand: () => resolutions.monthInHand(),
    takeInHand: (month) => store.transact(() => resolutions.takeInHand(month)),
    snapshot: () => takeSnapshot(stores),
  }
}

function isUnchanged(override: OverrideVersion, resolutions: ResolutionStore): boolean {
  return resolutions.override(nodeOf(override))?.version === override.version
}

/** The id that a row of events is known by: its user, else its device. */
function rowNode(userId: string, anonymousId: string): Node {
  return userId === ''
    ? nodeOf({ kind: 'anonymous_id', id: anonymousId })
    : nodeOf({ kind: 'user_id', id: userId })
}

function ownersOfNode(node: Node, { sightings, resolutions }: GraphStores): readonly OwnedSpan[] {
  const resolution = resolutions.get(node)
  if (resolution !== undefined && 'isShared' in resolution)
    return ownedSpans(node, allTime, sightings, resolutions)
  return [[...allTime, resolution?.profileId ?? identityOf(node).id]]
}

function findCluster(
  profileId: string,
  stores: GraphStores,
  settings: IdentitySettings,
): IdentityCluster | undefined {
  for (const kind of ['user_id', 'anonymous_id'] as const) {
    const node = nodeOf({ kind, id: profileId })
    const { clusters, refused } = findComponent(node, createLinkReader(stores.facts, settings))
    const cluster = clusters.find((each) => each.profileId === profileId && each.nodes.includes(node))
    if (cluster === undefined || stores.resolutions.get(node) === undefined) continue
    const touches = ({ one, other }: RefusedLink) =>
      cluster.nodes.includes(one) || cluster.nodes.includes(other)
    return {
      profileId,
      identities: cluster.nodes.map(identityOf),
      refused: refused.filter(touches).map(({ one, other, kind: broken }) => ({
        one: identityOf(one),
        other: identityOf(other),
        kind: broken,
      })),
    }
  }
  return undefined
}

function listPending(limit: number, stores: GraphStores): PendingChanges {
  const versions = stores.resolutions.outdated(limit)
  const identities = versions.map(({ node }): IdentityRow => {
    const { kind, id } = identityOf(node)
    const resolution = stores.resolutions.get(node)
    return {
      kind,
      id,
      profileId: resolution && 'profileId' in resolution ? resolution.profileId : ownId(node),
    }
  })
  const overrides = versions.map(({ node }) => overrideOf(node, stores)).filter(isThere)
  return { identities, overrides, versions }
}

function listMoves(limit: number, stores: GraphStores): Moves {
  const moved = stores.resolutions.moved(limit)
  const profileIds = moved.flatMap(({ node, owners }) => [
    ...owners,
    ...ownersOfNode(node, stores).map(([, , profileId]) => profileId),
  ])
  return { versions: moved.map(({ node, version }) => ({ node, version })), profileIds: new Set(profileIds) }
}

/** A shared browser keeps the events that are nobody's; a shared address or device holds none. */
function ownId(node: Node): string {
  return kindOf(node) === 'anonymous_id' ? identityOf(node).id : ''
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined
}

function overrideOf(node: Node, { sightings, resolutions }: GraphStores): OverrideRow | undefined {
  const override = resolutions.override(node)
  const resolution = resolutions.get(node)
  if (override === undefined || resolution === undefined) return undefined
  const spans =
    'profileId' in resolution
      ? [[...allTime, resolution.profileId] as const]
      : override.spans.flatMap((span) => ownedSpans(node, span, sightings, resolutions))
  const { kind, id } = identityOf(node)
  return { kind, id, spans, storedAs: override.storedAs, version: override.version }
}

function takeSnapshot({ sightings, resolutions }: GraphStores): GraphSnapshot {
  const profiles: Record<string, string[]> = {}
  const shared: Record<string, readonly OwnedSpan[]> = {}
  for (const { node, resolution } of resolutions.all()) {
    const name = node.replace('\n', ':')
    if ('isShared' in resolution) shared[name] = ownedSpans(node, allTime, sightings, resolutions)
    else {
      profiles[resolution.profileId] ??= []
      profiles[resolution.profileId]?.push(name)
    }
  }
  for (const ids of Object.values(profiles)) ids.sort()
  return { profiles, shared }
}
