import { expect, test } from 'vitest'
import { AppError } from '../src/core/errors.ts'
import { nameOf, useSnippetShop } from './snippet-shop.ts'

const shop = useSnippetShop()

test.each(['globalPrivacyControl', 'doNotTrack'])(
  '%s: nothing is kept or sent until the shopper agrees',
  async (signal) => {
    const value = signal === 'doNotTrack' ? `'1'` : 'true'
    await shop.context.addInitScript(
      `Object.defineProperty(Navigator.prototype, '${signal}', { get: () => ${value} })`,
    )
    shop.body = '<p data-likeness-view="p-1" data-likeness-item="p-1">红茶</p>'
    await shop.visit('/tea')
    await shop.say('identify', 'u-1')
    await shop.say('track', 'Cart Viewed')
    await shop.say('consent', false)
    await shop.page.click('p')
    expect(await shop.keysOnDevice()).toEqual([])
    await shop.visit('/coffee')
    expect(await shop.keysOnDevice()).toEqual([])
    await shop.say('consent', true)
    const calls = await shop.storedCalls(2)
    expect(calls.map(nameOf)).toEqual(['page', 'Product Viewed'])
    expect(calls[0]).toMatchObject({ properties: { path: '/coffee' } })
    expect(calls[0]?.userId).toBeUndefined()
    expect(await shop.context.cookies()).toEqual([])
    expect(shop.sent).toHaveLength(1)
  },
)

test('consent taken back forgets ids and queue, and holds on the next page and in other tabs', async () => {
  await shop.context.route('**/v1/batch', (route) => route.abort())
  await shop.visit('/tea')
  const other = await shop.openTab()
  await shop.visit('/other', other)
  await shop.say('identify', 'u-1')
  expect(await shop.waitingOnDevice()).toBeGreaterThan(0)
  await shop.say('consent', false)
  expect(await shop.keysOnDevice()).toEqual(['likeness-consent'])
  await other.evaluate(`likeness('track', 'Cart Viewed')`)
  await shop.visit('/coffee')
  await shop.say('track', 'Cart Viewed')
  expect(await shop.keysOnDevice()).toEqual(['likeness-consent'])
  await shop.context.unroute('**/v1/batch')
  await shop.say('consent', true)
  await shop.say('track', 'Cart Shared')
  const calls = await shop.storedCalls(2)
  expect(calls.map(nameOf)).toEqual(['page', 'Cart Shared'])
  expect(calls[0]?.userId).toBeUndefined()
})

test('an answer that comes after consent was taken back leaves nothing on the device', async () => {
  const { collector } = shop.server
  const held = Promise.withResolvers<void>()
  collector.pause = held.promise
  collector.troubles.push(new AppError('overloaded', 'busy', { retryAfterSeconds: 1 }))
  await shop.visit('/tea')
  await expect.poll(() => collector.isWaiting, { timeout: 30_000 }).toBe(true)
  await shop.say('consent', false)
  const answer = shop.page.waitForResponse('**/v1/batch')
  held.resolve()
  expect((await answer).status()).toBe(503)
  await shop.say('track', 'Cart Viewed')
  expect(await shop.keysOnDevice()).toEqual(['likeness-consent'])
})

test('a shop that asks first collects nothing before the answer', async () => {
  shop.tag = 'data-consent="ask"'
  await shop.visit('/tea')
  await shop.say('track', 'Cart Viewed')
  expect(await shop.keysOnDevice()).toEqual([])
  await shop.say('consent', true)
  await shop.visit('/coffee')
  await expect.poll(shop.namesStored, { timeout: 30_000 }).toEqual(['page', 'Page Left', 'page'])
})
