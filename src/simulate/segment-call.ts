import type { Random } from '../math/random.ts'
import { drawUuid } from './choose.ts'

/**
 * One call as Segment's Node library sends it and Segment's archive keeps it; times are ISO 8601. What a call does not
 * have is undefined, which JSON leaves out.
 */
export type SegmentCall = {
  readonly type: 'identify' | 'track' | 'page'
  readonly messageId: string
  readonly anonymousId: string | undefined
  readonly userId: string | undefined
  /** Of `track`. */
  readonly event: string | undefined
  /** Of `page`. */
  readonly name: string | undefined
  readonly properties: Properties | undefined
  /** Of `identify`. */
  readonly traits: Properties | undefined
  readonly context: Properties
  readonly integrations: Properties
  /** receivedAt − (sentAt − originalTimestamp). */
  readonly timestamp: string
  readonly originalTimestamp: string
  readonly sentAt: string
  readonly receivedAt: string
}
export type Properties = Readonly<Record<string, unknown>>

/** Who speaks, from which browser and through which line. */
export type Sender = {
  readonly anonymousId: string | undefined
  readonly userId: string | undefined
  readonly context: Properties
  readonly clockSkewMs: number
  /** How long calls wait before they are sent, and then travel; the same for a whole visit, so order is kept. */
  readonly waitMs: number
  readonly transitMs: number
}

export type CallBody =
  | { readonly type: 'identify'; readonly traits: Properties }
  | { readonly type: 'page'; readonly name: string; readonly properties: Properties }
  | { readonly type: 'track'; readonly event: string; readonly properties: Properties }

/** The sender's library, as it names itself in `context`. */
export const library: Properties = { name: '@segment/analytics-node', version: '2.3.0' }

/** The call made at `atMs` by a right clock. */
export function buildCall(body: CallBody, sender: Sender, atMs: number, random: Random): SegmentCall {
  const original = atMs + sender.clockSkewMs
  return {
    type: body.type,
    messageId: `node-next-${original}-${drawUuid(random)}`,
    anonymousId: sender.anonymousId,
    userId: sender.userId,
    event: body.type === 'track' ? body.event : undefined,
    name: body.type === 'page' ? body.name : undefined,
    properties: body.type === 'identify' ? undefined : body.properties,
    traits: body.type === 'identify' ? body.traits : undefined,
    context: sender.context,
    integrations: {},
    timestamp: toIso(atMs + sender.transitMs),
    originalTimestamp: toIso(original),
    sentAt: toIso(original + sender.waitMs),
    receivedAt: toIso(receivedMs(sender, atMs)),
  }
}

export function receivedMs(sender: Pick<Sender, 'waitMs' | 'transitMs'>, atMs: number): number {
  return atMs + sender.waitMs + sender.transitMs
}

/**
 * The same text as `Date.toISOString`, which took a fifth of the whole simulation. Day to date: Hinnant,
 * "chrono-compatible low-level date algorithms", civil_from_days.
 */
export function toIso(atMs: number): string {
  const dayNumber = Math.floor(atMs / 86_400_000)
  const ms = atMs - dayNumber * 86_400_000
  // Counted from 1 March of the year 0, so that the leap day is the last of its year.
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const seconds = Math.floor(ms / 1000)
  const time = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return `${year}-${pad(month)}-${pad(day)}T${time}.${pad(Math.floor((ms % 1000) / 10))}${ms % 10}Z`
}

const pads = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

function pad(value: number): string {
  return pads[value] ?? ''
}
