import { normaliseContact } from '../collect/protect-contacts.ts'
import type { Identity, IdentityKind } from '../core/identity.ts'
import type { ResolvedId } from '../profiles/profile-reader.ts'
import type { Engine } from './engine.ts'

const kindPattern = /^(user_id|anonymous_id|email|phone|device_id|external:[a-z0-9_.-]{1,64}):(.+)$/s
/** What a bare id may be, the first that is known counts. A profile goes by the id of its user, else of its device. */
const bareKinds = ['user_id', 'anonymous_id', 'device_id'] as const

/** Whose an id is: `KIND:ID`, or the bare id of a profile, user or device. Addresses are normalised and hashed as they were. */
export function resolveId(text: string, { graph, contacts }: Pick<Engine, 'graph' | 'contacts'>): ResolvedId {
  if (hasUnfitCharacters(text)) return { kind: 'malformed' }
  const stated = readStated(text)
  if (stated === undefined) return resolveBare(text, graph)
  const identity = readContact(stated, contacts)
  if (identity === undefined) return { kind: 'malformed' }
  const profileId = graph.find(identity)
  if (profileId !== undefined) return { kind: 'known', profileId }
  if (graph.isShared(identity)) return { kind: 'shared' }
  const isOwnProfile = identity.kind === 'user_id' || identity.kind === 'anonymous_id'
  return { kind: 'unheard', ...(isOwnProfile && { profileId: identity.id }) }
}

function resolveBare(id: string, graph: Engine['graph']): ResolvedId {
  for (const kind of bareKinds) {
    const profileId = graph.find({ kind, id })
    if (profileId !== undefined) return { kind: 'known', profileId }
  }
  // A shared device keeps what is nobody's in a profile of its own.
  if (graph.isShared({ kind: 'anonymous_id', id })) return { kind: 'known', profileId: id }
  return { kind: 'unheard', profileId: id }
}

function readStated(text: string): Identity | undefined {
  const [, kind, id] = kindPattern.exec(text) ?? []
  return kind === undefined || id === undefined ? undefined : { kind: kind as IdentityKind, id }
}

/** An address or number may be stated in clear or as the hash that is kept of it. */
function readContact(stated: Identity, contacts: Engine['contacts']): Identity | undefined {
  if (stated.kind !== 'email' && stated.kind !== 'phone') return stated
  if (/^[0-9a-f]{32}$/.test(stated.id)) return stated
  const normal = normaliseContact(stated)
  return normal && contacts.identity(normal)
}

/** No id holds control characters or halves of surrogate pairs. */
function hasUnfitCharacters(text: string): boolean {
  return !text.isWellFormed() || /\p{Cc}/u.test(text)
}
