import { expect, test } from 'vitest'
import { checkServerOnly, listServerOnlyEvents } from './server-only.ts'

const orders = listServerOnlyEvents(['Order Completed', 'Order Refunded', 'Order Cancelled', 'Order Updated'])
const track = (event: unknown) => ({ type: 'track', userId: 'u', event })

test.each([
  ...['Order Completed', 'Completed Order', 'purchase', 'order_completed', ' ORDER  completed '],
  ...['Order Refunded', 'refund', 'Order Canceled', 'Cancelled Order', 'Order Updated', 'Updated Order'],
])('a browser may not send “%s”, a server may', (event) => {
  expect(checkServerOnly(track(event), false, orders)).toMatchObject({
    kind: 'quarantined',
    reason: 'forbidden_key',
    detail: expect.stringContaining('serverOnlyEvents'),
  })
  expect(checkServerOnly(track(event), true, orders)).toBeUndefined()
})

test.each([
  track('Product Viewed'),
  track('Product Added'),
  track('view_cart'),
  track(''),
  track(7),
  track(undefined),
  { type: 'page', userId: 'u', name: 'Order Completed', event: 'Order Completed' },
  null,
  'Order Completed',
])('whatever is no order passes (%j)', (call) => {
  expect(checkServerOnly(call, false, orders)).toBeUndefined()
})

test('a shop may let browsers send orders, and keep other names from them', () => {
  const reviews = listServerOnlyEvents(['Product Reviewed'])
  expect(checkServerOnly(track('purchase'), false, reviews)).toBeUndefined()
  expect(checkServerOnly(track('Reviewed Product'), false, reviews)).toBeDefined()
  expect(checkServerOnly(track('purchase'), false, listServerOnlyEvents([]))).toBeUndefined()
})
