import type { EventKind, EventLine, LineType } from '../../core/event.ts'
import type { Database } from '../../database/database.ts'

/** The parts of a line that features read. */
export type TestLine = Pick<
  EventLine,
  | 'eventId'
  | 'profileId'
  | 'atMs'
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
  | 'marks'
> & { readonly kind: EventKind; readonly lineType: LineType; readonly refundOf: string }

/** A line with what does not matter filled in. */
export function makeLine(line: Partial<TestLine> & { readonly atMs: number }): TestLine {
  const { quantity = 1, price = 0 } = line
  return {
    eventId: `event-${line.profileId ?? 'ann'}-${line.kind ?? 'purchase'}-${line.atMs}`,
    profileId: 'ann',
    kind: 'purchase',
    lineType: 'product',
    sessionId: '',
    orderId: '',
    itemId: '',
    quantity,
    price,
    amount: Math.round(price * quantity * 10_000) / 10_000,
    country: '',
    dwellMs: 0,
    rating: 0,
    coupon: '',
    refundOf: '',
    marks: [],
    ...line,
  }
}

export async function insertLines(database: Database, lines: readonly TestLine[]): Promise<void> {
  const rows = lines.map((line) => ({
    event_id: line.eventId,
    profile_id: line.profileId,
    at: new Date(line.atMs),
    received_at: new Date(line.atMs),
    kind: line.kind,
    line_type: line.lineType,
    session_id: line.sessionId,
    order_id: line.orderId,
    item_id: line.itemId,
    quantity: line.quantity,
    price: line.price,
    amount: line.amount,
    country: line.country,
    dwell_ms: line.dwellMs,
    rating: line.rating,
    coupon: line.coupon,
    refund_of: line.refundOf,
    marks: line.marks,
  }))
  await database.insert('events', rows)
}
