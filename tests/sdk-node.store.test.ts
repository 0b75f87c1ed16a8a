import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../src/core/errors.ts'
import { type IngestServer, startIngestServer } from '../src/serve/http/testing/ingest-server.ts'

let server: IngestServer
beforeEach(async () => {
  server = await startIngestServer()
})
afterEach(() => server[Symbol.asyncDispose]())

const busy = () => new AppError('overloaded', 'busy', { retryAfterSeconds: 1 })
const view = (index: number) => ({
  userId: `u-${index % 7}`,
  event: 'Product Viewed',
  properties: { product_id: `p-${index}` },
})
const products = () =>
  server.collector.stored.map(({ properties }) => (properties as { product_id: string }).product_id)

/** Everybody's events once, in any order. */
function expectEachOnce(count: number): void {
  expect(products().sort()).toEqual(Array.from({ length: count }, (_, index) => `p-${index}`).sort())
  const { received, stored, duplicate, quarantined, rejected } = server.collector.total()
  expect(stored).toBe(count)
  expect(quarantined).toBe(0)
  expect(received).toBe(stored + duplicate + rejected)
}

test('Segment’s library for Node delivers its batches', async () => {
  const analytics = new Analytics({ writeKey: server.serverKey, host: server.url, flushAt: 20 })
  for (let index = 0; index < 150; index++) analytics.track(view(index))
  await analytics.closeAndFlush()
  expectEachOnce(150)
  expect(server.collector.stored[0]).toMatchObject({
    type: 'track',
    messageId: expect.any(String),
    context: { library: { name: '@segment/analytics-node' } },
  })
})

test('Segment’s library for Node tries again after a 503, and each event is stored once', async () => {
  server.collector.troubles.push(busy(), busy())
  const analytics = new Analytics({ writeKey: server.serverKey, host: server.url, flushAt: 10 })
  const failures: unknown[] = []
  analytics.on('error', (error) => failures.push(error))
  for (let index = 0; index < 30; index++) analytics.track(view(index))
  await analytics.closeAndFlush()
  expect(failures).toEqual([])
  expect(server.collector.total().rejected).toBe(20)
  expectEachOnce(30)
})

test('each kind of call of Segment’s library for Node is read', async () => {
  const analytics = new Analytics({ writeKey: server.serverKey, host: server.url })
  analytics.identify({ userId: 'u-1', traits: { email: 'a@shop.example' } })
  analytics.page({ anonymousId: 'a-1', name: 'Home', properties: { url: 'https://shop.example/' } })
  analytics.screen({ anonymousId: 'a-1', name: 'Home' })
  analytics.group({ userId: 'u-1', groupId: 'g-1' })
  analytics.alias({ previousId: 'a-1', userId: 'u-1' })
  await analytics.closeAndFlush()
  const types = server.collector.stored.map(({ type }) => type)
  expect(types.sort()).toEqual(['alias', 'group', 'identify', 'page', 'screen'])
})

test('RudderStack’s library for Node delivers gzip that it calls a form, and tries again after a 503', async () => {
  server.collector.troubles.push(busy())
  const analytics = new RudderAnalytics(server.serverKey, {
    dataPlaneUrl: server.url,
    flushAt: 10,
    logLevel: 'none',
  })
  const outcomes: unknown[] = []
  for (let index = 0; index < 30; index++)
    analytics.track(view(index), (error?: unknown) => outcomes.push(error))
  while (products().length < 30) await analytics.flush()
  expect(outcomes.filter(Boolean)).toEqual([])
  expectEachOnce(30)
  expect(server.collector.total().rejected).toBeGreaterThan(0)
})
