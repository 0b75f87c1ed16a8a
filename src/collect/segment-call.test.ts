import fc from 'fast-check'
import { isbot } from 'isbot'
import { describe, expect, test } from 'vitest'
import { type EventLine, eventKinds, lineTypes, quarantineReasons } from '../core/event.ts'
import { type ParsedCall, parseSegmentCall } from './segment-call.ts'

const receivedAtMs = Date.UTC(2026, 10, 20, 12)
const live = { receivedAtMs, isHistoric: false, source: 'web' }
const historic = { receivedAtMs, isHistoric: true, source: 'archive' }
const envelope = {
  messageId: 'm-1',
  userId: 'u-7',
  anonymousId: 'device-3',
  timestamp: '2026-11-20T11:00:00.000Z',
}
const mug = {
  product_id: 'mug-1',
  sku: 'MG-01',
  name: 'Tin mug',
  category: 'Home/Kitchen',
  brand: 'Fell',
  variant: 'blue',
  price: 12.5,
  quantity: 2,
}

type Accepted = Extract<ParsedCall, { kind: 'accepted' }>

function accept(call: object, context = live): Accepted {
  const parsed = parseSegmentCall(call, context)
  if (parsed.kind !== 'accepted') throw new Error(`${parsed.reason}: ${parsed.detail}`)
  return parsed
}

function refuse(call: unknown, context = live): string {
  const parsed = parseSegmentCall(call, context)
  return parsed.kind === 'accepted' ? 'accepted' : `${parsed.reason}: ${parsed.detail}`
}

function track(event: string, properties: object, more: object = {}): Accepted {
  return accept({ ...envelope, type: 'track', event, properties, ...more })
}

function soleLine(parsed: Accepted): EventLine {
  expect(parsed.lines).toHaveLength(1)
  return parsed.lines[0] as EventLine
}

function propertiesOf(line: EventLine | undefined): unknown {
  return JSON.parse(line?.properties ?? 'null')
}

function readTime(call: object, context = live): number | string {
  const parsed = parseSegmentCall({ ...envelope, type: 'track', event: 'x', ...call }, context)
  return parsed.kind === 'accepted' ? (parsed.lines[0]?.atMs ?? 'no line') : parsed.reason
}

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

describe('identify, group and alias', () => {
  test('traits are flat, e-mail and telephone are identities as well', () => {
    const traits = {
      email: ' Ann@Example.COM ',
      phone: '+44 (20) 7946-0000',
      age: 31,
      address: { city: 'Leeds', country: 'GB' },
      interests: ['tea'],
      newsletter: null,
    }
    const parsed = accept({ ...envelope, type: 'identify', traits })
    expect(parsed.lines).toEqual([])
    expect(parsed.traits.map(({ name, value }) => [name, value])).toEqual([
      ['email', 'Ann@Example.COM'],
      ['phone', '+44 (20) 7946-0000'],
      ['age', '31'],
      ['address.city', 'Leeds'],
      ['address.country', 'GB'],
      ['interests', '["tea"]'],
      ['newsletter', ''],
    ])
    expect(parsed.identities.map(({ kind, id, userId }) => [kind, id, userId])).toEqual([
      ['user_id', 'u-7', 'u-7'],
      ['anonymous_id', 'device-3', 'u-7'],
      ['email', 'ann@example.com', 'u-7'],
      ['phone', '+442079460000', 'u-7'],
    ])
  })

  test('what is no e-mail and no telephone number stays a trait only', () => {
    const traits = { email: 'none', phone: 'call me' }
    const parsed = accept({ ...envelope, anonymousId: null, type: 'identify', traits })
    expect([parsed.traits.length, parsed.identities]).toEqual([2, []])
  })

  test('the group of a person is a trait', () => {
    const group = {
      ...envelope,
      type: 'group',
      groupId: 'g-1',
      traits: { name: 'Fell Ltd', plan: { level: 2 } },
    }
    expect(accept(group).traits.map(({ name, value }) => `${name}=${value}`)).toEqual([
      ...['group_id=g-1', 'group.name=Fell Ltd', 'group.plan.level=2'],
    ])
    expect(refuse({ ...envelope, type: 'group' })).toBe(
      'schema_violation: expected the id of a group, got nothing at groupId',
    )
  })

  test('an alias ties the previous id to the new one', () => {
    const alias = { messageId: 'm', type: 'alias', userId: 'u-7', previousId: 'device-3' }
    expect(accept(alias).identities.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...['user_id u-7', 'anonymous_id device-3'],
    ])
    expect(accept({ ...alias, anonymousId: 'device-3' }).identities).toHaveLength(2)
    expect(accept({ ...alias, anonymousId: 'device-4' }).identities).toHaveLength(3)
    expect(refuse({ ...alias, previousId: undefined })).toMatch(/^no_identity: .* at previousId$/)
    expect(refuse({ ...alias, previousId: 'undefined' })).toMatch(/^illegal_id: .* at previousId$/)
    expect(refuse({ ...envelope, type: 'alias', userId: '', previousId: 'x' })).toMatch(/^no_identity: /)
  })
})

describe('ids', () => {
  const view = { messageId: 'm', type: 'page' }

  test('a call of nobody is refused, with the reason', () => {
    expect(refuse(view)).toMatch(/^no_identity/)
    const refused = [
      'null',
      'undefined',
      '0',
      '-1',
      'NaN',
      'guest',
      'Anonymous',
      '[object Object]',
      '0000-00',
      '---',
    ]
    for (const userId of [...refused, 0, -1, {}, 'a\u0000b', '\u0001a', '\ud800', 'x'.repeat(256)]) {
      expect(refuse({ ...view, userId })).toMatch(/^illegal_id: .* at userId$/)
    }
  })

  test('a refused id beside a good one is left out and marked', () => {
    const line = soleLine(accept({ ...view, userId: 'null', anonymousId: 'device-3' }))
    expect([line.userId, line.anonymousId, line.marks]).toEqual(['', 'device-3', ['refused_id']])
  })

  test('a whole number is an id', () => {
    expect(soleLine(accept({ ...view, userId: 17850 })).userId).toBe('17850')
  })

  test('a call without messageId gets one that does not depend on transport or the order of keys', () => {
    const call = { type: 'page', userId: 'u', timestamp: envelope.timestamp, properties: { a: 1, b: 2 } }
    const { eventId, marks } = soleLine(accept(call))
    expect(eventId).toMatch(/^derived-[0-9a-f]{32}$/)
    expect(marks).toEqual(['derived_id'])
    const again = {
      properties: { b: 2, a: 1 },
      timestamp: call.timestamp,
      sentAt: call.timestamp,
      userId: 'u',
      type: 'page',
    }
    const later = { ...live, receivedAtMs: receivedAtMs + 5 }
    expect(soleLine(accept(again, later)).eventId).toBe(eventId)
    expect(soleLine(accept({ ...call, properties: { a: 1 } })).eventId).not.toBe(eventId)
  })

  test('without messageId and time, two calls are told apart by the moment they came', () => {
    const call = { type: 'page', userId: 'u' }
    const later = { ...live, receivedAtMs: receivedAtMs + 5 }
    expect(soleLine(accept(call)).eventId).not.toBe(soleLine(accept(call, later)).eventId)
  })

  test('a messageId is at most 100 characters', () => {
    expect(soleLine(accept({ ...view, userId: 'u', messageId: 'x'.repeat(100) })).eventId).toHaveLength(100)
    expect(refuse({ ...view, userId: 'u', messageId: 'x'.repeat(101) })).toMatch(
      /^schema_violation: .*100.* at messageId$/,
    )
  })
})

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
