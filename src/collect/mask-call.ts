import type { CallOutcome, CollectedCall } from './collector.ts'
import { isObject, type JsonObject } from './segment/parsed-call.ts'
import { findEventKind } from './vocabulary.ts'

/** A call as somebody who looks over a shop's shoulder may see it: who did it and what they said stay hidden. */
export type MaskedCall = {
  /** ISO 8601. */
  readonly receivedAt: string
  readonly source: string
  readonly type: string
  /** The name of an event, and the kind that features read it as. */
  readonly event?: string
  readonly kind?: string
  readonly outcome: CallOutcome['kind']
  readonly reason?: string
  /** What was expected and where; what came is left out. */
  readonly detail?: string
  /** The same id has the same mask while the server runs. */
  readonly user?: string
  readonly device?: string
  readonly items: readonly string[]
  readonly value?: number
  /** Names alone. */
  readonly properties: readonly string[]
  readonly traits: readonly string[]
}

const maxItems = 10
const maxNames = 50
const moneyKeys = ['revenue', 'total', 'value', 'price'] as const

/** `maskId` turns an id into what stands for it. */
export function maskCall(
  { receivedAtMs, source, call, outcome }: CollectedCall,
  maskId: (id: string) => string,
): MaskedCall {
  const said = isObject(call) ? call : {}
  const properties = isObject(said.properties) ? said.properties : {}
  const traits = isObject(said.traits) ? said.traits : {}
  const event = typeof said.event === 'string' ? said.event : undefined
  const value = moneyKeys.map((key) => properties[key]).find((each) => typeof each === 'number')
  return {
    receivedAt: new Date(receivedAtMs).toISOString(),
    source,
    type: typeof said.type === 'string' ? maskText(said.type) : '',
    ...(event !== undefined && { event: maskText(event), kind: findEventKind(event) }),
    outcome: outcome.kind,
    ...(outcome.kind === 'quarantined' && { reason: outcome.reason, detail: maskDetail(outcome.detail) }),
    ...maskIds(said, maskId),
    items: listItems(properties).map(maskText),
    ...(value !== undefined && { value }),
    properties: namesOf(properties),
    traits: namesOf(traits),
  }
}

function maskIds({ userId, anonymousId }: JsonObject, maskId: (id: string) => string) {
  const isId = (id: unknown) => typeof id === 'string' || typeof id === 'number'
  return {
    ...(isId(userId) && userId !== '' && { user: maskId(String(userId)) }),
    ...(isId(anonymousId) && anonymousId !== '' && { device: maskId(String(anonymousId)) }),
  }
}

function listItems(properties: JsonObject): string[] {
  const goods: readonly unknown[] = [
    properties,
    ...(Array.isArray(properties.products) ? properties.products : []),
  ]
  return goods
    .flatMap((each) => (isObject(each) ? [each.product_id ?? each.item_id] : []))
    .filter((id) => typeof id === 'string' || typeof id === 'number')
    .map(String)
    .slice(0, maxItems)
}

function namesOf(object: JsonObject): readonly string[] {
  return Object.keys(object).slice(0, maxNames).map(maskText)
}

/** Names are a shop's own words, but a fault may put an address or a number into one. */
function maskText(text: string): string {
  return text
    .slice(0, 100)
    .toWellFormed()
    .replaceAll(/\S*@\S*/g, '…@…')
    .replaceAll(/\+?\d[\d\s().-]{6,}\d/g, '…')
}

/** A detail quotes what came: `expected …, got "…" at key`. */
function maskDetail(detail: string): string {
  return maskText(detail.replaceAll(/, got .* at ([^ ]*)$/gs, ' at $1').replaceAll(/"[^"]*"/g, '…'))
}
