import type { EventKind } from '../core/event.ts'

/**
 * The names an event has on the wire and the kind that features read: Segment's E-commerce v2, the same words in the
 * order v1 had them (`Viewed Product`), GA4's names, and the few of Segment's other specs that have a kind. Names
 * listed under `custom` are known, and no kind fits them: `Order Updated` states an order again, so it is no purchase.
 */
const namesByKind: Readonly<Partial<Record<EventKind, readonly string[]>>> = {
  view: ['Product Viewed', 'Viewed Product', 'view_item', 'page_view', 'screen_view'],
  list_view: [
    ...['Product List Viewed', 'Product List Filtered', 'Product Category Viewed'],
    ...['Viewed Product List', 'Filtered Product List', 'Viewed Product Category', 'view_item_list'],
  ],
  search: ['Products Searched', 'Searched Products', 'search', 'view_search_results'],
  impression: [
    ...['Promotion Viewed', 'Viewed Promotion', 'view_promotion'],
    ...['Product Impression', 'Product Impressions', 'Products Impressed'],
  ],
  click: [
    ...['Product Clicked', 'Clicked Product', 'select_item'],
    ...['Promotion Clicked', 'Clicked Promotion', 'select_promotion', 'select_content'],
  ],
  cart_add: [
    ...['Product Added', 'Added Product', 'add_to_cart', 'Wishlist Product Added to Cart'],
    ...['Product Added from Wishlist to Cart', 'Product Added to Cart from Wishlist'],
  ],
  cart_remove: ['Product Removed', 'Removed Product', 'remove_from_cart'],
  wishlist_add: ['Product Added to Wishlist', 'Added Product to Wishlist', 'add_to_wishlist'],
  checkout: [
    ...['Checkout Started', 'Started Checkout', 'begin_checkout'],
    ...['Checkout Step Viewed', 'Viewed Checkout Step', 'Checkout Step Completed', 'Completed Checkout Step'],
    ...['Payment Info Entered', 'Entered Payment Info', 'add_payment_info', 'add_shipping_info'],
  ],
  coupon: [
    ...['Coupon Entered', 'Coupon Applied', 'Coupon Denied', 'Coupon Removed'],
    ...['Entered Coupon', 'Applied Coupon', 'Denied Coupon', 'Removed Coupon'],
  ],
  purchase: ['Order Completed', 'Completed Order', 'purchase', 'ecommerce_purchase'],
  refund: [
    ...['Order Refunded', 'Refunded Order', 'refund', 'purchase_refund'],
    ...['Order Cancelled', 'Cancelled Order', 'Order Canceled', 'Canceled Order'],
  ],
  review: ['Product Reviewed', 'Reviewed Product'],
  survey: ['Survey Answered', 'Survey Submitted', 'Survey Completed', 'Survey Responded'],
  signup: ['Signed Up', 'Account Created', 'Created Account', 'sign_up'],
  login: ['Signed In', 'Logged In', 'login'],
  consent: ['Segment Consent Preference Updated', 'Segment Consent Preference'],
  custom: [
    ...['Order Updated', 'Updated Order', 'Cart Viewed', 'Viewed Cart', 'view_cart'],
    ...['Product Removed from Wishlist', 'Product Shared', 'Shared Product', 'Cart Shared', 'Shared Cart'],
    ...['share', 'Signed Out', 'user_engagement'],
  ],
}

const kinds = listKinds()

/** The kind of an event by its name; case, spaces, `_` and `-` do not matter. Names nobody knows are `custom`. */
export function findEventKind(name: string): EventKind {
  return kinds.get(name) ?? kinds.get(foldName(name)) ?? 'custom'
}

/** Each name as it is written, so that the usual spelling needs no folding, and folded. */
function listKinds(): ReadonlyMap<string, EventKind> {
  const found = new Map<string, EventKind>()
  for (const [kind, names] of Object.entries(namesByKind) as [EventKind, readonly string[]][]) {
    for (const name of names) found.set(name, kind).set(foldName(name), kind)
  }
  return found
}

/** A name without what does not matter in it: case, spaces, `_` and `-`. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, '')
}
