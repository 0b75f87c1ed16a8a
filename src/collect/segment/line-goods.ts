import type { EventKind, EventLine } from '../../core/event.ts'
import { readCoupon, readCurrency, readListId } from './event-base.ts'
import { type Fields, reject, takeNumber, takeShortText, takeWhole } from './fields.ts'
import { roundMoney } from './number-text.ts'

const maxAmount = 1e13
const maxPosition = 65_535
const priceRange = { max: 1e10, expected: 'a price from 0 to 1e10' }
const quantityRange = { max: 1e6, expected: 'a quantity from 0 to 1,000,000' }
const itemIdKeys = ['product_id', 'productId', 'sku', 'item_id']
/** v1 called a product's id `id`; elsewhere than at a product `id` may be anything's. */
const oldItemIdKeys = [...itemIdKeys, 'id']

const goodsMoved: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(['cart_add', 'cart_remove', 'wishlist_add', 'checkout', 'purchase', 'refund'] as const),
])
const goodsShown: ReadonlySet<EventKind> = new Set<EventKind>(['view', 'click', 'review'])
const goodsRanked: ReadonlySet<EventKind> = new Set<EventKind>(['list_view', 'impression', 'search'])

/** Kinds whose products are ranked: the place in the list is the position when none is stated. */
export function isRanking(kind: EventKind): boolean {
  return goodsRanked.has(kind)
}

/** Kinds that move money, so that shipping, tax and discount are lines. */
export function movesMoney(kind: EventKind): boolean {
  return kind === 'purchase' || kind === 'refund'
}

/**
 * Which item, how many and for how much. Without a quantity, an act that moves an item moves one, and any other act
 * none: its price is then known and its amount 0.
 */
export function readGoods(base: EventLine, fields: Fields, isProductCall: boolean): EventLine {
  const { kind } = base
  const isElement = fields.where !== 'properties'
  const itemId = takeShortText(fields, isProductCall && isOfGoods(kind) ? oldItemIdKeys : itemIdKeys)
  const unstated = goodsMoved.has(kind) && (isElement || itemId !== '') ? 1 : 0
  const quantity = takeNumber(fields, ['quantity'], quantityRange) ?? unstated
  const price = roundMoney(takeNumber(fields, ['price'], priceRange) ?? 0)
  const line = {
    ...base,
    itemId: itemId || base.itemId,
    quantity,
    price,
    amount: readAmount(fields, quantity, price),
    position: takeWhole(fields, ['position', 'index'], maxPosition) ?? 0,
    marks: movesMoney(kind) ? listMarks(base, itemId, price, isElement) : base.marks,
  }
  if (!isElement) return line
  return {
    ...line,
    currency: readCurrency(fields) || base.currency,
    listId: readListId(fields) || base.listId,
    coupon: readCoupon(fields) || base.coupon,
  }
}

function isOfGoods(kind: EventKind): boolean {
  return goodsMoved.has(kind) || goodsShown.has(kind) || goodsRanked.has(kind)
}

function readAmount(fields: Fields, quantity: number, price: number): number {
  const amount = roundMoney(quantity * price)
  if (amount <= maxAmount) return amount
  reject(fields, 'price', 'a price that times the quantity is at most 1e13')
  return 0
}

function listMarks(base: EventLine, itemId: string, price: number, isElement: boolean): readonly string[] {
  const marks = [...base.marks]
  if (itemId === '' && isElement) marks.push('no_item')
  if (price === 0) marks.push('no_price')
  return marks
}
