import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '../src/core/errors.ts'
import { type IngestServer, startIngestServer } from '../src/serve/http/testing/ingest-server.ts'

/** What a page of the test does, as a text that runs there: the functions of Segment's SDK are not of this program. */
type Script = string

let browser: Browser
let shop: Server
let shopUrl: string
let server: IngestServer
let page: Page
let faults: string[]

beforeAll(async () => {
  const bundle = await bundleSdk()
  // A page of the shop has another origin than Likeness, so that the browser asks leave for each request.
  shop = createServer((request, response) => {
    const isScript = request.url === '/sdk.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(isScript ? bundle : '<!doctype html><title>红茶</title><script src="/sdk.js"></script>')
  }).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // The package's own arguments switch the rules off that keep origins apart, which are what is tested here.
    args: ['--no-sandbox', '--disable-gpu'],
    headless: true,
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  shop?.close()
})

beforeEach(async () => {
  server = await startIngestServer()
  page = await browser.newPage()
  faults = []
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(`${shopUrl}/tea?utm_source=mail`)
})

afterEach(async () => {
  await page.close()
  await server[Symbol.asyncDispose]()
})

/** Segment's SDK as npm has it, as one script that leaves its exports to the page as `Segment`. */
async function bundleSdk(): Promise<string> {
  const input = fileURLToPath(import.meta.resolve('@segment/analytics-next'))
  await using bundle = await rolldown({ input, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'Segment', codeSplitting: false })
  return output[0].code
}

/** Loads the SDK as a page does: only the key and where the settings lie are told. */
function load(integration: object = {}): Script {
  const settings = JSON.stringify({ writeKey: server.browserKey, cdnURL: server.url })
  const options = JSON.stringify({ integrations: { 'Segment.io': integration } })
  return `window.analytics = Segment.AnalyticsBrowser.load(${settings}, ${options})`
}

async function storedCalls(count: number): Promise<readonly Record<string, unknown>[]> {
  await expect.poll(() => server.collector.stored.length, { timeout: 30_000 }).toBe(count)
  return server.collector.stored
}

test('a page of a shop loads its settings from here, and what it says arrives', async () => {
  await page.evaluate(load())
  await page.evaluate(`(async () => {
    await analytics.page('Tea')
    await analytics.identify('u-1', { city: '上海' })
    await analytics.track('Product Viewed', { product_id: 'p-1', price: 12.5 })
    await analytics.group('g-1')
    await analytics.alias('u-2', 'u-1')
  })()`)
  const calls = await storedCalls(5)
  const byType = Object.groupBy(calls, ({ type }) => String(type))
  expect(byType.page?.[0]).toMatchObject({ context: { page: { path: '/tea', title: '红茶' } } })
  expect(byType.identify?.[0]).toMatchObject({ userId: 'u-1', traits: { city: '上海' } })
  expect(byType.track?.[0]).toMatchObject({
    userId: 'u-1',
    anonymousId: expect.any(String),
    properties: { product_id: 'p-1', price: 12.5 },
    context: { campaign: { source: 'mail' }, userAgent: expect.stringContaining('Chrome') },
  })
  expect(Object.keys(byType).sort()).toEqual(['alias', 'group', 'identify', 'page', 'track'])
  expect(faults).toEqual([])
})

/** So many events at once in batches of `size`, or of what has come after `timeout` milliseconds. */
async function trackInBatches(count: number, config: { size: number; timeout: number }): Promise<void> {
  await page.evaluate(load({ deliveryStrategy: { strategy: 'batching', config } }))
  await page.evaluate(`(async () => {
    for (let index = 0; index < ${count}; index++) {
      await analytics.track('Product Viewed', { product_id: 'p-' + index })
    }
  })()`)
}

async function expectViews(count: number): Promise<void> {
  const calls = await storedCalls(count)
  const ids = calls.map(({ properties }) => (properties as { product_id: string }).product_id)
  expect(ids.sort()).toEqual(Array.from({ length: count }, (_, index) => `p-${index}`).sort())
}

test('in batches, every event arrives', async () => {
  await trackInBatches(13, { size: 5, timeout: 200 })
  await expectViews(13)
  expect(faults).toEqual([])
})

test('what waits for its batch when the shopper leaves the page arrives, too', async () => {
  await trackInBatches(3, { size: 100, timeout: 600_000 })
  expect(server.collector.stored).toEqual([])
  await page.goto('about:blank')
  await expectViews(3)
})

test('a 503 is tried again by the page, and each event is stored once', async () => {
  server.collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 1 }))
  await page.evaluate(load())
  await page.evaluate(`(async () => {
    for (let index = 0; index < 3; index++) {
      await analytics.track('Product Viewed', { product_id: 'p-' + index })
    }
  })()`)
  const ids = (await storedCalls(3)).map(
    ({ properties }) => (properties as { product_id: string }).product_id,
  )
  expect(ids.sort()).toEqual(['p-0', 'p-1', 'p-2'])
  expect(server.collector.total()).toMatchObject({ rejected: 1, duplicate: 0 })
})

test('a beacon, which can set no headers, brings its key in the address', async () => {
  const call = { anonymousId: 'a-1', event: 'Product Viewed', properties: { product_id: 'p-1' } }
  const url = `${server.url}/v1/track?writeKey=${server.browserKey}`
  await page.evaluate(`navigator.sendBeacon(${JSON.stringify(url)}, ${JSON.stringify(JSON.stringify(call))})`)
  expect(await storedCalls(1)).toMatchObject([call])
})

test('a page of another site reads nothing but the answers to what it sent', async () => {
  const read = (path: string) =>
    page.evaluate(`fetch(${JSON.stringify(server.url + path)}).then(() => 'read', () => 'refused')`)
  for (const path of ['/docs/json', '/v1/health', '/v1/profiles/u-1'])
    expect(await read(path)).toBe('refused')
  expect(await read(`/v1/projects/${server.browserKey}/settings`)).toBe('read')
})
