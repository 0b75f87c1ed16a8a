import type { IdentitySettings } from '../identity-settings.ts'
import { identityOf, kindOf, type Node } from '../pair-facts.ts'
import { createLinkReader, findComponent } from './component.ts'
import type { FactStore } from './fact-store.ts'
import { allTime, type Resolution, type ResolutionStore } from './resolutions.ts'
import { ownedSpans } from './shared-spans.ts'
import type { SightingStore } from './sightings.ts'

export type GraphStores = {
  readonly facts: FactStore
  readonly sightings: SightingStore
  readonly resolutions: ResolutionStore
}

export type RegroupOptions = {
  readonly settings: IdentitySettings
  /** No row is stored yet of ids that are new to the graph: nothing lies elsewhere because of them. */
  readonly areNewIdsUnstored: boolean
}

/** Brings what follows from the facts up to date, beginning at ids whose links changed. */
export function regroup(
  seeds: Iterable<Node>,
  stores: GraphStores,
  { settings, areNewIdsUnstored }: RegroupOptions,
): void {
  const reader = createLinkReader(stores.facts, settings)
  const waiting = [...seeds]
  const done = new Set<Node>()
  const apply = (node: Node, resolution: Resolution) => {
    done.add(node)
    const before = stores.resolutions.get(node)
    if (isSame(before, resolution)) return
    if (before === undefined && areNewIdsUnstored) stores.resolutions.markOutdated(node)
    else if (before === undefined || ownerOf(before) !== ownerOf(resolution))
      recordChange(node, before, resolution, stores)
    stores.resolutions.put(node, resolution)
    // What hung together through it no longer does, or does now.
    if (isClosed(resolution) !== isClosed(before))
      for (const { node: next } of stores.facts.neighbours(node)) {
        done.delete(next)
        waiting.push(next)
      }
    if (kindOf(node) === 'user_id' && before !== undefined) recordDevices(node, before, stores)
  }
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (done.has(node)) continue
    const { clusters, shared, overfull } = findComponent(node, reader)
    for (const { nodes, profileId } of clusters)
      for (const each of nodes)
        apply(each, overfull.has(each) ? { profileId, isOverfull: true } : { profileId })
    for (const each of shared) apply(each, { isShared: true })
  }
}

function isSame(before: Resolution | undefined, after: Resolution): boolean {
  return before !== undefined && ownerOf(before) === ownerOf(after) && isClosed(before) === isClosed(after)
}

function ownerOf(resolution: Resolution): string | undefined {
  return 'isShared' in resolution ? undefined : resolution.profileId
}

/** Nothing hangs together through an id that is shared or has too many links. */
function isClosed(resolution: Resolution | undefined): boolean {
  return resolution !== undefined && ('isShared' in resolution || resolution.isOverfull === true)
}

/** Rows of events name users and devices of browsers; of other ids only the table of identities is out of date. */
function recordChange(
  node: Node,
  before: Resolution | undefined,
  after: Resolution,
  stores: GraphStores,
): void {
  const { kind, id } = identityOf(node)
  const isOfRows = kind === 'user_id' || kind === 'anonymous_id'
  const isFirst = before === undefined && 'profileId' in after && after.profileId === id
  if (isOfRows && !isFirst)
    stores.resolutions.addOverride(node, allTime, ownersBefore(node, id, before, stores))
  else stores.resolutions.markOutdated(node)
}

function ownersBefore(
  node: Node,
  id: string,
  before: Resolution | undefined,
  { sightings, resolutions }: GraphStores,
): readonly string[] {
  if (before === undefined) return [id]
  if ('profileId' in before) return [before.profileId]
  return ownedSpans(node, allTime, sightings, resolutions).map(([, , profileId]) => profileId)
}

/** Events of shared devices that are a user's go where the user goes. */
function recordDevices(user: Node, before: Resolution, stores: GraphStores): void {
  const told = 'profileId' in before ? before.profileId : identityOf(user).id
  for (const { node } of stores.facts.neighbours(user)) {
    if (kindOf(node) !== 'anonymous_id') continue
    const resolution = stores.resolutions.get(node)
    if (resolution !== undefined && 'isShared' in resolution) {
      stores.resolutions.addOverride(node, allTime, [told])
    }
  }
}
