import type { Arrival, CallOrigin } from './shop-world.ts'

/** What was really sent, counted as it goes out. */
export type Tally = {
  /** The lines of the written file are the sum of these. */
  readonly byOrigin: Map<CallOrigin, number>
  /** Clean calls by event name; of identify and page calls, by type. */
  readonly byEvent: Map<string, number>
  orderCount: number
  /** Of all orders: products less discounts plus shipping, before refunds. */
  orderTotal: number
  /** Units ordered, by item index. */
  readonly unitsByItem: Float64Array
  firstMs: number | undefined
  lastMs: number | undefined
}

export function createTally(itemCount: number): Tally {
  return {
    byOrigin: new Map(),
    byEvent: new Map(),
    orderCount: 0,
    orderTotal: 0,
    unitsByItem: new Float64Array(itemCount),
    firstMs: undefined,
    lastMs: undefined,
  }
}

export function countArrival(tally: Tally, { call, origin, order, receivedAtMs }: Arrival): void {
  tally.byOrigin.set(origin, (tally.byOrigin.get(origin) ?? 0) + 1)
  tally.firstMs ??= receivedAtMs
  tally.lastMs = receivedAtMs
  if (origin !== 'shopper') return
  const name = call.event ?? call.type
  tally.byEvent.set(name, (tally.byEvent.get(name) ?? 0) + 1)
  if (order === undefined) return
  tally.orderCount++
  tally.orderTotal += order.total
  for (const { itemIndex, quantity } of order.lines) {
    tally.unitsByItem[itemIndex] = (tally.unitsByItem[itemIndex] ?? 0) + quantity
  }
}

export function countBrokenLine(tally: Tally): void {
  tally.byOrigin.set('broken_line', (tally.byOrigin.get('broken_line') ?? 0) + 1)
}
