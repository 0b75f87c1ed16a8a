import { expect } from 'vitest'
import type { EventLine } from '../../core/event.ts'
import { type ParsedCall, parseSegmentCall } from '../segment-call.ts'

export const receivedAtMs = Date.UTC(2026, 10, 20, 12)
export const live = { receivedAtMs, isHistoric: false, source: 'web' }
export const historic = { receivedAtMs, isHistoric: true, source: 'archive' }
export const envelope = {
  messageId: 'm-1',
  userId: 'u-7',
  anonymousId: 'device-3',
  timestamp: '2026-11-20T11:00:00.000Z',
}
export const mug = {
  product_id: 'mug-1',
  sku: 'MG-01',
  name: 'Tin mug',
  category: 'Home/Kitchen',
  brand: 'Fell',
  variant: 'blue',
  price: 12.5,
  quantity: 2,
}

export type Accepted = Extract<ParsedCall, { kind: 'accepted' }>

export function accept(call: object, context = live): Accepted {
  const parsed = parseSegmentCall(call, context)
  if (parsed.kind !== 'accepted') throw new Error(`${parsed.reason}: ${parsed.detail}`)
  return parsed
}

export function refuse(call: unknown, context = live): string {
  const parsed = parseSegmentCall(call, context)
  return parsed.kind === 'accepted' ? 'accepted' : `${parsed.reason}: ${parsed.detail}`
}

export function track(event: string, properties: object, more: object = {}): Accepted {
  return accept({ ...envelope, type: 'track', event, properties, ...more })
}

export function soleLine(parsed: Accepted): EventLine {
  expect(parsed.lines).toHaveLength(1)
  return parsed.lines[0] as EventLine
}

export function propertiesOf(line: EventLine | undefined): unknown {
  return JSON.parse(line?.properties ?? 'null')
}

export function readTime(call: object, context = live): number | string {
  const parsed = parseSegmentCall({ ...envelope, type: 'track', event: 'x', ...call }, context)
  return parsed.kind === 'accepted' ? (parsed.lines[0]?.atMs ?? 'no line') : parsed.reason
}
