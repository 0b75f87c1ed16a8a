import { type CallHead, objectOf } from './call-head.ts'
import { readPersonId } from './call-ids.ts'
import { readText } from './fields.ts'
import {
  isObject,
  type JsonObject,
  type QuarantinedCall,
  quarantine,
  type TraitStatement,
} from './parsed-call.ts'

type PersonStatements = { readonly traits: readonly TraitStatement[] }

/** Traits of an `identify`; what it says of ids is a link (`call-links.ts`). */
export function readIdentify(head: CallHead): PersonStatements {
  return { traits: listTraits(head, head.traits, '') }
}

/** The group a person belongs to is a trait `group_id`; the group's own traits are `group.<name>`. */
export function readGroup(head: CallHead, call: JsonObject): PersonStatements | QuarantinedCall {
  const groupId = readText(call.groupId)
  if (groupId === '') return quarantine('schema_violation', 'groupId', 'the id of a group', call.groupId)
  const traits = listTraits(head, objectOf(call.traits), 'group.')
  return { traits: [traitOf(head, 'group_id', groupId), ...traits] }
}

/** `previousId` and `userId` are one person, which is a link; here it is only looked whether both are there. */
export function readAlias(head: CallHead, call: JsonObject): PersonStatements | QuarantinedCall {
  if (head.userId === '') {
    return quarantine('no_identity', 'userId', 'the id that previousId becomes', call.userId)
  }
  const previousId = readPersonId(call.previousId)
  if (previousId) return { traits: [] }
  const reason = previousId === undefined ? 'illegal_id' : 'no_identity'
  return quarantine(reason, 'previousId', 'the id that a person had before', call.previousId)
}

/** Nested traits get a path (`address.city`), lists are JSON, `null` takes the trait back. */
function listTraits(head: CallHead, traits: JsonObject, prefix: string): TraitStatement[] {
  const found: TraitStatement[] = []
  for (const key in traits) {
    const value = traits[key]
    if (value === undefined) continue
    if (isObject(value)) found.push(...listTraits(head, value, `${prefix}${key}.`))
    else found.push(traitOf(head, `${prefix}${key}`.toWellFormed(), writeValue(value)))
  }
  return found
}

function writeValue(value: unknown): string {
  if (value === null) return ''
  return Array.isArray(value) ? JSON.stringify(value) : String(value).trim().toWellFormed()
}

/** Facts from a third party name it as `context.source`, with what they may be used for as `context.purpose`. */
function traitOf(head: CallHead, name: string, value: string): TraitStatement {
  const { userId, anonymousId, context, atMs } = head
  const source = readWord(context.source) || head.source
  return { userId, anonymousId, name, value, source, purpose: readWord(context.purpose), atMs }
}

function readWord(value: unknown): string {
  const word = readText(value)
  return word.length <= 64 ? word : ''
}

/** In lower case without white space around; undefined for what is no address. */
export function normaliseEmail(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 254 || !value.isWellFormed()) return undefined
  const email = value.normalize('NFKC').trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email) ? email : undefined
}

/**
 * Digits, with `+` before a country's code (`00` is read as one). A number without a country's code stays as it is:
 * the shop's own country is not known here.
 */
export function normalisePhone(value: unknown): string | undefined {
  const text = readText(value).normalize('NFKC')
  if (text.length > 40 || !/^\+?[\d\s().\-/]+$/.test(text)) return undefined
  const digits = text.replaceAll(/\D/g, '')
  const isInternational = text.startsWith('+') || digits.startsWith('00')
  const number = digits.startsWith('00') && !text.startsWith('+') ? digits.slice(2) : digits
  if (number.length < 6 || number.length > 15 || /^0+$/.test(number)) return undefined
  return isInternational ? `+${number}` : number
}
