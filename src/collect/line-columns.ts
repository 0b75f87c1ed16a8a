import type { EventLine } from '../core/event.ts'

/**
 * What a line has in the columns that the tables `events` and an import's `lines` share. Absent texts and numbers are left
 * out, as they are the columns' defaults: most of a line is absent. Times are Unix milliseconds.
 */
export function listLineColumns(line: EventLine): Record<string, unknown> {
  const columns: Record<string, unknown> = {}
  const put = (column: string, value: string | number) => {
    if (value !== '' && value !== 0) columns[column] = value
  }
  put('event_id', line.eventId)
  put('line_index', line.lineIndex)
  put('user_id', line.userId)
  put('anonymous_id', line.anonymousId)
  put('at', line.atMs)
  put('received_at', line.receivedAtMs)
  put('kind', line.kind)
  put('name', line.name)
  put('session_id', line.sessionId)
  put('order_id', line.orderId)
  put('item_id', line.itemId)
  put('line_type', line.lineType)
  put('quantity', line.quantity)
  put('price', line.price)
  put('amount', line.amount)
  put('currency', line.currency)
  put('country', line.country)
  put('query', line.query)
  put('list_id', line.listId)
  put('position', line.position)
  put('dwell_ms', line.dwellMs)
  put('rating', line.rating)
  put('text', line.text)
  put('coupon', line.coupon)
  put('properties', line.properties)
  return columns
}
