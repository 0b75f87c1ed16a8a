import type { EventKind, LineType } from '../../core/event.ts'
import type { Measure } from '../feature.ts'
import type { FeatureLine } from '../feature-line.ts'
import type { Calendar } from './calendar.ts'
import type { Packed } from './keeper.ts'
import { type Limits, measureLine, type Unit } from './unit.ts'

/**
 * Purchases and refunds are kept line by line: there are few of them, an order grows as its lines come, and limits and
 * price bands are fitted anew while they lie there.
 */
export function packTrade(lines: readonly FeatureLine[]): Packed {
  return lines.map((line) => {
    const columns: (string | number)[] = [
      ...[line.atMs, line.kind, line.lineType, line.quantity, line.price, line.amount],
      ...[line.orderId === '' ? line.eventId : '', line.orderId, line.itemId, line.country, line.source],
      ...[line.name, line.coupon, line.sessionId, line.dwellMs, line.rating, line.textTopic],
      Number.isNaN(line.sentiment) ? '' : line.sentiment,
    ]
    // The last columns are absent of most lines.
    while (columns.at(-1) === '' || columns.at(-1) === 0) columns.pop()
    return columns
  })
}

export function unpackTrade(packed: Packed): FeatureLine[] {
  return (packed as readonly (readonly (string | number)[])[]).map((columns) => {
    const text = (index: number) => String(columns[index] ?? '')
    const number = (index: number) => Number(columns[index] ?? 0)
    return {
      atMs: number(0),
      kind: text(1) as EventKind,
      lineType: text(2) as LineType,
      quantity: number(3),
      price: number(4),
      amount: number(5),
      eventId: text(6),
      orderId: text(7),
      itemId: text(8),
      country: text(9),
      source: text(10),
      name: text(11),
      coupon: text(12),
      sessionId: text(13),
      dwellMs: number(14),
      rating: number(15),
      textTopic: text(16),
      sentiment: text(17) === '' ? Number.NaN : number(17),
      lineIndex: 0,
    }
  })
}

/** One unit per order and kind, of its product lines. */
export function foldOrders(lines: readonly FeatureLine[], calendar: Calendar, limits: Limits): Unit[] {
  const products = lines.filter((line) => line.lineType === 'product')
  const orders = Map.groupBy(products, (line) => `${line.kind} ${line.orderId || line.eventId}`)
  return [...orders.values()].map((group) => orderUnit(group, calendar, limits))
}

function orderUnit(lines: readonly FeatureLine[], calendar: Calendar, limits: Limits): Unit {
  const atMs = lines.reduce((least, line) => Math.min(least, line.atMs), Number.POSITIVE_INFINITY)
  return {
    atMs,
    day: calendar.dayOf(atMs),
    itemId: '',
    country: '',
    source: '',
    textTopic: '',
    measure: (of) => measureOrder(lines, of, limits),
  }
}

function measureOrder(lines: readonly FeatureLine[], of: Measure, limits: Limits): number {
  const values = lines.map((line) => measureLine(line, of, limits))
  return of === 'uses_coupon' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0)
}
