import { listCalls } from './delivery.ts'
import type { NumberedEntry } from './journal.ts'
import { type ParsedCall, parseSegmentCall } from './segment-call.ts'

/** One call of a delivery, read. */
export type ReadCall = { readonly call: unknown; readonly parsed: ParsedCall }

/**
 * The calls of journalled deliveries, read. What was read as it came in is kept in memory for the fold up to a limit;
 * what is not there (after a restart, or when the fold lags) is read again from the journal, with the same result.
 */
export type ReadDeliveries = {
  keep(sequence: number, calls: readonly ReadCall[], bytes: number): void
  /** Gives the calls of an entry, in their order, and forgets them. */
  take(entry: NumberedEntry): readonly ReadCall[]
}

export function createReadDeliveries(maxBytes: number): ReadDeliveries {
  const kept = new Map<number, { readonly calls: readonly ReadCall[]; readonly bytes: number }>()
  let keptBytes = 0
  return {
    keep(sequence, calls, bytes) {
      if (keptBytes + bytes > maxBytes) return
      kept.set(sequence, { calls, bytes })
      keptBytes += bytes
    },
    take({ sequence, entry }) {
      const found = kept.get(sequence)
      if (found === undefined) return readCalls(entry)
      kept.delete(sequence)
      keptBytes -= found.bytes
      return found.calls
    },
  }
}

function readCalls(entry: NumberedEntry['entry']): readonly ReadCall[] {
  if (entry.unreadable !== undefined) return []
  const { route, source, isHistoric, receivedAtMs, body } = entry
  const calls = listCalls(route, JSON.parse(Buffer.from(body).toString('utf8')))
  if ('kind' in calls) return []
  const context = { receivedAtMs, isHistoric, source }
  return calls.map((call) => ({ call, parsed: parseSegmentCall(call, context) }))
}
