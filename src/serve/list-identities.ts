import type { Identity } from '../core/identity.ts'
import type { IdentityGraph } from '../identity/identity-graph.ts'

/** All ids of a profile; an id that nobody has linked stands for itself, unless it is somebody else's. */
export function listIdentities(graph: IdentityGraph, profileId: string): readonly Identity[] {
  const cluster = graph.clusterOf(profileId)
  if (cluster !== undefined) return cluster.identities
  const own: readonly Identity[] = [
    { kind: 'user_id', id: profileId },
    { kind: 'anonymous_id', id: profileId },
  ]
  return own.filter((identity) => (graph.find(identity) ?? profileId) === profileId)
}
