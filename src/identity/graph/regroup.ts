import type { IdentitySettings } from '../identity-settings.ts'
import { identityOf, kindOf, type Node } from '../pair-facts.ts'
import { findComponent } from './component.ts'
import type { FactStore } from './fact-store.ts'
import { allTime, type Resolution, type ResolutionStore } from './resolutions.ts'
import { ownedSpans } from './shared-spans.ts'
import type { SightingStore } from './sightings.ts'

export type GraphStores = {
  readonly facts: FactStore
  readonly sightings: SightingStore
  readonly resolutions: ResolutionStore
}

const maxDevices = 5_000

/** Brings what follows from the facts up to date, beginning at ids whose links changed. */
export function regroup(seeds: Iterable<Node>, stores: GraphStores, settings: IdentitySettings): void {
  const waiting = [...seeds]
  const done = new Set<Node>()
  const apply = (node: Node, resolution: Resolution) => {
    done.add(node)
    const before = stores.resolutions.get(node)
    if (isSame(before, resolution)) return
    recordChange(node, before, resolution, stores)
    stores.resolutions.put(node, resolution)
    const becameOrWasShared = 'isShared' in resolution || (before !== undefined && 'isShared' in before)
    // What hung together through it no longer does, or does now.
    if (becameOrWasShared)
      for (const { node: next } of stores.facts.neighbours(node, maxDevices)) {
        done.delete(next)
        waiting.push(next)
      }
    if (kindOf(node) === 'user_id') recordDevices(node, before, stores)
  }
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (done.has(node)) continue
    const { clusters, shared } = findComponent(node, stores.facts, settings)
    for (const { nodes, profileId } of clusters) for (const each of nodes) apply(each, { profileId })
    for (const each of shared) apply(each, { isShared: true })
  }
}

function isSame(before: Resolution | undefined, after: Resolution): boolean {
  if (before === undefined) return false
  if ('isShared' in before || 'isShared' in after) return 'isShared' in before && 'isShared' in after
  return before.profileId === after.profileId
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
function recordDevices(user: Node, before: Resolution | undefined, stores: GraphStores): void {
  const told = before !== undefined && 'profileId' in before ? before.profileId : identityOf(user).id
  for (const { node } of stores.facts.neighbours(user, maxDevices)) {
    if (kindOf(node) !== 'anonymous_id') continue
    const resolution = stores.resolutions.get(node)
    if (resolution !== undefined && 'isShared' in resolution) {
      stores.resolutions.addOverride(node, allTime, [told])
    }
  }
}
