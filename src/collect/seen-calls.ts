import type { KeyValueStore, Table } from '../kv/key-value-store.ts'

const keptMs = 7 * 86_400_000

/**
 * The calls of the last 7 days, by source and message id. Two tables take turns, a week each, so that what is too old
 * goes at once instead of id by id; the time kept beside an id makes the 7 days exact.
 *
 * Keys are the ids as they came: those of Segment's libraries begin with the time, so that new ones lie together
 * and a commit touches few pages (random ids cost about three times as much).
 */
export type SeenCalls = {
  /** Whether the call was seen within 7 days before `atMs`. */
  has(source: string, messageId: string, atMs: number): boolean
  /** To be called inside `KeyValueStore.write`. */
  add(source: string, messageId: string, atMs: number): void
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
    has(source, messageId, atMs) {
      const key = keyOf(source, messageId)
      const week = weekOf(atMs)
      const seenAtMs = readTime(tableOf(week).get(key)) ?? readTime(tableOf(week + 1).get(key))
      return seenAtMs !== undefined && atMs - seenAtMs < keptMs
    },
    add(source, messageId, atMs) {
      const time = Buffer.allocUnsafe(8)
      time.writeDoubleLE(atMs, 0)
      tableOf(weekOf(atMs)).put(keyOf(source, messageId), time)
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

function readTime(value: Uint8Array | undefined): number | undefined {
  if (value === undefined) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).readDoubleLE(0)
}
