import { randomUUID } from 'node:crypto'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import { decodeEntry, encodeEntry, type JournalEntry } from './live/journal-entry.ts'

export type NumberedEntry = { readonly sequence: number; readonly entry: JournalEntry }
/** Entries from the first to the last, both included. */
export type EntrySpan = { readonly from: number; readonly to: number }

/**
 * Deliveries in the order in which they came, until they are folded into the history. Sequence numbers only grow, also
 * when all were folded and the folder is opened again: inserts are told from repeats by them, and rows are numbered by
 * them. A number that was not committed stays unused.
 */
export type Journal = {
  /** Tells this journal from one that a deleted folder held: its numbers begin anew. */
  readonly id: string
  /** Takes a number and puts the entry; to be called inside `KeyValueStore.write`, and answered by `settle`. */
  append(entry: JournalEntry): number
  /** The write of an entry ended: it is on disk, or was not made. */
  settle(sequence: number, isStored: boolean): void
  /** The oldest entries, as many as the limits take but at least one; none when all are folded. */
  oldest(limits: { readonly maxBytes: number; readonly maxEntries: number }): readonly NumberedEntry[]
  /** The entries of a span that are still there. */
  read(span: EntrySpan): readonly NumberedEntry[]
  /** Drops entries; to be called inside `KeyValueStore.write`, and answered by `forget`. */
  remove(entries: readonly NumberedEntry[]): void
  /** The removal is on disk. */
  forget(entries: readonly NumberedEntry[]): void
  /** Bytes that wait to be folded, those on their way to disk included. */
  readonly waitingBytes: number
  /** The last entry that was folded and is no longer here; 0 before the first. */
  foldedTo(): number
  /** Since when the oldest waiting entry waits; undefined when none waits. */
  oldestWaitingSinceMs(): number | undefined
  /** Resolves when entries are folded the next time; undefined when none was for some seconds, as the database is away. */
  whenFolded(): Promise<void> | undefined
  /** Resolves when an entry waits that is on disk, or the signal fires. */
  whenWaiting(signal: AbortSignal): Promise<void>
}

export async function openJournal(store: KeyValueStore): Promise<Journal> {
  const meta = store.table<string>('journal_meta', { values: 'json', keys: 'ordered' })
  const entries = store.table<Uint8Array>('journal', { values: 'binary', keys: 'ordered' })
  const id = meta.get('id') ?? randomUUID()
  if (!meta.has('id')) await store.write(() => meta.put('id', id))
  return new LmdbJournal(id, entries, store.table('journal_end', { values: 'json', keys: 'ordered' }))
}

/** A fold that ended so recently is at work. */
const foldingMs = 5_000

class LmdbJournal implements Journal {
  readonly id: string
  readonly #table: Table<Uint8Array>
  /** The highest number that was removed, under `removed`. */
  readonly #end: Table<number>
  /** What waits, the oldest first. */
  readonly #waiting = new Map<number, { readonly bytes: number; readonly sinceMs: number }>()
  #next = 1
  /** Entries up to this number are on disk; later ones may be visible before they are. */
  #durableTo = 0
  #waitingBytes = 0
  #wake: (() => void) | undefined
  #foldedAtMs = Number.NEGATIVE_INFINITY
  #folded = Promise.withResolvers<void>()

  constructor(id: string, table: Table<Uint8Array>, end: Table<number>) {
    this.id = id
    this.#table = table
    this.#end = end
    for (const { key, value } of table.entries()) {
      this.#track(Number(key), value.byteLength, decodeEntry(value))
      this.#durableTo = Number(key)
    }
    this.#next = Math.max(this.#durableTo, end.get('removed') ?? 0) + 1
  }

  foldedTo(): number {
    return this.#end.get('removed') ?? 0
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  append(entry: JournalEntry): number {
    const sequence = this.#next
    const encoded = encodeEntry(entry)
    this.#next += 1
    this.#table.put(sequence, encoded)
    this.#track(sequence, encoded.byteLength, entry)
    return sequence
  }

  settle(sequence: number, isStored: boolean): void {
    if (!isStored) {
      this.#untrack(sequence)
      return
    }
    this.#durableTo = Math.max(this.#durableTo, sequence)
    this.#wake?.()
  }

  oldest({ maxBytes, maxEntries }: { maxBytes: number; maxEntries: number }): readonly NumberedEntry[] {
    const found: NumberedEntry[] = []
    let bytes = 0
    for (const { key, value } of this.#table.entries({ limit: maxEntries })) {
      const sequence = Number(key)
      bytes += value.byteLength
      if (sequence > this.#durableTo || (found.length > 0 && bytes > maxBytes)) break
      found.push({ sequence, entry: decodeEntry(value) })
    }
    return found
  }

  read({ from, to }: EntrySpan): readonly NumberedEntry[] {
    const range = this.#table.entries({ start: from, end: to + 1 })
    return [...range].map(({ key, value }) => ({ sequence: Number(key), entry: decodeEntry(value) }))
  }

  remove(entries: readonly NumberedEntry[]): void {
    for (const { sequence } of entries) this.#table.remove(sequence)
    const last = entries.at(-1)
    if (last !== undefined) this.#end.put('removed', last.sequence)
  }

  forget(entries: readonly NumberedEntry[]): void {
    for (const { sequence } of entries) this.#untrack(sequence)
    this.#foldedAtMs = performance.now()
    this.#folded.resolve()
    this.#folded = Promise.withResolvers<void>()
  }

  oldestWaitingSinceMs(): number | undefined {
    const [oldest] = this.#waiting.values()
    return oldest?.sinceMs
  }

  whenFolded(): Promise<void> | undefined {
    return performance.now() - this.#foldedAtMs < foldingMs ? this.#folded.promise : undefined
  }

  whenWaiting(signal: AbortSignal): Promise<void> {
    const [first] = this.#waiting.keys()
    if ((first !== undefined && first <= this.#durableTo) || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#wake = undefined
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#wake = wake
    })
  }

  #track(sequence: number, bytes: number, { receivedAtMs, replayedAtMs }: JournalEntry): void {
    this.#waiting.set(sequence, { bytes, sinceMs: replayedAtMs ?? receivedAtMs })
    this.#waitingBytes += bytes
  }

  #untrack(sequence: number): void {
    this.#waitingBytes -= this.#waiting.get(sequence)?.bytes ?? 0
    this.#waiting.delete(sequence)
  }
}
