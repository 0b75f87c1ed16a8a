import type { KeyValueStore, Table } from '../../kv/key-value-store.ts'

const keptMs = 7 * 86_400_000

/** What became of a call that was not a repeat. */
export type Telling = 'stored' | 'quarantined'

/**
 * The calls of the last 7 days, by source and message id. Two tables take turns, a week each, so that what is too old
 * goes at once instead of id by id; the time kept beside an id makes the 7 days exact.
 *
 * Keys are the ids as they came: those of Segment's libraries begin with the time, so that new ones lie together
 * and a commit touches few pages (random ids cost about three times as much).
 */
export type SeenCalls = {
  /** What became of the call when it was last seen; undefined when that was not within 7 days before `atMs`. */
  find(source: string, messageId: string, atMs: number): Telling | undefined
  /** To be called inside `KeyValueStore.write`. */
  add(source: string, messageId: string, telling: Telling, atMs: number): void
  /** To be awaited before ids of a moment are added: drops the table whose week is over; undefined when none is. */
  rotate(atMs: number): Promise<void> | undefined
}

export async function openSeenCalls(store: KeyValueStore, nowMs: number): Promise<SeenCalls> {
  const weeks = store.table<number>('seen_weeks', { values: 'json', keys: 'ordered' })
  const tables = [0, 1].map((index) =>
    store.table<Uint8Array>(tableName(index), { values: 'binary', keys: 'binary' }),
  ) as [Table<Uint8Array>, Table<Uint8Array>]
  const tableOf = (week: number) => tables[week % 2 === 0 ? 0 : 1]
  let rotating: Promise<void> | undefined
  const turnTo = async (week: number) => {
    await store.clear(tableName(week % 2))
    await store.write(() => weeks.put(week % 2, week))
    rotating = undefined
  }
  const rotate = (atMs: number) => {
    const week = weekOf(atMs)
    const held = weeks.get(week % 2)
    if (held === undefined || held < week) rotating ??= turnTo(week)
    return rotating
  }
  await rotate(nowMs)
  return {
    rotate,
    find(source, messageId, atMs) {
      const key = keyOf(source, messageId)
      const week = weekOf(atMs)
      const value = tableOf(week).get(key) ?? tableOf(week + 1).get(key)
      if (value === undefined) return undefined
      const { telling, seenAtMs } = readValue(value)
      return atMs - seenAtMs < keptMs ? telling : undefined
    },
    add(source, messageId, telling, atMs) {
      tableOf(weekOf(atMs)).put(keyOf(source, messageId), formatValue(telling, atMs))
    },
  }
}

function tableName(index: number): string {
  return `seen_${index}`
}

function weekOf(atMs: number): number {
  return Math.floor(atMs / keptMs)
}

function keyOf(source: string, messageId: string): Buffer {
  return Buffer.from(`${source}\0${messageId}`)
}

/** The time (8 bytes, little-endian); a ninth byte stands where the call was set aside. */
function formatValue(telling: Telling, atMs: number): Buffer {
  const value = Buffer.alloc(telling === 'stored' ? 8 : 9)
  value.writeDoubleLE(atMs, 0)
  return value
}

function readValue(value: Uint8Array): { readonly telling: Telling; readonly seenAtMs: number } {
  const seenAtMs = Buffer.from(value.buffer, value.byteOffset, value.byteLength).readDoubleLE(0)
  return { telling: value.byteLength === 8 ? 'stored' : 'quarantined', seenAtMs }
}
