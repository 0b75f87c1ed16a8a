import type { Database } from '../../database/database.ts'
import type { FeatureLine } from '../feature-line.ts'

/** The parts of a line that features read, and what its row has beside them. */
export type TestLine = FeatureLine & {
  readonly profileId: string
  readonly marks: readonly string[]
  readonly refundOf: string
}

/** A line with what does not matter filled in. */
export function makeLine(line: Partial<TestLine> & { readonly atMs: number }): TestLine {
  const { quantity = 1, price = 0 } = line
  return {
    eventId: `event-${line.profileId ?? 'ann'}-${line.kind ?? 'purchase'}-${line.atMs}`,
    profileId: 'ann',
    lineIndex: 0,
    kind: 'purchase',
    name: '',
    source: '',
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
    textTopic: '',
    sentiment: Number.NaN,
    marks: [],
    ...line,
  }
}

export async function insertLines(database: Database, lines: readonly TestLine[]): Promise<void> {
  const rows = lines.map((line) => ({
    event_id: line.eventId,
    line_index: line.lineIndex,
    profile_id: line.profileId,
    at: new Date(line.atMs),
    received_at: new Date(line.atMs),
    kind: line.kind,
    name: line.name,
    source: line.source,
    text: isRead(line) ? 'some words' : '',
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
  const readings = lines.filter(isRead).map((line) => ({
    version: testTextVersion,
    event_id: line.eventId,
    line_index: line.lineIndex,
    topic: line.textTopic,
    sentiment: Number.isNaN(line.sentiment) ? 'nan' : line.sentiment,
  }))
  await database.insert('text_readings', readings)
}

/** The version that readings of test lines have. */
export const testTextVersion = 'read'

function isRead({ textTopic, sentiment }: TestLine): boolean {
  return textTopic !== '' || !Number.isNaN(sentiment)
}
