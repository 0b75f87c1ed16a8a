import type { EventKind, EventLine } from '../../core/event.ts'
import { type CallHead, normaliseCountry, objectOf, readCountry } from './call-head.ts'
import { type Fields, reject, take, takeNumber, takeShortText, takeWords } from './fields.ts'
import type { JsonObject } from './parsed-call.ts'

const dwellRange = { max: 2 ** 32 - 1, expected: 'milliseconds from 0 to 4,294,967,295' }

const orderIdKeys = ['order_id', 'orderId', 'transaction_id']
const sessionIdKeys = ['ga_session_id', 'session_id', 'sessionId']
const queryKeys = ['query', 'search_term', 'search_query']
const dwellKeys = ['dwell_ms', 'duration_ms', 'engagement_time_msec']
const listIdKeys = ['list_id', 'item_list_id', 'query_id']
const couponKeys = ['coupon', 'coupon_id', 'coupon_code', 'coupon_name']

/** What all lines of an event share. A purchase without an order id is an order of its own: its event's id. */
export function readEventBase(head: CallHead, kind: EventKind, name: string, fields: Fields): EventLine {
  const orderId = takeShortText(fields, orderIdKeys)
  const isOrderless = kind === 'purchase' && orderId === ''
  return {
    eventId: head.messageId,
    lineIndex: 0,
    profileId: '',
    userId: head.userId,
    anonymousId: head.anonymousId,
    atMs: head.atMs,
    receivedAtMs: head.receivedAtMs,
    kind,
    name,
    source: head.source,
    sessionId: readSessionId(head.context, fields),
    orderId: isOrderless ? head.messageId : orderId,
    itemId: '',
    lineType: 'product',
    quantity: 0,
    price: 0,
    amount: 0,
    currency: readCurrency(fields),
    country: readOrderCountry(fields) || readCountry(head),
    query: takeWords(fields, queryKeys),
    listId: readListId(fields),
    position: 0,
    dwellMs: Math.round(takeNumber(fields, dwellKeys, dwellRange) ?? 0),
    rating: 0,
    text: '',
    coupon: readCoupon(fields),
    marks: isOrderless ? [...head.marks, 'no_order_id'] : head.marks,
    properties: '{}',
  }
}

export function readListId(fields: Fields): string {
  return takeShortText(fields, listIdKeys)
}

export function readCoupon(fields: Fields): string {
  return takeShortText(fields, couponKeys)
}

/** Three letters of ISO 4217; `RMB` is read as `CNY`. */
export function readCurrency(fields: Fields): string {
  const value = fields.values.currency
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'string' && /^\s*[A-Za-z]{3}\s*$/.test(value)) {
    const code = take(fields, 'currency', value).trim().toUpperCase()
    return code === 'RMB' ? 'CNY' : code
  }
  reject(fields, 'currency', 'three letters (ISO 4217)')
  return ''
}

function readSessionId(context: JsonObject, fields: Fields): string {
  const named: Fields = { ...fields, values: context, where: 'context', taken: [] }
  return takeShortText(named, ['sessionId', 'session_id']) || takeShortText(fields, sessionIdKeys)
}

function readOrderCountry(fields: Fields): string {
  const { values } = fields
  const address = values.shipping_address ?? values.shippingAddress ?? values.shipping
  const own = normaliseCountry(values.country)
  return own === '' ? normaliseCountry(objectOf(address).country) : take(fields, 'country', own)
}
