import { scheduleFollowUps } from './after-order.ts'
import { chooseItem } from './browse.ts'
import { currency, type Item, leaves } from './catalogue.ts'
import { chooseOne, entryAt } from './choose.ts'
import { describeProduct } from './product.ts'
import type { Properties } from './segment-call.ts'
import type { OrderLine } from './shop-world.ts'
import type { Visit } from './visit-session.ts'

/** Fills the cart, checks out and pays. When everything wanted is out of stock, the visit ends without an order. */
export function order(visit: Visit, seen: readonly number[]): void {
  const lines = chooseLines(visit, seen)
  if (lines.length === 0) return
  const { state, shopper, world } = visit
  fillCart(visit, lines)
  visit.identify()
  const orderId = `o${(shopper.index + 1).toString(36)}-${state.orderCount + 1}`
  const discountRate = pay(visit, lines, orderId)
  state.orderCount++
  state.cart = []
  state.lastLeafIndex = entryAt(world.items, entryAt(lines, 0).itemIndex).leafIndex
  const consumables = lines.map((line) => line.itemIndex).filter((index) => isConsumable(visit, index))
  state.consumables = [...state.consumables, ...consumables].slice(-6)
  scheduleFollowUps(visit, { orderId, lines, discountRate })
}

/** What visits without an order leave behind: sometimes a full cart, a half checkout or a wish. */
export function abandonCart(visit: Visit, seen: readonly number[]): void {
  const { random, state, world } = visit
  const last = seen.at(-1)
  if (last === undefined) return
  const draw = random.next()
  if (draw < 0.06) {
    const properties = {
      wishlist_id: `w${visit.shopper.index + 1}`,
      ...describeProduct(entryAt(world.items, last)),
    }
    visit.send({ type: 'track', event: 'Product Added to Wishlist', properties })
  }
  if (draw < 0.82 || isOutOfStock(visit, last)) return
  const lines = [...new Set([last, ...seen.filter(() => random.next() < 0.2)])]
    .filter((index) => !isOutOfStock(visit, index))
    .map((itemIndex) => lineOf(visit, itemIndex, 1))
  for (const line of lines) changeCart(visit, 'Product Added', line)
  if (random.next() < 0.25) {
    for (const line of lines) changeCart(visit, 'Product Removed', line)
    state.cart = []
    return
  }
  state.cart = lines.map((line) => line.itemIndex)
  visit.open('https://shop.example/cart')
  visit.send({ type: 'track', event: 'Cart Viewed', properties: { products: describeLines(visit, lines) } })
  visit.wait(4000, 20_000)
  if (random.next() < 0.2) startCheckout(visit, lines)
}

/** The last item looked at is what is wanted; the cart of last time, used-up things and add-ons join it. */
function chooseLines(visit: Visit, seen: readonly number[]): readonly OrderLine[] {
  const { random, state, world } = visit
  const chosen = new Set(seen.slice(-1))
  for (const index of state.cart) if (random.next() < 0.75) chosen.add(index)
  for (const index of seen) if (random.next() < 0.3) chosen.add(index)
  if (state.consumables.length > 0 && random.next() < 0.5) chosen.add(chooseOne(state.consumables, random))
  const addOnCount = random.poisson(0.35)
  const leafIndex = entryAt(world.items, entryAt(seen, seen.length - 1)).leafIndex
  for (let index = 0; index < addOnCount; index++) chosen.add(chooseItem(visit, leafIndex))
  return [...chosen]
    .filter((index) => !isOutOfStock(visit, index))
    .map((index) => {
      const more = isConsumable(visit, index) ? random.poisson(0.6) : random.next() < 0.06 ? 1 : 0
      return lineOf(visit, index, 1 + more)
    })
}

function fillCart(visit: Visit, lines: readonly OrderLine[]): void {
  const { random, state } = visit
  for (const line of lines) {
    if (!state.cart.includes(line.itemIndex)) changeCart(visit, 'Product Added', line)
  }
  const left = state.cart.find((index) => lines.every((line) => line.itemIndex !== index))
  if (left !== undefined && random.next() < 0.5) changeCart(visit, 'Product Removed', lineOf(visit, left, 1))
  visit.open('https://shop.example/cart')
  visit.send({ type: 'track', event: 'Cart Viewed', properties: { products: describeLines(visit, lines) } })
  visit.wait(4000, 20_000)
}

/** Gives the rate of the discount. */
function pay(visit: Visit, lines: readonly OrderLine[], orderId: string): number {
  const { shopper, random, saleCode } = visit
  const coupon = saleCode ?? (random.next() < shopper.couponProbability ? 'WELCOME10' : undefined)
  const discountRate = coupon === undefined ? 0 : saleCode ? 0.15 : 0.1
  const subtotal = sumLines(lines)
  const discount = round(subtotal * discountRate)
  const shipping = subtotal - discount >= 99 ? 0 : 10
  const revenue = round(subtotal - discount)
  const total = round(revenue + shipping)
  const products = describeLines(visit, lines)
  const { city, country } = shopper.person
  const amounts = {
    shipping_address: { city, country },
    total,
    revenue,
    shipping,
    discount,
    ...(coupon && { coupon }),
    currency,
  }
  startCheckout(visit, lines)
  if (coupon !== undefined) {
    const properties = { order_id: orderId, coupon_id: coupon, coupon_name: coupon, discount }
    visit.send({ type: 'track', event: 'Coupon Applied', properties })
    visit.wait(3000, 10_000)
  }
  visit.send(
    { type: 'track', event: 'Order Completed', properties: { order_id: orderId, ...amounts, products } },
    { lines, total },
  )
  return discountRate
}

function startCheckout(visit: Visit, lines: readonly OrderLine[]): void {
  visit.open('https://shop.example/checkout')
  const properties = { value: round(sumLines(lines)), currency, products: describeLines(visit, lines) }
  visit.send({ type: 'track', event: 'Checkout Started', properties })
  visit.wait(10_000, 60_000)
}

function changeCart(visit: Visit, event: 'Product Added' | 'Product Removed', line: OrderLine): void {
  const item = entryAt(visit.world.items, line.itemIndex)
  visit.send({
    type: 'track',
    event,
    properties: { ...describeProduct(item), quantity: line.quantity },
  })
  visit.wait(1000, 8000)
}

function describeLines(visit: Visit, lines: readonly OrderLine[]): readonly Properties[] {
  return lines.map((line) => ({
    ...describeProduct(entryAt(visit.world.items, line.itemIndex)),
    quantity: line.quantity,
  }))
}

function lineOf(visit: Visit, itemIndex: number, quantity: number): OrderLine {
  return { itemIndex, quantity, price: entryAt(visit.world.items, itemIndex).price }
}

function isOutOfStock(visit: Visit, itemIndex: number): boolean {
  const { stockout }: Pick<Item, 'stockout'> = entryAt(visit.world.items, itemIndex)
  return stockout !== undefined && visit.now() >= stockout.fromMs && visit.now() < stockout.untilMs
}

function isConsumable(visit: Visit, itemIndex: number): boolean {
  return entryAt(leaves, entryAt(visit.world.items, itemIndex).leafIndex).words.isConsumable
}

function sumLines(lines: readonly OrderLine[]): number {
  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0)
}

/** To the hundredth of the currency. */
function round(amount: number): number {
  return Math.round(amount * 100) / 100
}
