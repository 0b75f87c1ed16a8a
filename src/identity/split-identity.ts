import type { Identity, IdentityStatement } from '../core/identity.ts'
import type { IdentityGraph } from './identity-graph.ts'

/** What became of an id that was taken out of a profile. */
export type SplitReport = {
  /** The profile that the id belongs to now, and its ids. */
  readonly profileId: string
  readonly identities: readonly Identity[]
  /** The profile that the others stay in, and its ids. */
  readonly restProfileId: string
  readonly restIdentities: readonly Identity[]
}

/**
 * Undoes a wrong merge: the id is told apart from the ids of the profile that it was named with, and history follows. A user
 * who was merged with another is told apart from that user alone and keeps devices and addresses. What is said of a pair
 * later counts again. Undefined when the profile has no such id, or no other.
 */
export async function splitIdentity(
  graph: IdentityGraph,
  profileId: string,
  identity: Identity,
  atMs: number,
): Promise<SplitReport | undefined> {
  const isOther = ({ kind, id }: Identity) => kind !== identity.kind || id !== identity.id
  const cluster = graph.clusterOf(profileId)
  const others = cluster?.identities.filter(isOther) ?? []
  const [rest] = others
  if (rest === undefined || cluster?.identities.length === others.length) return undefined
  const linked = others.filter((other) => graph.areLinked(identity, other))
  const users = identity.kind === 'user_id' ? linked.filter(({ kind }) => kind === 'user_id') : []
  const statements = (users.length > 0 ? users : linked).map(
    (other): IdentityStatement => ({
      kind: 'split',
      first: identity,
      second: other,
      atMs,
      source: 'operator',
    }),
  )
  await graph.learn(statements)
  const own = graph.find(identity) ?? identity.id
  const restProfileId = others.map((other) => graph.find(other)).find((id) => id !== own) ?? own
  return {
    profileId: own,
    identities: graph.clusterOf(own)?.identities ?? [identity],
    restProfileId,
    restIdentities: graph.clusterOf(restProfileId)?.identities ?? others,
  }
}
