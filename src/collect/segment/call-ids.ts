import { hash } from 'node:crypto'
import { hasTime } from './call-time.ts'
import { type CallContext, type JsonObject, type QuarantinedCall, quarantine } from './parsed-call.ts'

const maxMessageIdLength = 100
const maxIdLength = 255
/** What faulty code sends for "nobody", in lower case; texts of zeros and dashes alone are refused besides. */
const nobodyIds: ReadonlySet<string> = new Set([
  ...['null', 'undefined', '0', '-1', 'nan', 'guest', 'anonymous', '[object object]'],
])

export type CallIds = { readonly userId: string; readonly anonymousId: string; readonly isRefused: boolean }

/**
 * Who did it. An id that is refused counts as absent when the other one is good (`isRefused` says so); a call that
 * leaves none is quarantined: `illegal_id` when one was refused, `no_identity` when none was there.
 */
export function readCallIds(call: JsonObject): CallIds | QuarantinedCall {
  const userId = readPersonId(call.userId)
  const anonymousId = readPersonId(call.anonymousId)
  const isRefused = userId === undefined || anonymousId === undefined
  if (userId || anonymousId) return { userId: userId ?? '', anonymousId: anonymousId ?? '', isRefused }
  if (!isRefused) return quarantine('no_identity', 'userId', 'userId or anonymousId', undefined)
  const key = userId === undefined ? 'userId' : 'anonymousId'
  return quarantine('illegal_id', key, 'an id of one person, at most 255 characters', call[key])
}

/** An absent id is empty; undefined is an id that cannot be one person's. Whole numbers are read as text. */
export function readPersonId(value: unknown): string | undefined {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const id = value.trim()
  if (id.length > maxIdLength || isUnfit(id) || isNobody(id)) return undefined
  return id
}

/** Control characters and halves of surrogate pairs: no id holds them, and they spoil files, logs and inserts. */
export function isUnfit(id: string): boolean {
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index)
    if (code < 32 || code === 127) return true
  }
  return !id.isWellFormed()
}

function isNobody(id: string): boolean {
  return (id.length <= 15 && nobodyIds.has(id.toLowerCase())) || /^[0-]+$/.test(id)
}

/**
 * The id by which a call is known again. A call without `messageId` gets one from what it says (SHA-256 over its keys
 * in order, less the times of transport), so that sent twice it is one; a live call that states no time is told
 * apart by the moment it came. Such an id starts with `derived-`.
 */
export function readMessageId(call: JsonObject, context: CallContext): string | QuarantinedCall {
  const id = call.messageId
  if (id === undefined || id === null || id === '') return deriveId(call, context)
  if (typeof id === 'string' && id.length <= maxMessageIdLength && !isUnfit(id)) return id
  const expected = `a text of at most ${maxMessageIdLength} characters`
  return quarantine('schema_violation', 'messageId', expected, id)
}

function deriveId(call: JsonObject, context: CallContext): string {
  const { messageId: _, sentAt: _sent, receivedAt: _received, ...said } = call
  const moment = hasTime(call) ? '' : String(context.receivedAtMs)
  return `derived-${hash('sha256', moment + canonicalText(said), 'hex').slice(0, 32)}`
}

/** JSON with the keys of every object in order, so that a call written in another order is the same call. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
