import type {
  CallCounts,
  CallOutcome,
  CollectedCall,
  Collector,
  Delivery,
} from '../../../collect/collector.ts'
import { listCalls } from '../../../collect/delivery.ts'
import { parseSegmentCall } from '../../../collect/segment-call.ts'
import { checkServerOnly, listServerOnlyEvents } from '../../../collect/server-only.ts'

const noCounts: CallCounts = { received: 0, stored: 0, duplicate: 0, quarantined: 0, rejected: 0 }
const serverOnly = listServerOnlyEvents([
  'Order Completed',
  'Order Refunded',
  'Order Cancelled',
  'Order Updated',
])

/** A collector that keeps calls in memory and judges them as the real one does. For tests only. */
export class MemoryCollector implements Collector {
  readonly stored: Record<string, unknown>[] = []
  readonly asides: Parameters<Collector['setAside']>[0][] = []
  /** What the next deliveries are refused with, one each. */
  readonly troubles: Error[] = []
  /** Awaited before a delivery is acknowledged. */
  pause: Promise<void> = Promise.resolve()
  isWaiting = false
  readonly #seen = new Set<string>()
  readonly #watchers = new Set<(call: CollectedCall) => void>()
  readonly #counts = new Map<string, CallCounts>()

  async accept(delivery: Delivery): Promise<readonly CallOutcome[]> {
    const calls = listCalls(delivery.route, delivery.json)
    if ('kind' in calls) throw new Error('calls that cannot be told apart were handed over')
    await this.#refuse(delivery.source, calls.length)
    const outcomes = calls.map((call) => this.#judge(call, delivery))
    for (const [index, outcome] of outcomes.entries()) {
      this.#add(delivery.source, { received: 1, [outcome.kind]: 1 })
      const { receivedAtMs, source } = delivery
      for (const listener of this.#watchers) listener({ receivedAtMs, source, call: calls[index], outcome })
    }
    return outcomes
  }

  async setAside(body: Parameters<Collector['setAside']>[0]): Promise<void> {
    await this.#refuse(body.source, 1)
    this.asides.push(body)
    this.#add(body.source, { received: 1, quarantined: 1 })
  }

  countRejected(source: string, count: number): void {
    this.#add(source, { received: count, rejected: count })
  }

  counts(): ReadonlyMap<string, CallCounts> {
    return this.#counts
  }

  /** Over all sources. */
  total(): CallCounts {
    return [...this.#counts.values()].reduce(addCounts, noCounts)
  }

  watch(listener: (call: CollectedCall) => void): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  #judge(call: unknown, { receivedAtMs, isHistoric, isServer, source }: Delivery): CallOutcome {
    const { messageId } = Object(call) as { messageId?: unknown }
    if (typeof messageId === 'string') {
      if (this.#seen.has(messageId)) return { kind: 'duplicate' }
      this.#seen.add(messageId)
    }
    const parsed = parseSegmentCall(call, { receivedAtMs, isHistoric, source })
    if (parsed.kind === 'quarantined') return parsed
    const forbidden = checkServerOnly(call, isServer, serverOnly)
    if (forbidden !== undefined) return forbidden
    this.stored.push(call as Record<string, unknown>)
    return { kind: 'stored' }
  }

  async #refuse(source: string, count: number): Promise<void> {
    this.isWaiting = true
    await this.pause
    this.isWaiting = false
    const trouble = this.troubles.shift()
    if (trouble === undefined) return
    this.countRejected(source, count)
    throw trouble
  }

  #add(source: string, change: Partial<CallCounts>): void {
    this.#counts.set(source, addCounts(this.#counts.get(source) ?? noCounts, change))
  }
}

function addCounts(counts: CallCounts, change: Partial<CallCounts>): CallCounts {
  return {
    received: counts.received + (change.received ?? 0),
    stored: counts.stored + (change.stored ?? 0),
    duplicate: counts.duplicate + (change.duplicate ?? 0),
    quarantined: counts.quarantined + (change.quarantined ?? 0),
    rejected: counts.rejected + (change.rejected ?? 0),
  }
}
