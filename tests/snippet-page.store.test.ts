import { expect, test } from 'vitest'
import { parseSegmentCall } from '../src/collect/segment-call.ts'
import { type Call, nameOf, useSnippetShop } from './snippet-shop.ts'

const shop = useSnippetShop()

test('a page view is told by itself, with the campaign and without the words of the address', async () => {
  await shop.visit('/tea?utm_source=mail&utm_campaign=autumn&email=ann@shop.example#top')
  const [view] = await shop.storedCalls(1)
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
  expect(shop.sent).toEqual(['text/plain;charset=UTF-8'])
})

test('calls made before the script has loaded are told when it has', async () => {
  shop.body = `<script>
    likeness('identify', 'u-1', { city: '上海' })
    likeness('track', 'Product Viewed', { product_id: 'p-1', price: 12.5 })
  </script>`
  await shop.visit('/tea')
  const calls = await shop.storedCalls(3)
  expect(calls.map(nameOf)).toEqual(['identify', 'Product Viewed', 'page'])
  expect(new Set(calls.map(({ userId }) => userId))).toEqual(new Set(['u-1']))
  expect(calls[0]).toMatchObject({ traits: { city: '上海' } })
  expect(calls[1]).toMatchObject({ properties: { product_id: 'p-1', price: 12.5 } })
  expect(shop.faults).toEqual([])
})

test('the device, the login and the visit are known on the next page, until a reset', async () => {
  await shop.visit('/a')
  await shop.say('identify', 'u-1')
  await shop.visit('/b')
  await expect.poll(shop.namesStored, { timeout: 30_000 }).toEqual(['page', 'identify', 'Page Left', 'page'])
  await shop.say('reset')
  await shop.say('track', 'Cart Viewed')
  const [first, , , second, afterReset] = await shop.storedCalls(5)
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
  await shop.page.clock.install()
  await shop.visit('/a')
  await shop.page.clock.fastForward('20:00')
  await shop.say('track', 'Cart Viewed')
  await shop.page.clock.fastForward('31:00')
  await shop.say('track', 'Cart Shared')
  await shop.page.clock.runFor(5000)
  const [first, soon, late] = await shop.storedCalls(3)
  expect(sessionOf(soon)).toBe(sessionOf(first))
  expect(sessionOf(late)).not.toBe(sessionOf(first))
  expect(late?.anonymousId).toBe(first?.anonymousId)
})

test('marked elements tell of views, searches, clicks and the cart, when they come later, too', async () => {
  shop.body = `<h1 data-likeness-view="p-1" data-likeness-name="红茶" data-likeness-price="12.5">红茶</h1>
    <ul data-likeness-list="like-these">
      <li data-likeness-item="p-2">绿茶</li>
      <li data-likeness-item="p-3"><a href="#p-3">乌龙</a> <button data-likeness-add="p-3" data-likeness-quantity="2">+</button></li>
    </ul>
    <button data-likeness-remove="p-4">−</button>`
  await shop.visit('/tea')
  await shop.page.click('a')
  await shop.page.click('[data-likeness-add]')
  await shop.page.click('[data-likeness-remove]')
  await shop.page.evaluate(
    `document.body.insertAdjacentHTML('beforeend', '<p data-likeness-search="绿茶"></p>')`,
  )
  await shop.storedCall('Products Searched')
  await shop.page.evaluate(`document.querySelector('h1').dataset.likenessView = 'p-9'`)
  const calls = await shop.storedCalls(7)
  expect(calls.map((call) => [nameOf(call), call.properties])).toEqual([
    ['page', expect.anything()],
    ['Product Viewed', { product_id: 'p-1', name: '红茶', price: '12.5' }],
    ['Product Clicked', { product_id: 'p-3', position: 2, list_id: 'like-these' }],
    ['Product Added', { product_id: 'p-3', quantity: '2', list_id: 'like-these' }],
    ['Product Removed', { product_id: 'p-4' }],
    ['Products Searched', { query: '绿茶' }],
    ['Product Viewed', { product_id: 'p-9', name: '红茶', price: '12.5' }],
  ])
  expect(shop.faults).toEqual([])
})

/** Resolves when the page has told what is in sight by then. */

async function scrollTo(y: number): Promise<void> {
  await shop.page.evaluate(`scrollTo(0, ${y})`)
  await shop.page.evaluate(
    'new Promise((done) => new IntersectionObserver(() => done()).observe(document.body))',
  )
}

test('an impression is half an item in sight for a second, once a page, with its place and list', async () => {
  await shop.page.setViewportSize({ width: 800, height: 500 })
  const items = ['p-1', 'p-2', 'p-3', 'p-4'].map(
    (id) => `<div data-likeness-item="${id}" style="height:400px;margin:0">${id}</div>`,
  )
  // 100 of 400 pixels of the second are in sight, and the others are below.
  shop.body = `<style>shop.body{margin:0}</style><div data-likeness-list="best">${items.join('')}</div>`
  await shop.page.clock.install()
  await shop.visit('/tea')
  await shop.page.clock.pauseAt(Date.now() + 60_000)
  await scrollTo(0)
  await shop.page.clock.runFor(1500)
  // Passed by within the second.
  await scrollTo(1000)
  await shop.page.clock.runFor(500)
  await scrollTo(1200)
  await shop.page.clock.runFor(1500)
  await scrollTo(0)
  await shop.page.clock.runFor(1500)
  await shop.hide(true)
  const call = await shop.storedCall('Product Impressions')
  expect(call.properties).toEqual({
    products: [
      { product_id: 'p-1', position: 1, list_id: 'best' },
      { product_id: 'p-4', position: 4, list_id: 'best' },
    ],
  })
  expect(shop.namesStored()).toEqual(['page', 'Product Impressions'])
  const parsed = parseSegmentCall(call, { receivedAtMs: Date.now(), isHistoric: false, source: 'web' })
  expect(parsed).toMatchObject({
    lines: [
      { kind: 'impression', itemId: 'p-1', position: 1, listId: 'best' },
      { kind: 'impression', itemId: 'p-4', position: 4, listId: 'best' },
    ],
  })
})

test('what is left tells how long it was before the eyes, hidden time left out', async () => {
  await shop.page.clock.install()
  shop.body = '<h1 data-likeness-view="p-1">红茶</h1>'
  await shop.visit('/tea')
  await shop.page.clock.fastForward(5000)
  await shop.hide(true)
  await shop.page.clock.fastForward(60_000)
  await shop.hide(false)
  await shop.page.clock.fastForward(2000)
  await shop.page.goto('about:blank')
  const call = await shop.storedCall('Page Left')
  expect(call.properties).toEqual({ path: '/tea', product_id: 'p-1', dwell_ms: expect.any(Number) })
  expect(call.properties.dwell_ms).toBeGreaterThanOrEqual(7000)
  expect(call.properties.dwell_ms).toBeLessThan(40_000)
  const parsed = parseSegmentCall(call, { receivedAtMs: Date.now(), isHistoric: false, source: 'web' })
  const dwellMs = call.properties.dwell_ms
  expect(parsed).toMatchObject({ lines: [{ kind: 'custom', name: 'Page Left', itemId: 'p-1', dwellMs }] })
})

test('a shop of one page tells its pages itself', async () => {
  await shop.visit('/tea')
  await shop.page.evaluate(`history.pushState({}, '', '/coffee')`)
  await shop.say('page', 'Coffee', { theme: 'dark' })
  const [, left, second] = await shop.storedCalls(3)
  expect(left?.properties).toMatchObject({ path: '/tea' })
  expect(second).toMatchObject({
    type: 'page',
    name: 'Coffee',
    properties: { path: '/coffee', theme: 'dark' },
  })
})

test('a page that comes back as it was is another page view', async () => {
  await shop.visit('/tea')
  await shop.page.evaluate(`
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  `)
  expect((await shop.storedCalls(3)).map(nameOf)).toEqual(['page', 'Page Left', 'page'])
})

test('a page that is made ahead begins when the shopper sees it', async () => {
  await shop.context.addInitScript(
    `Object.defineProperty(document, 'prerendering', { configurable: true, value: true })`,
  )
  shop.body = `<script>likeness('track', 'Cart Viewed')</script>`
  await shop.page.goto(`${shop.url}/tea`, { waitUntil: 'load' })
  expect(await shop.keysOnDevice()).toEqual([])
  await shop.page.evaluate(`
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
  `)
  expect((await shop.storedCalls(2)).map(nameOf)).toEqual(['Cart Viewed', 'page'])
})

test('a call that cannot be written is told as a fault of the page and breaks nothing off', async () => {
  await shop.visit('/tea')
  const after = `(() => { const loop = {}; loop.loop = loop; likeness('track', 'Loop', loop); return 'went on' })()`
  expect(await shop.page.evaluate(after)).toBe('went on')
  await expect.poll(() => shop.faults).toEqual([expect.stringContaining('circular')])
  await shop.storedCalls(1)
})

test('two tags of it are one', async () => {
  shop.body = `<script async src="${shop.server.url}/likeness.js" data-key="${shop.server.browserKey}"></script>`
  await shop.visit('/tea')
  await shop.page.waitForLoadState('load')
  await shop.page.goto('about:blank')
  await shop.storedCall('Page Left')
  expect(shop.namesStored()).toEqual(['page', 'Page Left'])
})
