import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { priceBandCount } from './catalogue.ts'
import type { SegmentCall } from './segment-call.ts'
import { simulateShop } from './simulate-shop.ts'
import { createTally } from './tally.ts'

type Product = { product_id: string; price: number; quantity: number; position: number }
type Seen = { views: number[]; firstMs: number; lastMs: number; orderTimes: number[]; ratings: number[] }

const dayMs = 86_400_000
const shop = simulateShop({ shopperCount: 1500 }, createRandom('planted'))
const shoppers = [...shop.shoppers()]
const ownerById = new Map(
  shoppers.flatMap((shopper) =>
    [shopper.userId, ...shopper.devices.map((device) => device.anonymousId)].map((id) => [id, shopper.index]),
  ),
)
const items = new Map(shop.items.map((item) => [item.itemId, item]))
const tally = createTally(shop.options.itemCount)
const calls = [...shop.calls(tally)].filter(isPersonal)
const truth = shop.truth(tally)
const seen = countByShopper()

function ownerOf(call: SegmentCall): number | undefined {
  return ownerById.get(call.userId ?? call.anonymousId ?? '')
}

/** Of a known person and with a believable time. */
function isPersonal(call: SegmentCall): boolean {
  return ownerOf(call) !== undefined && Date.parse(call.timestamp) < Date.parse(call.receivedAt) + dayMs
}

function productsOf(call: SegmentCall): readonly Product[] {
  return (call.properties?.products ?? []) as readonly Product[]
}

function countByShopper(): readonly Seen[] {
  const all = shoppers.map(
    (): Seen => ({
      views: truth.departments.map(() => 0),
      firstMs: Number.POSITIVE_INFINITY,
      lastMs: 0,
      orderTimes: [],
      ratings: [],
    }),
  )
  for (const call of calls) {
    const person = all[ownerOf(call) ?? -1] as Seen
    const atMs = Date.parse(call.timestamp)
    person.firstMs = Math.min(person.firstMs, atMs)
    person.lastMs = Math.max(person.lastMs, atMs)
    if (call.event === 'Order Completed') person.orderTimes.push(atMs)
    if (call.event === 'Product Reviewed') person.ratings.push(Number(call.properties?.rating))
    if (call.event !== 'Product Viewed') continue
    const leafIndex = items.get(String(call.properties?.product_id))?.leafIndex ?? 0
    const department = truth.leaves[leafIndex]?.departmentIndex ?? 0
    person.views[department] = (person.views[department] ?? 0) + 1
  }
  return all
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)]
  const sum = (f: (x: number, y: number) => number) =>
    xs.reduce((total, x, index) => total + f(x - mx, (ys[index] ?? 0) - my), 0)
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y))
}

function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const result = new Array<number>(values.length).fill(0)
  order.forEach((index, rank) => {
    result[index] = rank
  })
  return result
}

test('what people look at tells their taste group', () => {
  const watched = shoppers.filter((shopper) => mean(seen[shopper.index]?.views ?? []) >= 1)
  const guessed = watched.map((shopper) => {
    const views = seen[shopper.index]?.views ?? []
    const total = views.reduce((sum, count) => sum + count, 0)
    const distances = truth.groups.map(({ departmentShares }) =>
      departmentShares.reduce((sum, share, index) => sum + ((views[index] ?? 0) / total - share) ** 2, 0),
    )
    return distances.indexOf(Math.min(...distances)) === shopper.groupIndex
  })
  expect(watched.length).toBeGreaterThan(500)
  expect(guessed.filter(Boolean).length / watched.length).toBeGreaterThan(0.85)
})

test('nothing is heard of a shopper before the first visit or after the dropout', () => {
  for (const shopper of shoppers) {
    const person = seen[shopper.index]
    expect(person?.firstMs).toBeGreaterThanOrEqual(shopper.acquiredAtMs)
    expect(person?.lastMs).toBeLessThan(shopper.droppedAtMs)
  }
})

test('the demand for items follows the planted shares', () => {
  const expected = ranks(truth.items.map((item) => item.expectedShare))
  const counted = ranks(truth.items.map((item) => item.unitCount))
  expect(correlation(expected, counted)).toBeGreaterThan(0.8)
})

test('orders follow the planted rates', () => {
  const endMs = shop.options.startMs + shop.options.dayCount * dayMs
  const expected = shoppers.map(
    (shopper) =>
      (shopper.orderRatePerDay * (Math.min(endMs, shopper.droppedAtMs) - shopper.acquiredAtMs)) / dayMs,
  )
  const counts = seen.map((person) => person.orderTimes.length)
  expect(correlation(ranks(expected), ranks(counts))).toBeGreaterThan(0.5)
  const ratio = mean(counts) / mean(expected)
  expect(ratio).toBeGreaterThan(1)
  expect(ratio).toBeLessThan(1.7)
})

test('who was seen lately buys again more often, though not surely', () => {
  const cutMs = shop.options.startMs + (shop.options.dayCount - 90) * dayMs
  const buyers = seen.filter((person) => person.orderTimes.some((atMs) => atMs < cutMs))
  const lastBefore = (person: Seen) => Math.max(...person.orderTimes.filter((atMs) => atMs < cutMs))
  const [yes, no] = [true, false].map((again) =>
    buyers.filter((person) => person.orderTimes.some((atMs) => atMs >= cutMs) === again).map(lastBefore),
  ) as [number[], number[]]
  const wins = yes.reduce((sum, a) => sum + no.filter((b) => a > b).length, 0)
  const auc = wins / (yes.length * no.length)
  expect(auc).toBeGreaterThan(0.7)
  expect(auc).toBeLessThan(0.95)
})

test('a login ties each device to its owner and to nobody else', () => {
  const linked = calls.filter((call) => call.type === 'identify')
  expect(linked.length).toBeGreaterThan(1000)
  for (const call of linked) {
    expect(ownerById.get(call.anonymousId ?? '')).toBe(ownerById.get(call.userId ?? ''))
  }
  const anonymousShare = calls.filter((call) => call.userId === undefined).length / calls.length
  expect(anonymousShare).toBeGreaterThan(0.2)
  expect(anonymousShare).toBeLessThan(0.6)
  const guests = shoppers.filter((shopper) => shopper.registersAtVisit === undefined)
  const guestIds = new Set(guests.map((guest) => guest.userId))
  expect(calls.some((call) => guestIds.has(call.userId ?? ''))).toBe(false)
})

test('an order adds up, refunds take back what was bought, and nothing out of stock is sold', () => {
  const orders = new Map<unknown, SegmentCall>()
  for (const call of calls) {
    const properties = call.properties as Record<string, number>
    if (call.event === 'Order Completed') {
      orders.set(properties.order_id, call)
      const sum = productsOf(call).reduce((total, line) => total + line.price * line.quantity, 0)
      const rest = sum - (properties.discount ?? 0) + (properties.shipping ?? 0)
      expect(properties.total).toBeCloseTo(rest, 1)
      for (const line of productsOf(call)) {
        const stockout = items.get(line.product_id)?.stockout
        const atMs = Date.parse(call.timestamp)
        // A person may decide a few minutes before the last piece is gone.
        if (stockout) expect(atMs < stockout.fromMs + 3_600_000 || atMs >= stockout.untilMs).toBe(true)
      }
    }
    if (call.event === 'Order Refunded') {
      const bought = productsOf(orders.get(properties.order_id) as SegmentCall)
      for (const line of productsOf(call)) expect(bought).toContainEqual(line)
    }
  }
  expect(orders.size).toBe(truth.counts.orders)
})

test('11.11 and 6.18 bring twice as many visits as the days around them', () => {
  const visitsOn = (day: string) =>
    calls.filter((call) => call.type === 'page' && call.timestamp.startsWith(day)).length
  const usual = mean(['2025-10-14', '2025-10-21', '2025-10-28', '2025-10-15'].map(visitsOn))
  expect(visitsOn('2025-11-11')).toBeGreaterThan(1.7 * usual)
  const usualInMay = mean(['2026-05-14', '2026-05-21', '2026-05-28', '2026-05-07'].map(visitsOn))
  expect(visitsOn('2026-06-18')).toBeGreaterThan(1.5 * usualInMay)
})

test('clicks fall with the position as planted', () => {
  const clicks = truth.examinationByPosition.map((_, index) => {
    const isHere = (call: SegmentCall) => call.properties?.position === index + 1
    return calls.filter((call) => call.event === 'Product Clicked' && isHere(call)).length
  })
  const shares = clicks.map((count) => count / (clicks[0] ?? 1))
  shares.forEach((share, index) => {
    expect(Math.abs(share - (truth.examinationByPosition[index] ?? 0))).toBeLessThan(0.06)
  })
})

test('the content rate better, and a review speaks the language of its writer', () => {
  const raters = shoppers.filter((shopper) => (seen[shopper.index]?.ratings.length ?? 0) > 0)
  const given = raters.map((shopper) => mean(seen[shopper.index]?.ratings ?? []))
  expect(
    correlation(
      given,
      raters.map((shopper) => shopper.satisfaction),
    ),
  ).toBeGreaterThan(0.3)
  for (const call of calls.filter((each) => each.event === 'Product Reviewed')) {
    const isChinese = /\p{Script=Han}/u.test(String(call.properties?.review_body))
    expect(isChinese).toBe(shoppers[ownerOf(call) ?? 0]?.language === 'zh')
  }
})

test('people buy in the price band of their budget', () => {
  const bought = Array.from({ length: priceBandCount }, (): number[] => [])
  for (const call of calls.filter((each) => each.event === 'Order Completed')) {
    const band = shoppers[ownerOf(call) ?? 0]?.budgetBand ?? 0
    for (const line of productsOf(call)) bought[band]?.push(items.get(line.product_id)?.priceBand ?? 0)
  }
  const means = bought.map(mean)
  expect(means).toEqual(means.toSorted((a, b) => a - b))
})
