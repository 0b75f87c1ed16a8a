import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseSegmentCall } from '../src/collect/segment-call.ts'
import { AppError } from '../src/core/errors.ts'
import { type IngestServer, startIngestServer } from '../src/serve/http/testing/ingest-server.ts'

type Call = Record<string, unknown> & { readonly properties: Record<string, unknown> }

const stub = `window.likeness=window.likeness||function(){(likeness.q=likeness.q||[]).push(arguments)}`

let browser: Browser
let shop: Server
let shopUrl: string
let server: IngestServer
let context: BrowserContext
let page: Page
/** What a page of the shop holds, and what its tag says. */
let body: string
let tag: string
let key: string
let faults: string[]
/** Content types of what was sent, in order. */
let sent: string[]

beforeAll(async () => {
  // A page of the shop has another origin than Likeness.
  shop = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    const script = `<script async src="${server.url}/likeness.js" data-key="${key}" ${tag}></script>`
    response.end(`<!doctype html><title>红茶</title><script>${stub}</script>${script}${body}`)
  }).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
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
  context = await browser.newContext()
  body = ''
  tag = ''
  key = server.browserKey
  faults = []
  sent = []
  page = await openTab()
})

afterEach(async () => {
  await context.close()
  await server[Symbol.asyncDispose]()
})

async function openTab(): Promise<Page> {
  const tab = await context.newPage()
  tab.on('pageerror', (error) => faults.push(error.message))
  tab.on('request', (request) => {
    if (request.url().endsWith('/v1/batch')) sent.push(request.headers()['content-type'] ?? '')
  })
  return tab
}

/** Goes to a page of the shop and waits until the snippet has begun there. */
async function visit(path: string, tab: Page = page): Promise<void> {
  await tab.goto(shopUrl + path)
  await tab.waitForFunction('likeness.isLoaded')
}

function say(...call: readonly unknown[]): Promise<unknown> {
  return page.evaluate(`likeness(...${JSON.stringify(call)})`)
}

/** Waits until so many calls are stored. */
async function storedCalls(count: number): Promise<readonly Call[]> {
  await expect.poll(() => server.collector.stored.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
  expect(server.collector.stored.map(nameOf)).toHaveLength(count)
  return server.collector.stored as Call[]
}

/** Waits until a call of this name is stored. */
async function storedCall(name: string): Promise<Call> {
  const find = () => server.collector.stored.find((call) => nameOf(call) === name)
  await expect.poll(find, { timeout: 30_000 }).toBeDefined()
  return find() as Call
}

function nameOf({ type, event }: Record<string, unknown>): unknown {
  return event ?? type
}

function namesStored(): readonly unknown[] {
  return server.collector.stored.map(nameOf)
}

async function keysOnDevice(tab: Page = page): Promise<readonly string[]> {
  return (await tab.evaluate('Object.keys(localStorage)')) as string[]
}

async function waitingOnDevice(): Promise<number> {
  return (await keysOnDevice()).filter((key) => key.startsWith('ljs-')).length
}

/** As a browser does whose shopper goes to another tab, or comes back. */
async function hide(isHidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  `)
}

test('it is one small script that pages anywhere may load and keep', async () => {
  const response = await fetch(`${server.url}/likeness.js`, { headers: { 'accept-encoding': 'gzip' } })
  const { headers } = response
  expect(Number(headers.get('content-length'))).toBeLessThanOrEqual(3000)
  expect(headers.get('content-encoding')).toBe('gzip')
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(headers.get('cache-control')).toContain('public')
  const code = await response.text()
  const etag = headers.get('etag') ?? ''
  const again = await fetch(`${server.url}/likeness.js`, { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const plain = await fetch(`${server.url}/likeness.js`, { headers: { 'accept-encoding': 'identity' } })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(code)
})

test('a page view is told by itself, with the campaign and without the words of the address', async () => {
  await visit('/tea?utm_source=mail&utm_campaign=autumn&email=ann@shop.example#top')
  const [view] = await storedCalls(1)
  expect(view).toMatchObject({
    type: 'page',
    messageId: expect.stringMatching(
      /^ljs-\d{13}-[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    ),
    anonymousId: expect.stringMatching(/^[\da-f-]{36}$/),
    properties: { path: '/tea', title: '红茶', referrer: '' },
    context: {
      sessionId: expect.stringMatching(/^[\da-f-]{36}$/),
      campaign: { source: 'mail', name: 'autumn' },
      userAgent: expect.stringContaining('Chrome'),
      timezone: expect.any(String),
    },
  })
  expect(JSON.stringify(view)).not.toContain('ann@')
  expect(sent).toEqual(['text/plain;charset=UTF-8'])
})

test('calls made before the script has loaded are told when it has', async () => {
  body = `<script>
    likeness('identify', 'u-1', { city: '上海' })
    likeness('track', 'Product Viewed', { product_id: 'p-1', price: 12.5 })
  </script>`
  await visit('/tea')
  const calls = await storedCalls(3)
  expect(calls.map(nameOf)).toEqual(['identify', 'Product Viewed', 'page'])
  expect(new Set(calls.map(({ userId }) => userId))).toEqual(new Set(['u-1']))
  expect(calls[0]).toMatchObject({ traits: { city: '上海' } })
  expect(calls[1]).toMatchObject({ properties: { product_id: 'p-1', price: 12.5 } })
  expect(faults).toEqual([])
})

test('the device, the login and the visit are known on the next page, until a reset', async () => {
  await visit('/a')
  await say('identify', 'u-1')
  await visit('/b')
  await expect.poll(namesStored, { timeout: 30_000 }).toEqual(['page', 'identify', 'Page Left', 'page'])
  await say('reset')
  await say('track', 'Cart Viewed')
  const [first, , , second, afterReset] = await storedCalls(5)
  expect(second).toMatchObject({ userId: 'u-1', anonymousId: first?.anonymousId })
  expect(sessionOf(second)).toBe(sessionOf(first))
  expect(afterReset?.userId).toBeUndefined()
  expect(afterReset?.anonymousId).not.toBe(first?.anonymousId)
  expect(sessionOf(afterReset)).not.toBe(sessionOf(first))
})

function sessionOf(call: Call | undefined): unknown {
  return (call?.context as { sessionId?: string } | undefined)?.sessionId
}

test('after half an hour without an event another visit begins', async () => {
  await page.clock.install()
  await visit('/a')
  await page.clock.fastForward('20:00')
  await say('track', 'Cart Viewed')
  await page.clock.fastForward('31:00')
  await say('track', 'Cart Shared')
  await page.clock.runFor(5000)
  const [first, soon, late] = await storedCalls(3)
  expect(sessionOf(soon)).toBe(sessionOf(first))
  expect(sessionOf(late)).not.toBe(sessionOf(first))
  expect(late?.anonymousId).toBe(first?.anonymousId)
})

test('marked elements tell of views, searches, clicks and the cart, when they come later, too', async () => {
  body = `<h1 data-likeness-view="p-1" data-likeness-name="红茶" data-likeness-price="12.5">红茶</h1>
    <ul data-likeness-list="like-these">
      <li data-likeness-item="p-2">绿茶</li>
      <li data-likeness-item="p-3"><a href="#p-3">乌龙</a> <button data-likeness-add="p-3" data-likeness-quantity="2">+</button></li>
    </ul>
    <button data-likeness-remove="p-4">−</button>`
  await visit('/tea')
  await page.click('a')
  await page.click('[data-likeness-add]')
  await page.click('[data-likeness-remove]')
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p data-likeness-search="绿茶"></p>')`)
  await storedCall('Products Searched')
  await page.evaluate(`document.querySelector('h1').dataset.likenessView = 'p-9'`)
  const calls = await storedCalls(7)
  expect(calls.map((call) => [nameOf(call), call.properties])).toEqual([
    ['page', expect.anything()],
    ['Product Viewed', { product_id: 'p-1', name: '红茶', price: '12.5' }],
    ['Product Clicked', { product_id: 'p-3', position: 2, list_id: 'like-these' }],
    ['Product Added', { product_id: 'p-3', quantity: '2', list_id: 'like-these' }],
    ['Product Removed', { product_id: 'p-4' }],
    ['Products Searched', { query: '绿茶' }],
    ['Product Viewed', { product_id: 'p-9', name: '红茶', price: '12.5' }],
  ])
  expect(faults).toEqual([])
})

/** Resolves when the page has told what is in sight by then. */
async function scrollTo(y: number): Promise<void> {
  await page.evaluate(`scrollTo(0, ${y})`)
  await page.evaluate('new Promise((done) => new IntersectionObserver(() => done()).observe(document.body))')
}

test('an impression is half an item in sight for a second, once a page, with its place and list', async () => {
  await page.setViewportSize({ width: 800, height: 500 })
  const items = ['p-1', 'p-2', 'p-3', 'p-4'].map(
    (id) => `<div data-likeness-item="${id}" style="height:400px;margin:0">${id}</div>`,
  )
  // 100 of 400 pixels of the second are in sight, and the others are below.
  body = `<style>body{margin:0}</style><div data-likeness-list="best">${items.join('')}</div>`
  await page.clock.install()
  await visit('/tea')
  await page.clock.pauseAt(Date.now() + 60_000)
  await scrollTo(0)
  await page.clock.runFor(1500)
  // Passed by within the second.
  await scrollTo(1000)
  await page.clock.runFor(500)
  await scrollTo(1200)
  await page.clock.runFor(1500)
  await scrollTo(0)
  await page.clock.runFor(1500)
  await hide(true)
  const call = await storedCall('Product Impressions')
  expect(call.properties).toEqual({
    products: [
      { product_id: 'p-1', position: 1, list_id: 'best' },
      { product_id: 'p-4', position: 4, list_id: 'best' },
    ],
  })
  expect(namesStored()).toEqual(['page', 'Product Impressions'])
  const parsed = parseSegmentCall(call, { receivedAtMs: Date.now(), isHistoric: false, source: 'web' })
  expect(parsed).toMatchObject({
    lines: [
      { kind: 'impression', itemId: 'p-1', position: 1, listId: 'best' },
      { kind: 'impression', itemId: 'p-4', position: 4, listId: 'best' },
    ],
  })
})

test('what is left tells how long it was before the eyes, hidden time left out', async () => {
  await page.clock.install()
  body = '<h1 data-likeness-view="p-1">红茶</h1>'
  await visit('/tea')
  await page.clock.fastForward(5000)
  await hide(true)
  await page.clock.fastForward(60_000)
  await hide(false)
  await page.clock.fastForward(2000)
  await page.goto('about:blank')
  const call = await storedCall('Page Left')
  expect(call.properties).toEqual({ path: '/tea', product_id: 'p-1', dwell_ms: expect.any(Number) })
  expect(call.properties.dwell_ms).toBeGreaterThanOrEqual(7000)
  expect(call.properties.dwell_ms).toBeLessThan(40_000)
  const parsed = parseSegmentCall(call, { receivedAtMs: Date.now(), isHistoric: false, source: 'web' })
  const dwellMs = call.properties.dwell_ms
  expect(parsed).toMatchObject({ lines: [{ kind: 'custom', name: 'Page Left', itemId: 'p-1', dwellMs }] })
})

test('a shop of one page tells its pages itself', async () => {
  await visit('/tea')
  await page.evaluate(`history.pushState({}, '', '/coffee')`)
  await say('page', 'Coffee', { theme: 'dark' })
  const [, left, second] = await storedCalls(3)
  expect(left?.properties).toMatchObject({ path: '/tea' })
  expect(second).toMatchObject({
    type: 'page',
    name: 'Coffee',
    properties: { path: '/coffee', theme: 'dark' },
  })
})

test('a page that comes back as it was is another page view', async () => {
  await visit('/tea')
  await page.evaluate(`
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  `)
  expect((await storedCalls(3)).map(nameOf)).toEqual(['page', 'Page Left', 'page'])
})

test('a page that is made ahead begins when the shopper sees it', async () => {
  await context.addInitScript(
    `Object.defineProperty(document, 'prerendering', { configurable: true, value: true })`,
  )
  body = `<script>likeness('track', 'Cart Viewed')</script>`
  await page.goto(`${shopUrl}/tea`, { waitUntil: 'load' })
  expect(await keysOnDevice()).toEqual([])
  await page.evaluate(`
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
  `)
  expect((await storedCalls(2)).map(nameOf)).toEqual(['Cart Viewed', 'page'])
})

test('a 503 is tried again when the server said, and each event is stored once', async () => {
  server.collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 3 }))
  await visit('/tea')
  await expect.poll(() => server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  const refusedAtMs = Date.now()
  await say('track', 'Cart Viewed')
  await storedCalls(2)
  expect(Date.now() - refusedAtMs).toBeGreaterThan(2000)
  expect(server.collector.total()).toMatchObject({ rejected: 1, stored: 2, duplicate: 0 })
  await expect.poll(waitingOnDevice).toBe(0)
  expect(sent).toHaveLength(2)
})

test('what a closed tab could not send is sent at the next visit, no sooner than the server said', async () => {
  server.collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 3 }))
  await visit('/tea')
  await expect.poll(() => server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  const refusedAtMs = Date.now()
  await say('track', 'Product Viewed', { product_id: 'p-1' })
  const next = await openTab()
  await page.close()
  page = next
  await visit('/coffee')
  const calls = await storedCalls(4)
  expect(Date.now() - refusedAtMs).toBeGreaterThan(2000)
  expect(calls.map(nameOf)).toEqual(['page', 'Product Viewed', 'Page Left', 'page'])
  await expect.poll(waitingOnDevice).toBe(0)
  expect(server.collector.total()).toMatchObject({ rejected: 1, duplicate: 0 })
})

test('a click that leads to another page arrives, once', async () => {
  body = '<a data-likeness-item="p-2" href="/coffee">绿茶</a>'
  await visit('/tea')
  await page.click('a')
  await page.waitForURL('**/coffee')
  await expect.poll(() => namesStored().filter((name) => name === 'page').length, { timeout: 30_000 }).toBe(2)
  expect(namesStored().slice(0, 3)).toEqual(['page', 'Product Clicked', 'Page Left'])
  await expect.poll(waitingOnDevice).toBe(0)
  expect(namesStored()).toHaveLength(4)
})

test('many events arrive in their order, in requests that may outlive the page', async () => {
  const lengths: number[] = []
  page.on('request', (request) => lengths.push(request.postDataBuffer()?.length ?? 0))
  await visit('/tea')
  await page.evaluate(`
    for (let place = 0; place < 150; place++) likeness('track', 'Note', { place, text: '茶'.repeat(700) })
  `)
  const [, ...notes] = await storedCalls(151)
  expect(notes.map(({ properties }) => properties.place)).toEqual(Array.from({ length: 150 }, (_, at) => at))
  expect(Math.max(...lengths)).toBeLessThan(64 * 1024)
  expect(lengths.filter((length) => length > 0).length).toBeLessThan(10)
})

test('two tabs lose nothing of each other', async () => {
  const other = await openTab()
  await visit('/tea')
  await visit('/coffee', other)
  const tell = (tab: Page, name: string) =>
    tab.evaluate(`(async () => {
      for (let place = 0; place < 40; place++) {
        likeness('track', '${name} ' + place)
        await new Promise((done) => setTimeout(done, 30))
      }
    })()`)
  await Promise.all([tell(page, 'Here'), tell(other, 'There')])
  await storedCalls(82)
  expect(new Set(namesStored()).size).toBe(81)
  await expect.poll(waitingOnDevice).toBe(0)
})

test('what the server would not know again is given up', async () => {
  await visit('/tea')
  await storedCalls(1)
  const call = { type: 'track', event: 'Too Late', anonymousId: 'a-1' }
  const eightDays = 8 * 86_400_000
  await page.evaluate(
    `localStorage.setItem('ljs-' + (Date.now() - ${eightDays}) + '-x', ${JSON.stringify(JSON.stringify(call))})`,
  )
  await say('track', 'Cart Viewed')
  expect((await storedCalls(2)).map(nameOf)).toEqual(['page', 'Cart Viewed'])
  await expect.poll(waitingOnDevice).toBe(0)
})

test('what the server refuses for good is not sent again', async () => {
  const { writeKey } = await server.sources.add('gone', 'browser')
  await server.sources.remove('gone')
  key = writeKey
  await visit('/tea')
  await expect.poll(() => server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  await expect.poll(waitingOnDevice).toBe(0)
})

test.each(['globalPrivacyControl', 'doNotTrack'])(
  '%s: nothing is kept or sent until the shopper agrees',
  async (signal) => {
    const value = signal === 'doNotTrack' ? `'1'` : 'true'
    await context.addInitScript(
      `Object.defineProperty(Navigator.prototype, '${signal}', { get: () => ${value} })`,
    )
    body = '<p data-likeness-view="p-1" data-likeness-item="p-1">红茶</p>'
    await visit('/tea')
    await say('identify', 'u-1')
    await say('track', 'Cart Viewed')
    await say('consent', false)
    await page.click('p')
    expect(await keysOnDevice()).toEqual([])
    await visit('/coffee')
    expect(await keysOnDevice()).toEqual([])
    await say('consent', true)
    const calls = await storedCalls(2)
    expect(calls.map(nameOf)).toEqual(['page', 'Product Viewed'])
    expect(calls[0]).toMatchObject({ properties: { path: '/coffee' } })
    expect(calls[0]?.userId).toBeUndefined()
    expect(await context.cookies()).toEqual([])
    expect(sent).toHaveLength(1)
  },
)

test('consent taken back forgets ids and queue, and holds on the next page and in other tabs', async () => {
  await context.route('**/v1/batch', (route) => route.abort())
  await visit('/tea')
  const other = await openTab()
  await visit('/other', other)
  await say('identify', 'u-1')
  expect(await waitingOnDevice()).toBeGreaterThan(0)
  await say('consent', false)
  expect(await keysOnDevice()).toEqual(['likeness-consent'])
  await other.evaluate(`likeness('track', 'Cart Viewed')`)
  await visit('/coffee')
  await say('track', 'Cart Viewed')
  expect(await keysOnDevice()).toEqual(['likeness-consent'])
  await context.unroute('**/v1/batch')
  await say('consent', true)
  await say('track', 'Cart Shared')
  const calls = await storedCalls(2)
  expect(calls.map(nameOf)).toEqual(['page', 'Cart Shared'])
  expect(calls[0]?.userId).toBeUndefined()
})

test('a shop that asks first collects nothing before the answer', async () => {
  tag = 'data-consent="ask"'
  await visit('/tea')
  await say('track', 'Cart Viewed')
  expect(await keysOnDevice()).toEqual([])
  await say('consent', true)
  await visit('/coffee')
  await expect.poll(namesStored, { timeout: 30_000 }).toEqual(['page', 'Page Left', 'page'])
})

test('where the browser forbids storage, events are told all the same', async () => {
  await context.addInitScript(
    `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })`,
  )
  await visit('/tea')
  await say('track', 'Cart Viewed')
  const calls = await storedCalls(2)
  expect(calls[1]?.anonymousId).toBe(calls[0]?.anonymousId)
  expect(faults).toEqual([])
})

test('a call that cannot be written is told as a fault of the page and breaks nothing off', async () => {
  await visit('/tea')
  const after = `(() => { const loop = {}; loop.loop = loop; likeness('track', 'Loop', loop); return 'went on' })()`
  expect(await page.evaluate(after)).toBe('went on')
  await expect.poll(() => faults).toEqual([expect.stringContaining('circular')])
  await storedCalls(1)
})

test('two tags of it are one', async () => {
  body = `<script async src="${server.url}/likeness.js" data-key="${server.browserKey}"></script>`
  await visit('/tea')
  await page.waitForLoadState('load')
  await page.goto('about:blank')
  await storedCall('Page Left')
  expect(namesStored()).toEqual(['page', 'Page Left'])
})
