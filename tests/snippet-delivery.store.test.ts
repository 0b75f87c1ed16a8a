import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { AppError } from '../src/core/errors.ts'
import { nameOf, useSnippetShop } from './snippet-shop.ts'

const shop = useSnippetShop()

test('it is one small script that pages anywhere may load and keep', async () => {
  const response = await fetch(`${shop.server.url}/likeness.js`, { headers: { 'accept-encoding': 'gzip' } })
  const { headers } = response
  expect(Number(headers.get('content-length'))).toBeLessThanOrEqual(3000)
  expect(headers.get('content-encoding')).toBe('gzip')
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  expect(headers.get('cache-control')).toContain('public')
  const code = await response.text()
  const etag = headers.get('etag') ?? ''
  const again = await fetch(`${shop.server.url}/likeness.js`, { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const plain = await fetch(`${shop.server.url}/likeness.js`, { headers: { 'accept-encoding': 'identity' } })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(code)
})

test('a 503 is tried again when the server said, and each event is stored once', async () => {
  shop.server.collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 3 }))
  await shop.visit('/tea')
  await expect.poll(() => shop.server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  const refusedAtMs = Date.now()
  await shop.say('track', 'Cart Viewed')
  await shop.storedCalls(2)
  expect(Date.now() - refusedAtMs).toBeGreaterThan(2000)
  expect(shop.server.collector.total()).toMatchObject({ rejected: 1, stored: 2, duplicate: 0 })
  await expect.poll(shop.waitingOnDevice).toBe(0)
  expect(shop.sent).toHaveLength(2)
})

test('what a closed tab could not send is sent at the next visit, no sooner than the server said', async () => {
  shop.server.collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 3 }))
  await shop.visit('/tea')
  await expect.poll(() => shop.server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  const refusedAtMs = Date.now()
  await shop.say('track', 'Product Viewed', { product_id: 'p-1' })
  const next = await shop.openTab()
  await shop.page.close()
  shop.page = next
  await shop.visit('/coffee')
  const calls = await shop.storedCalls(4)
  expect(Date.now() - refusedAtMs).toBeGreaterThan(2000)
  expect(calls.map(nameOf)).toEqual(['page', 'Product Viewed', 'Page Left', 'page'])
  await expect.poll(shop.waitingOnDevice).toBe(0)
  expect(shop.server.collector.total()).toMatchObject({ rejected: 1, duplicate: 0 })
})

test('a click that leads to another page arrives, once', async () => {
  shop.body = '<a data-likeness-item="p-2" href="/coffee">绿茶</a>'
  await shop.visit('/tea')
  await shop.page.click('a')
  await shop.page.waitForURL('**/coffee')
  await expect
    .poll(() => shop.namesStored().filter((name) => name === 'page').length, { timeout: 30_000 })
    .toBe(2)
  expect(shop.namesStored().slice(0, 3)).toEqual(['page', 'Product Clicked', 'Page Left'])
  await expect.poll(shop.waitingOnDevice).toBe(0)
  expect(shop.namesStored()).toHaveLength(4)
})

test('many events arrive in their order, in requests that may outlive the page', async () => {
  const lengths: number[] = []
  shop.page.on('request', (request) => lengths.push(request.postDataBuffer()?.length ?? 0))
  await shop.visit('/tea')
  await shop.page.evaluate(`
    for (let place = 0; place < 150; place++) likeness('track', 'Note', { place, text: '茶'.repeat(700) })
  `)
  const [, ...notes] = await shop.storedCalls(151)
  expect(notes.map(({ properties }) => properties.place)).toEqual(Array.from({ length: 150 }, (_, at) => at))
  expect(Math.max(...lengths)).toBeLessThan(64 * 1024)
  expect(lengths.filter((length) => length > 0).length).toBeLessThan(10)
})

test('two tabs lose nothing of each other', async () => {
  const other = await shop.openTab()
  await shop.visit('/tea')
  await shop.visit('/coffee', other)
  const tell = (tab: Page, name: string) =>
    tab.evaluate(`(async () => {
      for (let place = 0; place < 40; place++) {
        likeness('track', '${name} ' + place)
        await new Promise((done) => setTimeout(done, 30))
      }
    })()`)
  await Promise.all([tell(shop.page, 'Here'), tell(other, 'There')])
  await shop.storedCalls(82)
  expect(new Set(shop.namesStored()).size).toBe(81)
  await expect.poll(shop.waitingOnDevice).toBe(0)
})

test('what the server would not know again is given up', async () => {
  await shop.visit('/tea')
  await shop.storedCalls(1)
  const call = { type: 'track', event: 'Too Late', anonymousId: 'a-1' }
  const eightDays = 8 * 86_400_000
  await shop.page.evaluate(
    `localStorage.setItem('ljs-' + (Date.now() - ${eightDays}) + '-x', ${JSON.stringify(JSON.stringify(call))})`,
  )
  await shop.say('track', 'Cart Viewed')
  expect((await shop.storedCalls(2)).map(nameOf)).toEqual(['page', 'Cart Viewed'])
  await expect.poll(shop.waitingOnDevice).toBe(0)
})

test('what the server refuses for good is not sent again', async () => {
  const { writeKey } = await shop.server.sources.add('gone', 'browser')
  await shop.server.sources.remove('gone')
  shop.key = writeKey
  await shop.visit('/tea')
  await expect.poll(() => shop.server.collector.total().rejected, { timeout: 30_000 }).toBe(1)
  await expect.poll(shop.waitingOnDevice).toBe(0)
})

test('where the browser forbids storage, events are told all the same', async () => {
  await shop.context.addInitScript(
    `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })`,
  )
  await shop.visit('/tea')
  await shop.say('track', 'Cart Viewed')
  const calls = await shop.storedCalls(2)
  expect(calls[1]?.anonymousId).toBe(calls[0]?.anonymousId)
  expect(shop.faults).toEqual([])
})
