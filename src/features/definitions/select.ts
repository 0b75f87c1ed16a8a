import type { EventKind } from '../../core/event.ts'
import type { Selection } from '../feature.ts'

/** Purchased products, line by line. */
export const boughtLines: Selection = { per: 'line', kinds: ['purchase'], lineTypes: ['product'] }
/** Products taken back, line by line. */
export const returnedLines: Selection = { per: 'line', kinds: ['refund'], lineTypes: ['product'] }
/** Orders with at least one product. */
export const orders: Selection = { per: 'order', kinds: ['purchase'] }
export const visits: Selection = { per: 'visit' }
export const everything: Selection = { per: 'line' }
/** Views of an item; a page without one is a view, too. */
export const viewedItems: Selection = {
  per: 'line',
  kinds: ['view'],
  where: [{ field: 'item', is: 'given' }],
}
/** What somebody did with an item that shows interest in it. */
export const interestLines: Selection = {
  per: 'line',
  kinds: ['view', 'click', 'cart_add', 'wishlist_add', 'purchase'],
  lineTypes: ['product'],
}

export function linesOf(...kinds: EventKind[]): Selection {
  return { per: 'line', kinds }
}
