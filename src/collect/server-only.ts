import type { EventKind } from '../core/event.ts'
import { isObject, type QuarantinedCall, quarantine } from './segment/parsed-call.ts'
import { findEventKind, foldName } from './vocabulary.ts'

/** Which events only a server's key may send. */
export type ServerOnlyEvents = {
  readonly kinds: ReadonlySet<EventKind>
  /** Folded. */
  readonly names: ReadonlySet<string>
}

/** Kinds whose every name says the same of money, so that naming one of them names all. */
const moneyKinds: readonly EventKind[] = ['purchase', 'refund']

/**
 * The events that a list of names stands for. A name of an order (`Order Completed`, `Order Refunded`) covers whatever
 * the vocabulary takes for a purchase or a refund, GA4's names included; any other name covers itself and its words in
 * the order v1 had them (`Updated Order`).
 */
export function listServerOnlyEvents(names: readonly string[]): ServerOnlyEvents {
  const isMoney = (name: string) => moneyKinds.includes(findEventKind(name))
  return {
    kinds: new Set(names.filter(isMoney).map(findEventKind)),
    names: new Set(names.filter((name) => !isMoney(name)).flatMap(listOrders)),
  }
}

/**
 * Sets aside a call that a browser's key must not make: that key stands in every page, so whoever reads it could
 * invent orders. Pure; undefined where nothing is wrong.
 */
export function checkServerOnly(
  call: unknown,
  isServer: boolean,
  events: ServerOnlyEvents,
): QuarantinedCall | undefined {
  if (isServer || !isObject(call) || call.type !== 'track' || typeof call.event !== 'string') return undefined
  if (!events.kinds.has(findEventKind(call.event)) && !events.names.has(foldName(call.event)))
    return undefined
  const wayOut = 'send it from your server, or take the name out of serverOnlyEvents'
  return quarantine('forbidden_key', 'event', `an event that a browser may send (${wayOut})`, call.event)
}

/** Folded: the words as they stand, with the first word last, and with the last word first. */
function listOrders(name: string): string[] {
  const words = name.trim().split(/[\s_-]+/)
  const orders = [
    words,
    [...words.slice(1), ...words.slice(0, 1)],
    [...words.slice(-1), ...words.slice(0, -1)],
  ]
  return orders.map((order) => foldName(order.join(' ')))
}
