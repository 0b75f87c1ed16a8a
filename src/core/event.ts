/** What can happen between a shopper and a shop (design: the closed list that features read). */
export const eventKinds = [
  'view',
  'list_view',
  'search',
  'impression',
  'click',
  'cart_add',
  'cart_remove',
  'wishlist_add',
  'checkout',
  'coupon',
  'purchase',
  'refund',
  'review',
  'survey',
  'signup',
  'login',
  'consent',
  'custom',
] as const
export type EventKind = (typeof eventKinds)[number]

/**
 * What a line of an order stands for. Only `product` lines tell tastes; the others are money around them:
 * `shipping` (postage, carriage), `fee` (bank charges, commissions), `discount`, `adjustment` (manual corrections,
 * bad debt, stock write-offs), `sample`, `gift_card`, `test`.
 */
export const lineTypes = [
  'product',
  'shipping',
  'fee',
  'discount',
  'adjustment',
  'sample',
  'gift_card',
  'test',
] as const
export type LineType = (typeof lineTypes)[number]

/** Why a row was set aside instead of stored (the wire's list; files use the same words). */
export const quarantineReasons = [
  'bad_json',
  'bad_encoding',
  'decompress_limit',
  'too_large_event',
  'too_large_batch',
  'too_many_events',
  'no_identity',
  'schema_violation',
  'unknown_event',
  'forbidden_key',
  'time_future',
  'time_past',
  'illegal_id',
  'suppressed',
  'consent_missing',
  'bot',
  'rate_limited',
  'enrichment_failure',
  'generic',
] as const
export type QuarantineReason = (typeof quarantineReasons)[number]

/**
 * One line of an event, as it is stored: a purchase of three items is three lines with one `eventId` and one
 * `orderId`. A text that is absent is empty, a number that is absent is 0, as in the table.
 */
export type EventLine = {
  readonly eventId: string
  readonly lineIndex: number
  /** Known only once identities are resolved; empty until then. */
  readonly profileId: string
  readonly userId: string
  readonly anonymousId: string
  readonly atMs: number
  readonly receivedAtMs: number
  readonly kind: EventKind
  /** The name on the wire, e.g. `Order Completed`. */
  readonly name: string
  readonly source: string
  readonly sessionId: string
  readonly orderId: string
  readonly itemId: string
  readonly lineType: LineType
  /** Positive for refunds too: the kind tells the direction. */
  readonly quantity: number
  /** Per unit, in `currency`, at most four decimals. */
  readonly price: number
  readonly amount: number
  readonly currency: string
  readonly country: string
  readonly query: string
  readonly listId: string
  readonly position: number
  readonly dwellMs: number
  readonly rating: number
  readonly text: string
  readonly coupon: string
  readonly marks: readonly string[]
  /** What no column holds, as a JSON object. */
  readonly properties: string
}
