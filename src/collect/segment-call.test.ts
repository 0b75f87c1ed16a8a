import { isbot } from 'isbot'
import { describe, expect, test } from 'vitest'
import { accept, envelope, mug, propertiesOf, receivedAtMs, soleLine, track } from './testing/read-calls.ts'

describe('track', () => {
  test('a product view becomes one line and says what the item is', () => {
    const parsed = track('Product Viewed', { ...mug, currency: 'gbp', position: '3', list_id: 'sale' })
    expect(soleLine(parsed)).toEqual({
      eventId: 'm-1',
      lineIndex: 0,
      profileId: '',
      userId: 'u-7',
      anonymousId: 'device-3',
      atMs: Date.UTC(2026, 10, 20, 11),
      receivedAtMs,
      kind: 'view',
      name: 'Product Viewed',
      source: 'web',
      sessionId: '',
      orderId: '',
      itemId: 'mug-1',
      lineType: 'product',
      quantity: 2,
      price: 12.5,
      amount: 25,
      currency: 'GBP',
      country: '',
      query: '',
      listId: 'sale',
      position: 3,
      dwellMs: 0,
      rating: 0,
      text: '',
      coupon: '',
      marks: [],
      properties: '{"sku":"MG-01","variant":"blue"}',
    })
    expect(parsed.items).toEqual([
      {
        itemId: 'mug-1',
        name: 'Tin mug',
        description: '',
        category: ['Home', 'Kitchen'],
        brand: 'Fell',
        price: 12.5,
        currency: 'GBP',
        attributes: { variant: 'blue', sku: 'MG-01' },
        source: 'web',
        atMs: Date.UTC(2026, 10, 20, 11),
      },
    ])
  })

  test('an order is a line for each product and then its shipping, tax and discount', () => {
    const { lines } = track('Order Completed', {
      order_id: 'o-9',
      total: 37.5,
      shipping: 4,
      tax: '3.50',
      discount: 5,
      currency: 'EUR',
      coupon: 'AUTUMN',
      products: [mug, { sku: 'plate-2', price: '10,00', variant: 'white' }],
    })
    const short = lines.map((line) => [
      line.lineIndex,
      line.lineType,
      line.itemId,
      line.quantity,
      line.amount,
    ])
    expect(short).toEqual([
      [0, 'product', 'mug-1', 2, 25],
      [1, 'product', 'plate-2', 1, 10],
      [2, 'shipping', '', 1, 4],
      [3, 'fee', '', 1, 3.5],
      [4, 'discount', '', 1, 5],
    ])
    expect(new Set(lines.map((line) => `${line.orderId} ${line.eventId} ${line.coupon}`))).toEqual(
      new Set(['o-9 m-1 AUTUMN']),
    )
    expect(propertiesOf(lines[0])).toEqual({ sku: 'MG-01', variant: 'blue', total: 37.5 })
    expect(propertiesOf(lines[1])).toEqual({ variant: 'white' })
  })

  test('a key of the event that a product uses too is kept under another name', () => {
    const { lines } = track('Order Completed', { order_id: 'o', variant: 'gift', products: [mug] })
    expect(propertiesOf(lines[0])).toEqual({ sku: 'MG-01', variant: 'blue', 'event.variant': 'gift' })
  })

  test('an order without products is one line with its total', () => {
    const line = soleLine(
      track('Completed Order', { orderId: 'o-1', total: '1,234.50', shipping: 9, tax: 1 }),
    )
    expect([line.kind, line.orderId, line.itemId, line.quantity, line.price, line.amount]).toEqual([
      ...['purchase', 'o-1', '', 1, 1234.5, 1234.5],
    ])
  })

  test('a purchase without an order id is an order of its own', () => {
    const line = soleLine(track('purchase', { items: [{ item_id: 'a', price: 1 }] }))
    expect([line.orderId, line.marks]).toEqual(['m-1', ['no_order_id']])
  })

  test('a product of an order that has no id or no price is kept and marked', () => {
    const { lines } = track('Order Completed', { order_id: 'o', products: [{ name: 'Gift' }] })
    expect(lines[0]?.marks).toEqual(['no_item', 'no_price'])
  })

  test('a partial refund names its products, a whole one only its order', () => {
    const partial = soleLine(
      track('Order Refunded', { order_id: 'o-9', products: [{ product_id: 'mug-1', price: 5 }] }),
    )
    expect([partial.kind, partial.orderId, partial.itemId, partial.amount, partial.marks]).toEqual([
      ...['refund', 'o-9', 'mug-1', 5, []],
    ])
    const whole = soleLine(track('Order Cancelled', { order_id: 'o-9' }))
    expect([whole.kind, whole.orderId, whole.itemId, whole.amount, whole.marks]).toEqual([
      ...['refund', 'o-9', '', 0, ['whole_order']],
    ])
    expect(track('Order Refunded', { order_id: 'o-9', products: [mug] }).items).toEqual([])
  })

  test('a checkout that names no item moves none', () => {
    const line = soleLine(track('Checkout Started', { value: 30 }))
    expect([line.kind, line.quantity, line.amount, propertiesOf(line)]).toEqual([
      'checkout',
      0,
      0,
      { value: 30 },
    ])
    expect(soleLine(track('Product Added', { product_id: 'a', price: 3 }))).toMatchObject({
      quantity: 1,
      amount: 3,
    })
  })

  test('a discount reads as money off with either sign', () => {
    const amounts = [5, -5].map((discount) => {
      const { lines } = track('Order Completed', { order_id: 'o', discount, products: [mug] })
      return lines.find((line) => line.lineType === 'discount')?.amount
    })
    expect(amounts).toEqual([5, 5])
    expect(soleLine(track('Coupon Applied', { coupon_id: 'TEN', discount: 3 }))).toMatchObject({
      ...{ kind: 'coupon', coupon: 'TEN', lineType: 'discount', quantity: 1, amount: 3 },
    })
  })

  test('GA4 names and properties are understood', () => {
    const { lines, items } = track('view_item_list', {
      item_list_id: 'related',
      items: [
        { item_id: 'a', item_name: 'A', item_category: 'Garden', item_category2: 'Tools', index: 0 },
        { item_id: 'b', index: 1, item_list_id: 'other' },
      ],
    })
    expect(lines.map((line) => [line.kind, line.itemId, line.listId, line.position])).toEqual([
      ['list_view', 'a', 'related', 0],
      ['list_view', 'b', 'other', 1],
    ])
    expect(items.map((item) => [item.itemId, item.category])).toEqual([['a', ['Garden', 'Tools']]])
    const engaged = { search_term: 'cups', engagement_time_msec: '1500', ga_session_id: 88 }
    expect(soleLine(track('view_search_results', engaged))).toMatchObject({
      ...{ kind: 'search', query: 'cups', dwellMs: 1500, sessionId: '88', properties: '{}' },
    })
  })

  test('the place in a list is the position when none is stated', () => {
    const { lines } = track('Product List Viewed', { list_id: 'l', products: [{ sku: 'a' }, { sku: 'b' }] })
    expect(lines.map((line) => line.position)).toEqual([1, 2])
  })

  test('a review has a rating and words; the rating of a viewed product is not the shopper’s', () => {
    const review = { product_id: 'mug-1', review_id: 'r', review_body: ' Good. ', rating: '4.5' }
    expect(soleLine(track('Product Reviewed', review))).toMatchObject({
      ...{ kind: 'review', itemId: 'mug-1', rating: 4.5, text: 'Good.', properties: '{"review_id":"r"}' },
    })
    const viewed = soleLine(track('Product Viewed', { product_id: 'mug-1', rating: 4.5 }))
    expect([viewed.rating, viewed.properties]).toEqual([0, '{"rating":4.5}'])
  })

  test('a survey is one line, or one for each answer', () => {
    const one = soleLine(track('Survey Answered', { question: 'Why?', answer: ['price', 'looks'], score: 9 }))
    expect([one.kind, one.text, one.rating, one.properties]).toEqual([
      ...['survey', 'price, looks', 9, '{"question":"Why?"}'],
    ])
    const { lines } = track('Survey Answered', {
      survey_id: 's',
      answers: [
        { question: 'A?', answer: true },
        { question: 'B?', answer: 7, rating: 7 },
      ],
    })
    expect(lines.map((line) => [line.lineIndex, line.text, line.rating, propertiesOf(line)])).toEqual([
      [0, 'true', 0, { question: 'A?', survey_id: 's' }],
      [1, '7', 7, { question: 'B?' }],
    ])
  })

  test('country comes from the delivery, the person or the place; the session from the context', () => {
    const context = {
      sessionId: 17,
      location: { country: 'fr' },
      traits: { address: { country: 'Iceland' } },
    }
    const order = { order_id: 'o', shipping_address: { country: 'de' }, total: 1 }
    expect(soleLine(track('Order Completed', order, { context }))).toMatchObject({
      country: 'DE',
      sessionId: '17',
    })
    expect(soleLine(track('Login', {}, { context }))).toMatchObject({ country: 'Iceland', kind: 'login' })
    expect(soleLine(track('Login', {}, { context: { location: context.location } })).country).toBe('FR')
  })

  test('campaign and consent of the context are kept, the address of the device is not', () => {
    const consent = { categoryPreferences: { marketing: false } }
    const context = { ip: '203.0.113.9', campaign: { name: 'autumn' }, consent }
    const line = soleLine(track('Segment Consent Preference Updated', {}, { context }))
    expect([line.kind, propertiesOf(line)]).toEqual([
      'consent',
      { context: { campaign: { name: 'autumn' }, consent } },
    ])
  })

  test('an event that nobody knows keeps whatever its properties are', () => {
    const properties = {
      price: 'a lot',
      quantity: -2,
      products: 'none',
      currency: 5,
      name: 'x',
      order_id: 'o',
    }
    const { lines, items } = track('Fancy Widget Used', properties)
    expect(lines).toMatchObject([{ kind: 'custom', name: 'Fancy Widget Used', orderId: 'o', price: 0 }])
    const { order_id: _, ...rest } = properties
    expect([propertiesOf(lines[0]), items]).toEqual([rest, []])
  })

  test('a plain browser is no crawler', () => {
    const system = [
      'Windows NT 10.0; Win64; x64',
      'Linux; Android 10; K',
      'Macintosh; Intel Mac OS X 10_15_7',
    ]
    const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
    for (const userAgent of [
      ...system.map((each) => `Mozilla/5.0 (${each}) ${webkit} Chrome/129.0.0.0 Mobile Safari/537.36`),
      `Mozilla/5.0 (${system[2]}) ${webkit} Version/18.0 Safari/605.1.15`,
      'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
    ]) {
      expect([isbot(userAgent), soleLine(track('Login', {}, { context: { userAgent } })).marks]).toEqual([
        false,
        [],
      ])
      const crawler = { userAgent: `${userAgent} Examplebot/1.0` }
      expect(soleLine(track('Login', {}, { context: crawler })).marks).toEqual(['bot'])
    }
  })

  test.each([
    ['Products Searched', 'search'],
    ['Product List Filtered', 'list_view'],
    ['Viewed Product Category', 'list_view'],
    ['Promotion Viewed', 'impression'],
    ['select_item', 'click'],
    ['product_added', 'cart_add'],
    ['Wishlist Product Added to Cart', 'cart_add'],
    ['Product Removed', 'cart_remove'],
    ['add_to_wishlist', 'wishlist_add'],
    ['Product Removed from Wishlist', 'custom'],
    ['Checkout Step Completed', 'checkout'],
    ['begin_checkout', 'checkout'],
    ['COUPON DENIED', 'coupon'],
    ['Order Updated', 'custom'],
    ['Signed Up', 'signup'],
    ['constructor', 'custom'],
  ])('the kind of %s is %s', (name, kind) => {
    expect(soleLine(track(name, {}))).toMatchObject({ name, kind })
  })

  test('a crawler is marked', () => {
    const context = { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }
    expect(soleLine(track('Product Viewed', mug, { context })).marks).toEqual(['bot'])
  })
})

test('a page is a view that keeps its own name among the properties', () => {
  const page = {
    ...envelope,
    type: 'page',
    name: 'Pricing',
    category: 'Docs',
    properties: { path: '/pricing', dwell_ms: 900 },
  }
  const line = soleLine(accept(page))
  expect([line.kind, line.name, line.dwellMs, line.itemId]).toEqual(['view', 'Page', 900, ''])
  expect(propertiesOf(line)).toEqual({ path: '/pricing', category: 'Docs', page_name: 'Pricing' })
  const screen = soleLine(
    accept({ ...envelope, type: 'screen', properties: { product_id: 'mug-1', name: 'Item' } }),
  )
  expect([screen.name, screen.itemId]).toEqual(['Screen', 'mug-1'])
})
