import { dayMs, hourMs } from './calendar.ts'
import { currency, departments, type Item, leaves } from './catalogue.ts'
import { entryAt } from './choose.ts'
import { answerSurvey, writeReview } from './opinion.ts'
import { describeProduct } from './product.ts'
import { buildCall, library, type Properties, receivedMs, type Sender } from './segment-call.ts'
import type { OrderLine } from './shop-world.ts'
import type { Visit } from './visit-session.ts'

type PlacedOrder = {
  readonly orderId: string
  readonly lines: readonly OrderLine[]
  readonly discountRate: number
}

/** Days later some of it comes back, is reviewed, or the shop asks how it was; nothing once the shopper is gone. */
export function scheduleFollowUps(visit: Visit, order: PlacedOrder): void {
  const { random } = visit
  const refunded = order.lines.filter((line) => random.next() < refundProbability(visit, line))
  if (refunded.length > 0)
    later(visit, 3 + random.integer(12), 'Order Refunded', refund(visit, order, refunded))
  for (const line of order.lines.slice(0, 2)) {
    if (random.next() >= visit.shopper.reviewProbability) continue
    const properties = review(visit, order, line, refunded.includes(line))
    later(visit, 5 + random.integer(15), 'Product Reviewed', properties)
  }
  if (random.next() < 0.1) {
    const mood = visit.shopper.satisfaction - (refunded.length > 0 ? 0.8 : 0)
    const answer = answerSurvey(mood, visit.shopper.language, random)
    later(visit, 2 + random.integer(8), 'Survey Answered', { order_id: order.orderId, ...answer })
  }
}

const fashionIndex = departments.findIndex((department) => department.name.startsWith('Fashion'))

function refundProbability(visit: Visit, line: OrderLine): number {
  const item = entryAt(visit.world.items, line.itemIndex)
  const isFashion = entryAt(leaves, item.leafIndex).departmentIndex === fashionIndex
  return visit.shopper.refundProbability * (isFashion ? 2 : 1) * Math.exp(-0.4 * item.quality)
}

function refund(visit: Visit, order: PlacedOrder, lines: readonly OrderLine[]): Properties {
  const amount = lines.reduce((sum, line) => sum + line.price * line.quantity, 0) * (1 - order.discountRate)
  return {
    order_id: order.orderId,
    total: Math.round(amount * 100) / 100,
    currency,
    products: lines.map((line) => ({
      ...describeProduct(entryAt(visit.world.items, line.itemIndex)),
      quantity: line.quantity,
    })),
  }
}

function review(visit: Visit, order: PlacedOrder, line: OrderLine, isRefunded: boolean): Properties {
  const { shopper, random, world } = visit
  const item: Item = entryAt(world.items, line.itemIndex)
  const score = 3.9 + 0.6 * shopper.satisfaction + 0.6 * item.quality + 0.7 * random.normal()
  const rating = Math.min(5, Math.max(1, Math.round(score - (isRefunded ? 1.8 : 0))))
  const department = entryAt(departments, entryAt(leaves, item.leafIndex).departmentIndex)
  return {
    product_id: item.itemId,
    order_id: order.orderId,
    review_id: `r${order.orderId.slice(1)}-${item.itemId}`,
    review_body: writeReview(rating, department, shopper.language, random),
    rating,
  }
}

/** Told by the shop's own server, which knows the account (or, of guests, the device) and nothing of a browser. */
function later(visit: Visit, days: number, event: string, properties: Properties): void {
  const { random, shopper, place } = visit
  const atMs = visit.now() + days * dayMs + random.integer(6 * hourMs)
  if (atMs >= shopper.droppedAtMs) return
  const sender: Sender = {
    ...visit.identity(),
    context: {
      library,
      locale: shopper.language === 'zh' ? 'zh-CN' : 'en-GB',
    },
    clockSkewMs: 0,
    waitMs: 50 + random.integer(400),
    transitMs: 5 + random.integer(20),
  }
  const call = buildCall({ type: 'track', event, properties }, sender, atMs, random)
  place({ receivedAtMs: receivedMs(sender, atMs), origin: 'shopper', call })
}
