import { readCallIds, readMessageId } from './call-ids.ts'
import { readCallTime } from './call-time.ts'
import { isCrawler } from './crawler.ts'
import { readText } from './fields.ts'
import {
  type CallContext,
  isObject,
  type JsonObject,
  type QuarantinedCall,
  quarantine,
} from './parsed-call.ts'

const callTypes = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
type CallType = (typeof callTypes)[number]

/** What every call has, whatever it is about. */
export type CallHead = {
  readonly kind: 'head'
  readonly type: CallType
  readonly messageId: string
  readonly userId: string
  readonly anonymousId: string
  readonly atMs: number
  readonly receivedAtMs: number
  readonly source: string
  /** bot · refused_id (the other id was good) · derived_id (there was no messageId). */
  readonly marks: readonly string[]
  readonly context: JsonObject
  readonly properties: JsonObject
  readonly traits: JsonObject
}

const nothing: JsonObject = {}

export function readCallHead(call: JsonObject, context: CallContext): CallHead | QuarantinedCall {
  const type = callTypes.find((each) => each === call.type)
  if (type === undefined) {
    return quarantine('schema_violation', 'type', `one of ${callTypes.join(', ')}`, call.type)
  }
  const wrong = ['properties', 'context', 'traits'].find((key) => !isAbsentOrObject(call[key]))
  if (wrong !== undefined) return quarantine('schema_violation', wrong, 'an object', call[wrong])
  const ids = readCallIds(call)
  if ('kind' in ids) return ids
  const messageId = readMessageId(call, context)
  if (typeof messageId !== 'string') return messageId
  const atMs = readCallTime(call, context)
  if (typeof atMs !== 'number') return atMs
  const about = objectOf(call.context)
  return {
    kind: 'head',
    type,
    messageId,
    userId: ids.userId,
    anonymousId: ids.anonymousId,
    atMs,
    receivedAtMs: context.receivedAtMs,
    source: context.source,
    marks: listMarks(about, ids.isRefused, messageId !== call.messageId),
    context: about,
    properties: objectOf(call.properties),
    traits: objectOf(call.traits ?? about.traits),
  }
}

function listMarks(context: JsonObject, isRefused: boolean, isDerived: boolean): readonly string[] {
  const marks: string[] = []
  if (isCrawler(context.userAgent)) marks.push('bot')
  if (isRefused) marks.push('refused_id')
  if (isDerived) marks.push('derived_id')
  return marks
}

/** The country that the context of a call tells: of the person's address, else of the place they were. */
export function readCountry(head: CallHead): string {
  const ofPerson = objectOf(head.traits.address).country ?? head.traits.country
  return normaliseCountry(ofPerson ?? objectOf(head.context.location).country)
}

/** Two letters in capitals, a name as it came; empty for anything else. */
export function normaliseCountry(value: unknown): string {
  const country = readText(value)
  if (country.length > 64) return ''
  return country.length === 2 ? country.toUpperCase() : country
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : nothing
}

function isAbsentOrObject(value: unknown): boolean {
  return value === undefined || value === null || isObject(value)
}
