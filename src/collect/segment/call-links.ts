import type { Identity, IdentityKind, IdentityStatement } from '../../core/identity.ts'
import { type CallHead, objectOf } from './call-head.ts'
import { readPersonId } from './call-ids.ts'
import { readText } from './fields.ts'
import { isObject, type JsonObject } from './parsed-call.ts'
import { normaliseEmail, normalisePhone } from './person-statements.ts'

const maxExternalIds = 20

/**
 * What a call says about who is who: its ids are one person's at its time. E-mail addresses and telephone numbers are
 * normalised and still in clear. An `alias` merges: the previous id may have been a device's or a user's, so both are said.
 */
export function listLinks(head: CallHead, call: JsonObject): readonly IdentityStatement[] {
  const { userId, anonymousId, context } = head
  const known: Identity[] = []
  if (userId !== '') known.push({ kind: 'user_id', id: userId })
  if (anonymousId !== '') known.push({ kind: 'anonymous_id', id: anonymousId })
  const [primary, ...others] = known
  if (primary === undefined) return []
  add(others, 'email', normaliseEmail(head.traits.email))
  add(others, 'phone', normalisePhone(head.traits.phone))
  add(others, 'device_id', readPersonId(objectOf(context.device).id))
  others.push(...readExternalIds(context.externalIds))
  // An id named alone is told as well: somebody goes by it.
  if (others.length === 0) others.push(primary)
  const links = others.map((other) => stateOf(head, 'together', primary, other))
  return head.type === 'alias' ? [...links, ...mergePrevious(head, call)] : links
}

function mergePrevious(head: CallHead, call: JsonObject): readonly IdentityStatement[] {
  const previousId = readPersonId(call.previousId)
  if (!previousId || head.userId === '' || previousId === head.userId) return []
  const into: Identity = { kind: 'user_id', id: head.userId }
  return (['anonymous_id', 'user_id'] as const).map((kind) =>
    stateOf(head, 'merge', { kind, id: previousId }, into),
  )
}

function stateOf(
  { atMs, source }: CallHead,
  kind: IdentityStatement['kind'],
  first: Identity,
  second: Identity,
): IdentityStatement {
  return { kind, first, second, atMs, source }
}

function add(list: Identity[], kind: IdentityKind, id: string | undefined): void {
  if (id !== undefined && id !== '') list.push({ kind, id })
}

/** Segment's `context.externalIds`: `[{ id, type, collection, encoding }]`. */
function readExternalIds(value: unknown): readonly Identity[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, maxExternalIds).flatMap((each: unknown): Identity[] => {
    if (!isObject(each)) return []
    const id = readPersonId(each.id)
    const type = readText(each.type).toLowerCase()
    return id && /^[a-z0-9_.-]{1,64}$/.test(type) ? [{ kind: `external:${type}`, id }] : []
  })
}
