import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'
import type { CallCounts } from '../collector.ts'

type Change = Partial<CallCounts>

/** Calls by source since the data directory was made. */
export type CallCounter = {
  add(source: string, change: Change): void
  /** Puts what was counted of a source; to be called inside `KeyValueStore.write`. */
  put(source: string): void
  all(): ReadonlyMap<string, CallCounts>
}

const none: CallCounts = { received: 0, stored: 0, duplicate: 0, quarantined: 0, rejected: 0 }

export function openCallCounter(store: KeyValueStore): CallCounter {
  const table: Table<CallCounts> = store.table('call_counts', { values: 'json', keys: 'ordered' })
  const counts = new Map<string, CallCounts>()
  for (const { key, value } of table.entries()) counts.set(String(key), value)
  return {
    add(source, change) {
      const before = counts.get(source) ?? none
      counts.set(source, {
        received: before.received + (change.received ?? 0),
        stored: before.stored + (change.stored ?? 0),
        duplicate: before.duplicate + (change.duplicate ?? 0),
        quarantined: before.quarantined + (change.quarantined ?? 0),
        rejected: before.rejected + (change.rejected ?? 0),
      })
    },
    put: (source) => table.put(source, counts.get(source) ?? none),
    all: () => counts,
  }
}
