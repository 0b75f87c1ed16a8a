import type { EventLine } from '../core/event.ts'

/** What features read of a line of an event, whether it arrives or comes from the history. */
export type FeatureLine = Pick<
  EventLine,
  | 'eventId'
  | 'lineIndex'
  | 'atMs'
  | 'kind'
  | 'name'
  | 'source'
  | 'lineType'
  | 'sessionId'
  | 'orderId'
  | 'itemId'
  | 'quantity'
  | 'price'
  | 'amount'
  | 'country'
  | 'dwellMs'
  | 'rating'
  | 'coupon'
> & {
  /** What models say of its words: a topic, empty for none, and −1 … 1, NaN for nothing. */
  readonly textTopic: string
  readonly sentiment: number
}

/** What is known of an item by now; empty where nothing is. */
export type ItemFacts = { readonly category: string; readonly brand: string; readonly topic: string }

/** Undefined for an item nobody told of. */
export type ItemLookup = (itemId: string) => ItemFacts | undefined
