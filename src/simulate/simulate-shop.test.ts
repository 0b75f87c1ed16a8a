import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../core/errors.ts'
import { createRandom } from '../math/random.ts'
import type { SegmentCall } from './segment-call.ts'
import type { GivenShopOptions } from './shop-options.ts'
import { simulateShop } from './simulate-shop.ts'
import { createTally } from './tally.ts'

function simulate(options: GivenShopOptions, seed: number) {
  const shop = simulateShop(options, createRandom(seed))
  const tally = createTally(shop.options.itemCount)
  const calls = [...shop.calls(tally)]
  return { shop, calls, counts: shop.truth(tally).counts }
}

const small = { shopperCount: 60, itemCount: 90, dayCount: 120 }
const dirty = simulate(
  {
    ...small,
    shopperCount: 200,
    dirtRates: {
      duplicate: 0.02,
      no_identity: 0.01,
      illegal_id: 0.01,
      time_future: 0.01,
      bad_price: 0.02,
      no_event: 0.01,
      broken_line: 0,
    },
  },
  3,
)

test('the same seed gives the same calls, on every pass; another seed gives others', () => {
  const first = simulate(small, 1)
  expect(simulate(small, 1).calls).toEqual(first.calls)
  expect([...first.shop.calls()]).toEqual(first.calls)
  expect(simulate(small, 2).calls[0]?.messageId).not.toBe(first.calls[0]?.messageId)
})

test('a shop of any size gives calls of the right form in the order of their arrival', () => {
  const sizes = fc.record({
    shopperCount: fc.integer({ min: 1, max: 12 }),
    itemCount: fc.integer({ min: 1, max: 60 }),
    dayCount: fc.integer({ min: 1, max: 45 }),
    botCount: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(sizes, fc.integer(), (options, seed) => {
      const { shop, calls } = simulate(options, seed)
      const received = calls.map((call) => Date.parse(call.receivedAt))
      expect(received).toEqual(received.toSorted((a, b) => a - b))
      expect(received.every((atMs) => atMs >= shop.options.startMs)).toBe(true)
      expect(received.every((atMs) => atMs < shop.options.startMs + options.dayCount * 86_400_000)).toBe(true)
      for (const call of calls) expectForm(call)
    }),
    { numRuns: 30 },
  )
})

function expectForm(call: SegmentCall): void {
  expect(call.messageId).toMatch(
    /^node-next-\d+-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(call.messageId.length).toBeLessThanOrEqual(100)
  const received = Date.parse(call.receivedAt)
  const delay = Date.parse(call.sentAt) - Date.parse(call.originalTimestamp)
  const isFuture = Date.parse(call.timestamp) > received + 86_400_000
  if (!isFuture) expect(Date.parse(call.timestamp)).toBe(received - delay)
  if (call.type === 'identify') expect(call.traits).toHaveProperty('email')
  else expect(call.properties).toBeDefined()
  if (call.type === 'page') expect(call.name).toBe('Home')
  expect(JSON.stringify(call).length).toBeLessThan(32_768)
  // A refused id such as 'undefined' is planted dirt; anywhere else such a word is a fault of the simulation.
  expect(JSON.stringify({ ...call, userId: '' })).not.toMatch(/undefined"|NaN|null/)
}

test('each kind of dirt is in the calls exactly as often as the truth says', () => {
  const { calls, counts } = dirty
  const { origins } = counts
  const isFuture = (call: SegmentCall) =>
    Date.parse(call.timestamp) > Date.parse(call.receivedAt) + 86_400_000
  const hasId = (call: SegmentCall) => call.userId !== undefined || call.anonymousId !== undefined
  expect(calls.length).toBe(counts.lines)
  expect(calls.length - new Set(calls.map((call) => call.messageId)).size).toBe(origins.duplicate)
  expect(calls.filter((call) => !hasId(call)).length).toBe(origins.no_identity)
  expect(calls.filter((call) => call.userId !== undefined && !/^u\d{6}$/.test(call.userId)).length).toBe(
    origins.illegal_id,
  )
  expect(calls.filter(isFuture).length).toBe(origins.time_future)
  expect(calls.filter((call) => typeof call.properties?.price === 'string').length).toBe(origins.bad_price)
  expect(calls.filter((call) => call.type === 'track' && call.event === undefined).length).toBe(
    origins.no_event,
  )
  expect(Object.values(origins).every((count) => count > 10)).toBe(true)
})

test('a duplicate comes after its original and says the same but for its way', () => {
  const seen = new Map<string, SegmentCall>()
  for (const call of dirty.calls) {
    const original = seen.get(call.messageId)
    if (original) {
      expect(call.sentAt > original.sentAt).toBe(true)
      expect({ ...call, sentAt: '', receivedAt: '' }).toEqual({ ...original, sentAt: '', receivedAt: '' })
    }
    seen.set(call.messageId, call)
  }
})

test('crawlers name themselves and scrapers outrun any person', () => {
  const { calls, counts } = simulate({ ...small, botCount: 6 }, 5)
  const agent = (call: SegmentCall) => String(call.context.userAgent)
  expect(calls.filter((call) => /bot|spider|python/i.test(agent(call))).length).toBe(counts.origins.crawler)
  const viewsById = Map.groupBy(
    calls.filter((call) => call.event === 'Product Viewed'),
    (call) => call.anonymousId,
  )
  const runs = [...viewsById.values()].filter((views) => {
    const times = views.map((view) => Date.parse(view.timestamp))
    return views.length >= 30 && (Math.max(...times) - Math.min(...times)) / views.length < 1500
  })
  expect(runs.reduce((sum, views) => sum + views.length, 0)).toBe(counts.origins.scraper)
})

test('every order tells where it goes, guests’ too', () => {
  const orders = dirty.calls.filter((call) => call.event === 'Order Completed')
  expect(orders.length).toBeGreaterThan(20)
  for (const { properties } of orders) {
    expect(properties?.shipping_address).toEqual({
      city: expect.any(String),
      country: expect.stringMatching(/^[A-Z]{2}$/),
    })
  }
})

test('a wrong size or rate is refused by name', () => {
  const simulateWith = (options: GivenShopOptions) => () => simulateShop(options, createRandom(1))
  expect(simulateWith({ shopperCount: 0 })).toThrow(AppError)
  expect(simulateWith({ itemCount: 1.5 })).toThrow(/itemCount/)
  expect(simulateWith({ startMs: Number.NaN })).toThrow(/startMs/)
  expect(simulateWith({ dirtRates: { duplicate: 2 } })).toThrow(/dirtRates.duplicate/)
})
