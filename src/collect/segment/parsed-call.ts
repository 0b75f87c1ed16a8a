import type { EventLine, QuarantineReason } from '../../core/event.ts'
import type { IdentityStatement } from '../../core/identity.ts'

/** Who called and when: everything that `parseSegmentCall` may know besides the call itself. */
export type CallContext = {
  readonly receivedAtMs: number
  /** File imports and `/v1/import`: any past time is taken, and a time must be stated. */
  readonly isHistoric: boolean
  readonly source: string
}

/** The ids that a call gives for its person; an absent one is empty, and never are both. */
type Person = { readonly userId: string; readonly anonymousId: string }

/** What a call says of an item; an empty text, an empty list and a price of 0 say nothing. */
export type ItemStatement = {
  readonly itemId: string
  readonly name: string
  readonly description: string
  /** From the broadest to the narrowest. */
  readonly category: readonly string[]
  readonly brand: string
  readonly price: number
  readonly currency: string
  readonly attributes: Readonly<Record<string, string>>
  readonly source: string
  readonly atMs: number
}

/** A stated fact of a person; an empty value takes the fact back (`null` on the wire). */
export type TraitStatement = Person & {
  readonly name: string
  readonly value: string
  /** Where the fact comes from: a third party that the call names, else the source that sent the call. */
  readonly source: string
  /** What the fact may be used for, where the call says so. */
  readonly purpose: string
  readonly atMs: number
}

export type AcceptedCall = {
  readonly kind: 'accepted'
  /** The id by which the call is known again. */
  readonly messageId: string
  /** Which ids are one person's. */
  readonly links: readonly IdentityStatement[]
  readonly lines: readonly EventLine[]
  readonly items: readonly ItemStatement[]
  readonly traits: readonly TraitStatement[]
}

export type QuarantinedCall = {
  readonly kind: 'quarantined'
  readonly reason: QuarantineReason
  /** What was expected, what came, at which key. */
  readonly detail: string
}

export type ParsedCall = AcceptedCall | QuarantinedCall

/** What kept a call from being read, in the words every quarantined call uses. */
export function quarantine(
  reason: QuarantineReason,
  key: string,
  expected: string,
  received: unknown,
): QuarantinedCall {
  return { kind: 'quarantined', reason, detail: describeProblem(key, expected, received) }
}

export function describeProblem(key: string, expected: string, received: unknown): string {
  return `expected ${expected}, got ${describe(received)} at ${key}`.toWellFormed()
}

function describe(value: unknown): string {
  if (value === undefined || value === '') return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
