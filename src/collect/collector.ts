import type { QuarantineReason } from '../core/event.ts'
import type { DeliveryRoute } from './delivery.ts'

/** One request with calls, its body unpacked and parsed. */
export type Delivery = {
  readonly route: DeliveryRoute
  /** The name of the source whose write key came with it. */
  readonly source: string
  /** A server's key: it may send what a browser must not, such as orders. */
  readonly isServer: boolean
  /** `/v1/import`: any past time is taken. */
  readonly isHistoric: boolean
  readonly receivedAtMs: number
  /**
   * Calls that lie in quarantine, tried again: that they were told before counts only where they were stored then, and
   * what is refused again is left where it lies. Counted as moved from quarantine, not as received.
   */
  readonly isReplay?: boolean
  /** The body as JSON text in UTF-8, as it came. */
  readonly body: Buffer
  /** The same, parsed. */
  readonly json: unknown
}

/** What became of one call. Either way it is on disk. */
export type CallOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly detail: string }

/** Calls since the data directory was made: received = stored + duplicate + quarantined + rejected. */
export type CallCounts = {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly quarantined: number
  /** Answered with 4xx, 429 or 503 and not kept. */
  readonly rejected: number
}

/** One call as it arrived, for those who watch; nothing in it is kept. */
export type CollectedCall = {
  readonly receivedAtMs: number
  readonly source: string
  readonly call: unknown
  readonly outcome: CallOutcome
}

/** Where calls are taken in: journalled durably, then folded into the history. */
export type Collector = {
  /**
   * Resolves once every call of the delivery is on disk, with one outcome a call in their order.
   * @throws AppError 'overloaded' or 'disk_full', with `retryAfterSeconds`; then nothing of it was taken.
   */
  accept(delivery: Delivery): Promise<readonly CallOutcome[]>
  /**
   * Sets aside a body with a valid key that holds no calls that can be told apart; counts as one call received.
   * @throws as `accept`.
   */
  setAside(body: UnreadableBody): Promise<void>
  /** Counts calls that were answered with an error and not kept. */
  countRejected(source: string, count: number): void
  /** Per source. */
  counts(): ReadonlyMap<string, CallCounts>
  /** Tells of each call as it is acknowledged; returns what ends the telling. */
  watch(listener: (call: CollectedCall) => void): () => void
}

export type UnreadableBody = {
  readonly source: string
  readonly isHistoric: boolean
  readonly receivedAtMs: number
  readonly reason: QuarantineReason
  readonly detail: string
  readonly body: Buffer
}
