import { identityOf, type Node } from '../pair-facts.ts'
import type { ResolutionStore, Span } from './resolutions.ts'
import type { SightingStore } from './sightings.ts'

/** Events of a device in the span belong to the profile. */
export type OwnedSpan = readonly [fromMs: number, untilMs: number, profileId: string]

/**
 * Whose the events of a shared device are: from one sighting of a user to the next they are the next one's, and after the
 * last the device's own.
 */
export function ownedSpans(
  device: Node,
  [fromMs, untilMs]: Span,
  sightings: SightingStore,
  resolutions: ResolutionStore,
): readonly OwnedSpan[] {
  const spans: OwnedSpan[] = []
  let startMs = fromMs
  const add = (endMs: number, profileId: string) => {
    const last = spans.at(-1)
    if (last !== undefined && last[2] === profileId) spans[spans.length - 1] = [last[0], endMs, profileId]
    else if (endMs > startMs) spans.push([startMs, endMs, profileId])
    startMs = endMs
  }
  for (const { user, atMs } of sightings.after(device, fromMs)) {
    add(Math.min(atMs, untilMs), profileOfUser(user, resolutions))
    if (atMs >= untilMs) return spans
  }
  add(untilMs, identityOf(device).id)
  return spans
}

/** The profile of an event of a shared device at that time. */
function ownerAt(device: Node, atMs: number, sightings: SightingStore, resolutions: ResolutionStore): string {
  for (const { user } of sightings.after(device, atMs - 1)) return profileOfUser(user, resolutions)
  return identityOf(device).id
}

function profileOfUser(user: Node, resolutions: ResolutionStore): string {
  const resolution = resolutions.get(user)
  return resolution !== undefined && 'profileId' in resolution ? resolution.profileId : identityOf(user).id
}

export function profileOfNode(
  node: Node,
  atMs: number,
  sightings: SightingStore,
  resolutions: ResolutionStore,
): string {
  const resolution = resolutions.get(node)
  if (resolution === undefined) return identityOf(node).id
  return 'profileId' in resolution ? resolution.profileId : ownerAt(node, atMs, sightings, resolutions)
}
