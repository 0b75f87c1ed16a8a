import { type CallContext, type JsonObject, type QuarantinedCall, quarantine } from './parsed-call.ts'

const dayMs = 86_400_000
const maxAheadMs = dayMs
const maxBehindMs = 400 * dayMs
/** The first moment that the column `at` can hold. */
const firstMs = Date.UTC(1900, 0, 1)

const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:Z|([+-])(\d\d):?(\d\d)?)?)?$/i

/**
 * When it happened: `receivedAt − (sentAt − originalTimestamp)`, so that a clock that is wrong on the device does not
 * matter; SDKs of Segment send `timestamp` for the original one. An archived call's `timestamp` has been corrected
 * already and is taken as it stands. A live call without a time happened when it came; a historic one must say.
 */
export function readCallTime(call: JsonObject, context: CallContext): number | QuarantinedCall {
  const key = chooseKey(call, context.isHistoric)
  if (key === undefined) {
    return context.isHistoric
      ? quarantine('schema_violation', 'timestamp', 'the time of a past event', undefined)
      : context.receivedAtMs
  }
  const stated = readMoment(call, key)
  if (typeof stated !== 'number') return stated
  const corrected = correctClock(call, key, stated, context)
  return typeof corrected === 'number' ? checkSpan(corrected, key, call[key], context) : corrected
}

/** Whether a live call says when it happened; if not, only the moment it came tells it from its twin. */
export function hasTime(call: JsonObject): boolean {
  return chooseKey(call, false) !== undefined
}

function chooseKey(call: JsonObject, isHistoric: boolean): string | undefined {
  const [first, second] = isHistoric ? ['timestamp', 'originalTimestamp'] : ['originalTimestamp', 'timestamp']
  if (isStated(call[first as string])) return first
  return isStated(call[second as string]) ? second : undefined
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function correctClock(call: JsonObject, key: string, statedMs: number, context: CallContext) {
  const isCorrected = context.isHistoric && (key === 'timestamp' || !isStated(call.receivedAt))
  if (isCorrected || !isStated(call.sentAt)) return statedMs
  const sentMs = readMoment(call, 'sentAt')
  if (typeof sentMs !== 'number') return sentMs
  const receivedMs = context.isHistoric ? readMoment(call, 'receivedAt') : context.receivedAtMs
  return typeof receivedMs === 'number' ? receivedMs - (sentMs - statedMs) : receivedMs
}

function checkSpan(atMs: number, key: string, received: unknown, context: CallContext) {
  if (atMs > context.receivedAtMs + maxAheadMs) {
    return quarantine('time_future', key, 'a time at most 24 hours ahead', received)
  }
  if (!context.isHistoric && atMs < context.receivedAtMs - maxBehindMs) {
    return quarantine('time_past', key, 'a time at most 400 days ago', received)
  }
  return atMs < firstMs ? quarantine('time_past', key, 'a time since 1900', received) : atMs
}

function readMoment(call: JsonObject, key: string): number | QuarantinedCall {
  const atMs = parseMoment(call[key])
  return atMs ?? quarantine('schema_violation', key, 'an ISO 8601 time or Unix milliseconds', call[key])
}

/** ISO 8601 (without a zone: UTC, never the machine's) or Unix time, whose digits tell seconds from milliseconds. */
function parseMoment(value: unknown): number | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) > 8e15) return undefined
    return Math.round(Math.abs(value) < 1e11 ? value * 1000 : value)
  }
  const match = typeof value === 'string' && value.length <= 40 ? isoPattern.exec(value.trim()) : null
  if (match === null) return undefined
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  const hour = Number(match[4] ?? 0)
  const minute = Number(match[5] ?? 0)
  const second = Number(match[6] ?? 0)
  if (day < 1 || day > countDays(year, month) || hour > 23 || minute > 59 || second > 60) return undefined
  const millisecond = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000 + 1e-6)
  const zoneMs = match[8] === undefined ? 0 : readZone(match[8], Number(match[9]), Number(match[10] ?? 0))
  if (zoneMs === undefined) return undefined
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - zoneMs
}

function readZone(sign: string, hours: number, minutes: number): number | undefined {
  if (hours > 18 || minutes > 59) return undefined
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** 0 for a month that is none, so that no day is in it. */
function countDays(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  if (month < 1 || month > 12) return 0
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
