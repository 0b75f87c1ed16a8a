import type { EventKind } from '../core/event.ts'
import { type CallHead, readCallHead } from './segment/call-head.ts'
import { listLinks } from './segment/call-links.ts'
import { checkLimits } from './segment/check-limits.ts'
import { buildEventLines } from './segment/event-lines.ts'
import { readText } from './segment/fields.ts'
import {
  type CallContext,
  isObject,
  type JsonObject,
  type ParsedCall,
  type QuarantinedCall,
  quarantine,
} from './segment/parsed-call.ts'
import { readAlias, readGroup, readIdentify } from './segment/person-statements.ts'
import { findEventKind } from './vocabulary.ts'

export type { CallContext, ParsedCall } from './segment/parsed-call.ts'

const maxNameLength = 200

/** What a call holds besides what all calls have. */
type Content = Omit<Extract<ParsedCall, { kind: 'accepted' }>, 'messageId' | 'links'>

/**
 * One call as Segment's and RudderStack's SDKs make it, read into what is stored, or set aside with the reason. Pure:
 * the same call in the same context gives the same answer, ids included, and no value makes it throw.
 *
 * A `track` is an event of the vocabulary (`vocabulary.ts`); a `page` or `screen` is a `view`, of an item only when it
 * says `product_id`. `identify`, `group` and `alias` have no lines: they state facts and ids of the person.
 */
export function parseSegmentCall(call: unknown, context: CallContext): ParsedCall {
  if (!isObject(call)) return quarantine('schema_violation', 'the call', 'an object', call)
  const breach = checkLimits(call)
  if (breach !== undefined) return breach
  const head = readCallHead(call, context)
  if (head.kind === 'quarantined') return head
  const read = parseContent(head, call)
  if (read.kind === 'quarantined') return read
  return { ...read, messageId: head.messageId, links: listLinks(head, call) }
}

function parseContent(head: CallHead, call: JsonObject): Content | QuarantinedCall {
  switch (head.type) {
    case 'track':
      return parseTrack(head, call.event)
    case 'page':
      return parsePage(head, 'Page', call)
    case 'screen':
      return parsePage(head, 'Screen', call)
    case 'identify':
      return acceptPerson(readIdentify(head))
    case 'group':
      return acceptPerson(readGroup(head, call))
    case 'alias':
      return acceptPerson(readAlias(head, call))
    default:
      return head.type satisfies never
  }
}

function parseTrack(head: CallHead, event: unknown): Content | QuarantinedCall {
  const name = typeof event === 'string' ? readText(event) : ''
  if (name === '' || name.length > maxNameLength) {
    return quarantine('schema_violation', 'event', `a name of at most ${maxNameLength} characters`, event)
  }
  return acceptEvent(head, findEventKind(name), name)
}

/**
 * Pages have too many names for the column `name`: the page's own is kept as the property `page_name`. Libraries of
 * servers state the name and category beside the properties, those of browsers also among them.
 */
function parsePage(head: CallHead, name: string, call: JsonObject): Content | QuarantinedCall {
  const { name: ownName, category: ownCategory, ...rest } = head.properties
  const pageName = call.name ?? ownName
  const category = ownCategory ?? call.category
  const properties = {
    ...rest,
    ...(category !== undefined && { category }),
    ...(pageName !== undefined && { page_name: pageName }),
  }
  return acceptEvent({ ...head, properties }, 'view', name)
}

function acceptEvent(head: CallHead, kind: EventKind, name: string): Content | QuarantinedCall {
  const { lines, items, problems } = buildEventLines(head, kind, name)
  const [detail] = problems
  if (detail !== undefined) return { kind: 'quarantined', reason: 'schema_violation', detail }
  return { kind: 'accepted', lines, items, traits: [] }
}

type PersonStatements = ReturnType<typeof readIdentify>

function acceptPerson(said: PersonStatements | ReturnType<typeof readGroup>): Content | QuarantinedCall {
  return 'kind' in said ? said : { kind: 'accepted', lines: [], items: [], ...said }
}
