import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventLine, eventKinds, lineTypes, quarantineReasons } from '../core/event.ts'
import { parseSegmentCall } from './segment-call.ts'
import {
  envelope,
  historic,
  live,
  mug,
  readTime,
  receivedAtMs,
  refuse,
  soleLine,
  track,
} from './testing/read-calls.ts'

describe('time', () => {
  const noTime = { timestamp: undefined }

  test('the clock of the device is corrected by when it sent', () => {
    const call = { originalTimestamp: '2020-01-01T00:00:00Z', sentAt: '2020-01-01T00:00:10Z' }
    expect(readTime(call)).toBe(receivedAtMs - 10_000)
    expect(readTime({ timestamp: '2020-01-01T00:00:00Z', sentAt: '2020-01-01T00:00:10Z' })).toBe(
      receivedAtMs - 10_000,
    )
    expect(readTime(noTime)).toBe(receivedAtMs)
  })

  test('an archived timestamp was corrected already, an original one was not', () => {
    const stated = { sentAt: '2015-01-01T00:00:10Z', receivedAt: '2015-06-01T00:00:00Z' }
    expect(readTime({ timestamp: '2015-01-01T00:00:00Z', ...stated }, historic)).toBe(Date.UTC(2015, 0, 1))
    const original = { ...noTime, originalTimestamp: '2015-01-01T00:00:00Z', ...stated }
    expect(readTime(original, historic)).toBe(Date.UTC(2015, 5, 1) - 10_000)
    expect(readTime(noTime, historic)).toBe('schema_violation')
  })

  test('a time too far ahead or behind is refused; the past is open to history', () => {
    expect(readTime({ timestamp: '2026-11-21T12:00:00Z' })).toBe(receivedAtMs + 86_400_000)
    for (const context of [live, historic]) {
      expect(readTime({ timestamp: '2026-11-21T12:00:01Z' }, context)).toBe('time_future')
    }
    expect(readTime({ timestamp: '2025-10-16T12:00:00Z' })).toBe(receivedAtMs - 400 * 86_400_000)
    expect(readTime({ timestamp: '2025-10-16T11:59:59Z' })).toBe('time_past')
    expect(readTime({ timestamp: '1997-01-01' }, historic)).toBe(Date.UTC(1997, 0, 1))
    expect(readTime({ timestamp: '1812-01-01' }, historic)).toBe('time_past')
  })

  test.each([
    ['2026-11-20T11:00:00.123456Z', Date.UTC(2026, 10, 20, 11, 0, 0, 123)],
    ['2026-11-20 11:00', Date.UTC(2026, 10, 20, 11)],
    ['2026-11-20T11:00:00+08:00', Date.UTC(2026, 10, 20, 3)],
    ['2026-11-20T11:00:00-0230', Date.UTC(2026, 10, 20, 13, 30)],
    [1_795_172_400_000, Date.UTC(2026, 10, 20, 11)],
    [1_795_172_400, Date.UTC(2026, 10, 20, 11)],
    ['2026-02-30T00:00:00Z', 'schema_violation'],
    ['2026-13-01', 'schema_violation'],
    ['yesterday', 'schema_violation'],
    [{}, 'schema_violation'],
  ])('reads the time %j', (timestamp, expected) => {
    expect(readTime({ timestamp })).toBe(expected)
  })
})

describe('limits', () => {
  const page = { ...envelope, type: 'page' }
  const nest = (levels: number): object => (levels === 0 ? {} : { a: nest(levels - 1) })

  test('a call is a JSON object', () => {
    for (const call of [null, [], 'x', 1, undefined]) expect(refuse(call)).toMatch(/^schema_violation/)
    expect(refuse({ ...page, properties: { big: 1n } })).toMatch(/^schema_violation: .* at properties\.big$/)
    expect(refuse({ ...page, properties: [] })).toMatch(/^schema_violation: .* at properties$/)
    expect(refuse({ ...page, type: 'import' })).toMatch(/^schema_violation: .*"import" at type$/)
    expect(refuse({ ...page, type: 'track', event: ' ' })).toMatch(/^schema_violation: .* at event$/)
  })

  test('it has at most 16 levels, 1,000 properties and 32 KB', () => {
    expect(refuse({ ...page, properties: nest(14) })).toBe('accepted')
    expect(refuse({ ...page, properties: nest(15) })).toMatch(/^schema_violation: expected at most 16 levels/)
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]))
    expect(refuse({ ...page, properties: many(990) })).toBe('accepted')
    expect(refuse({ ...page, properties: many(1001) })).toMatch(/^too_large_event/)
    expect(refuse({ ...page, properties: { text: 'x'.repeat(32_000) } })).toBe('accepted')
    expect(refuse({ ...page, properties: { text: '面'.repeat(11_000) } })).toMatch(
      /^too_large_event: .* bytes/,
    )
    const products = (count: number) => Array.from({ length: count }, () => mug)
    const order = { ...page, type: 'track', event: 'Order Completed' }
    expect(refuse({ ...order, properties: { products: products(150) } })).toBe('accepted')
    const wide = { list: [many(600), many(1)], ...many(500) }
    expect(refuse({ ...page, properties: wide })).toMatch(/^too_large_event: .* properties, got 1001/)
    const rows = Array.from({ length: 1001 }, () => ({}))
    expect(refuse({ ...order, properties: { products: rows } })).toMatch(/^too_large_event/)
  })

  test('no key reaches a prototype', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const call = JSON.parse(`{"type":"page","userId":"u","properties":{"list":[{"${key}":{}}]}}`)
      expect(refuse(call)).toContain(`at properties.list.0.${key}`)
      expect(refuse(call)).toMatch(/^forbidden_key/)
    }
  })
})

describe('numbers', () => {
  test.each([
    [12, 12],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1,234', 1234],
    ['￥12.00', 12],
    ['US$ 9.99', 9.99],
    ['12,50 €', 12.5],
    ['99元', 99],
    [0.123456, 0.1235],
  ])('reads the price %j', (price, expected) => {
    expect(soleLine(track('Product Viewed', { product_id: 'a', price })).price).toBe(expected)
  })

  test.each([
    ['price', -1],
    ['price', '-1.00'],
    ['price', 'free'],
    ['price', '5k'],
    ['price', 1e11],
    ['price', {}],
    ['quantity', -2],
    ['dwell_ms', 'long'],
    ['currency', '£'],
  ])('names the key %s that holds %j', (key, value) => {
    const call = {
      ...envelope,
      type: 'track',
      event: 'Product Viewed',
      properties: { product_id: 'a', [key]: value },
    }
    expect(refuse(call)).toMatch(new RegExp(`^schema_violation: expected .* at properties\\.${key}$`))
  })

  test('refuses an amount that the column of money cannot hold', () => {
    const properties = { product_id: 'a', price: 1e10, quantity: 1e6 }
    expect(refuse({ ...envelope, type: 'track', event: 'Product Added', properties })).toMatch(
      /^schema_violation: .*times the quantity.* at properties\.price$/,
    )
  })

  test('names the product of an order that is wrong', () => {
    const properties = { order_id: 'o', products: [mug, { product_id: 'b', price: -3 }] }
    expect(refuse({ ...envelope, type: 'track', event: 'Order Completed', properties })).toBe(
      'schema_violation: expected a price from 0 to 1e10, got -3 at properties.products[1].price',
    )
  })
})

describe('whatever comes', () => {
  const events = ['Order Completed', 'Product Viewed', 'Survey Answered', 'refund', 'Coupon Applied', 'other']
  const names = 'product_id price quantity products items answers total discount shipping currency rating'
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.double(),
    fc.constantFrom('12,5', '￥3', 'GBP', '0', '\ud800', 'a\udc00b'),
  )
  const product = fc.dictionary(fc.constantFrom(...names.split(' '), 'name', 'category'), value)
  const properties = fc.dictionary(
    fc.constantFrom(...names.split(' '), 'order_id', 'position', 'text', 'list_id', 'dwell_ms', 'coupon'),
    fc.oneof(value, fc.array(product, { maxLength: 4 })),
  )
  const call = fc.record(
    {
      type: fc.constantFrom('track', 'page', 'screen', 'identify', 'group', 'alias'),
      event: fc.constantFrom(...events),
      messageId: fc.oneof(fc.uuid(), fc.string(), value),
      userId: fc.oneof(fc.uuid(), value),
      anonymousId: fc.oneof(fc.uuid(), value),
      previousId: fc.oneof(fc.uuid(), value),
      groupId: value,
      timestamp: fc.oneof(fc.constant('2026-11-20T11:00:00Z'), value),
      sentAt: fc.oneof(fc.constant('2026-11-20T11:00:05Z'), value),
      properties: fc.oneof(properties, value),
      traits: fc.oneof(
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('email', '\ud800')), value),
        value,
      ),
      context: fc.oneof(fc.record({ userAgent: fc.string(), sessionId: value, campaign: value }), value),
    },
    { requiredKeys: ['type'] },
  )

  test('any JSON value is accepted or quarantined with a reason of the list', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), call), fc.boolean(), (each, isHistoric) => {
        const parsed = parseSegmentCall(each, { ...live, isHistoric })
        if (parsed.kind === 'accepted') return parsed.lines.every(isSound)
        return quarantineReasons.includes(parsed.reason) && / at .+/.test(parsed.detail)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  test('no half of a surrogate pair comes through', () => {
    const isWellFormed = (_key: string, part: unknown) =>
      typeof part === 'string' && !part.isWellFormed() ? expect.fail(JSON.stringify(part)) : part
    fc.assert(
      fc.property(call, (each) => JSON.stringify(parseSegmentCall(each, live), isWellFormed) !== ''),
      { numRuns: 1000, seed: 10 },
    )
  })

  test('the same call gives the same answer, and is left as it was', () => {
    fc.assert(
      fc.property(call, (each) => {
        const before = JSON.stringify(each)
        const first = parseSegmentCall(each, live)
        expect(parseSegmentCall(structuredClone(each), live)).toEqual(first)
        expect(JSON.stringify(each)).toBe(before)
      }),
      { numRuns: 500, seed: 8 },
    )
  })

  test('the generator reaches all kinds of answers', () => {
    const seen = new Set(
      fc.sample(call, { numRuns: 2000, seed: 9 }).map((each) => refuse(each).split(':')[0]),
    )
    expect([...seen]).toEqual(
      expect.arrayContaining(['accepted', 'schema_violation', 'illegal_id', 'no_identity']),
    )
  })
})

function isSound(line: EventLine, index: number): boolean {
  const numbers = [
    line.quantity,
    line.price,
    line.amount,
    line.rating,
    line.dwellMs,
    line.position,
    line.atMs,
  ]
  const ids = [
    line.userId,
    line.anonymousId,
    line.itemId,
    line.orderId,
    line.sessionId,
    line.listId,
    line.coupon,
  ]
  return (
    numbers.every((each) => Number.isFinite(each) && each >= 0) &&
    [line.position, line.dwellMs, line.lineIndex, line.atMs].every(Number.isInteger) &&
    line.lineIndex === index &&
    eventKinds.includes(line.kind) &&
    lineTypes.includes(line.lineType) &&
    ids.every((id) => id.length <= 255) &&
    line.userId + line.anonymousId !== '' &&
    line.eventId !== '' &&
    line.eventId.length <= 100 &&
    /^([A-Z]{3})?$/.test(line.currency) &&
    typeof JSON.parse(line.properties) === 'object'
  )
}
