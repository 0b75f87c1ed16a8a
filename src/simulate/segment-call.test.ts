import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { buildCall, toIso } from './segment-call.ts'

test('times are written as Date.toISOString writes them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2400, 0, 1) }), (atMs) => {
      expect(toIso(atMs)).toBe(new Date(atMs).toISOString())
    }),
  )
  expect(toIso(Date.UTC(2024, 1, 29, 23, 59, 59, 999))).toBe('2024-02-29T23:59:59.999Z')
})

test('the timestamp is right although the clock of the device is wrong', () => {
  const sender = {
    anonymousId: 'device',
    userId: undefined,
    context: {},
    clockSkewMs: 1_800_000,
    waitMs: 1000,
    transitMs: 50,
  }
  const body = { type: 'page', name: 'Home', properties: {} } as const
  const call = buildCall(body, sender, Date.UTC(2026, 0, 1), createRandom(1))
  expect(call.timestamp).toBe('2026-01-01T00:00:00.050Z')
  expect(call.originalTimestamp).toBe('2026-01-01T00:30:00.000Z')
  const [received, sent, original] = [call.receivedAt, call.sentAt, call.originalTimestamp].map(Date.parse)
  expect(Date.parse(call.timestamp)).toBe((received ?? 0) - ((sent ?? 0) - (original ?? 0)))
})
