import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectTimeline = sqlFile(import.meta.url, './sql/timeline.sql')
/** Later than any event: 2262-01-01, near the end of what the engine's times can hold. */
const endOfTimeMs = 9_214_646_400_000

/** One line of a person's history, for a person to read. */
export type TimelineLine = {
  readonly eventId: string
  readonly lineIndex: number
  readonly atMs: number
  readonly kind: string
  readonly name: string
  readonly source: string
  readonly sessionId: string
  readonly orderId: string
  readonly itemId: string
  readonly lineType: string
  readonly quantity: number
  readonly price: number
  readonly amount: number
  readonly currency: string
  readonly country: string
  readonly query: string
  readonly rating: number
  readonly text: string
  readonly coupon: string
  readonly refundOf: string
  readonly marks: readonly string[]
}

export type TimelineOptions = {
  /** 1 to 1,000. */
  readonly limit: number
  /** The last line of the page before; undefined: from the newest on. */
  readonly before?: Pick<TimelineLine, 'atMs' | 'eventId' | 'lineIndex'>
}

/** A line as the engine answers it. */
export type TimelineRow = {
  readonly event_id: string
  readonly line_index: number
  readonly at_ms: number
  readonly session_id: string
  readonly order_id: string
  readonly item_id: string
  readonly line_type: string
  readonly refund_of: string
} & Omit<
  TimelineLine,
  'eventId' | 'lineIndex' | 'atMs' | 'sessionId' | 'orderId' | 'itemId' | 'lineType' | 'refundOf'
>

/** The lines of one person's history, the newest first, a page at a time. */
export async function loadTimeline(
  database: Database,
  profileId: string,
  { limit, before }: TimelineOptions,
): Promise<TimelineLine[]> {
  const rows = await database.query<TimelineRow>(selectTimeline, {
    parameters: {
      profile_id: profileId,
      limit: Math.min(1000, Math.max(1, Math.floor(limit))),
      before_ms: before?.atMs ?? endOfTimeMs,
      before_event_id: before?.eventId ?? '',
      before_line_index: before?.lineIndex ?? 0,
    },
  })
  return rows.map(readLine)
}

export function readLine(row: TimelineRow): TimelineLine {
  const { event_id, line_index, at_ms, session_id, order_id, item_id, line_type, refund_of, ...same } = row
  return {
    ...same,
    eventId: event_id,
    lineIndex: line_index,
    atMs: at_ms,
    sessionId: session_id,
    orderId: order_id,
    itemId: item_id,
    lineType: line_type,
    refundOf: refund_of,
  }
}
