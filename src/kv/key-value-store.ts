import { mkdirSync } from 'node:fs'
import { ABORT, asBinary, type Database as LmdbDatabase, open, type RootDatabase } from 'lmdb'

/** What a key may be; keys of one table are ordered by their parts. */
type Key = string | number | Uint8Array | readonly (string | number | Uint8Array)[]

type KeyRange = {
  readonly start?: Key
  /** Not part of the range; of a reverse range, where it stops short. */
  readonly end?: Key
  readonly limit?: number
  readonly reverse?: boolean
}

/** One named, ordered table. Reads see what is committed and, inside `transact`, what the transaction has written. */
export type Table<Value> = {
  get(key: Key): Value | undefined
  has(key: Key): boolean
  /** To be called inside `write` or `transact` only. */
  put(key: Key, value: Value): void
  /** To be called inside `write` or `transact` only. */
  remove(key: Key): void
  entries(range?: KeyRange): Iterable<{ readonly key: Key; readonly value: Value }>
  /** Without reading values. */
  keys(range?: KeyRange): Iterable<Key>
  count(): number
}

type TableOptions = {
  /** `json`: any plain value, kept as MessagePack. `binary`: Uint8Arrays as they are. */
  readonly values: 'json' | 'binary'
  /** `binary` keys are Uint8Arrays, compared byte by byte; `number` keys are whole numbers to 2^32 - 1. */
  readonly keys: 'ordered' | 'binary' | 'number'
}

/**
 * LMDB: one environment with named tables. What is written in one call is committed together or not at all, and each
 * promise resolves once it is on disk, not when it is visible. One process owns the folder.
 */
export type KeyValueStore = AsyncDisposable & {
  readonly path: string
  table<Value>(name: string, options: TableOptions): Table<Value>
  /**
   * Puts and removals without reads of what they write; they are carried out by a thread of their own, many calls in one
   * commit.
   */
  write(work: () => void): Promise<void>
  /** Reads, decides and writes, seeing its own writes and nobody else's half-way. `work` must not wait for anything. */
  transact<Result>(work: () => Result): Promise<Result>
  /** Empties a table; cheap whatever it holds. */
  clear(name: string): Promise<void>
}

/** @throws what the file system says, when the folder cannot be used. */
export function openKeyValueStore(path: string): KeyValueStore {
  // What came in lies here as it came, until it is folded.
  mkdirSync(path, { recursive: true, mode: 0o700 })
  // Unwritten parts of pages need no zeroes: nobody else reads the file. Without overlapping syncs a commit is on disk
  // when it resolves, and nobody waits for the writes of those who came later. Batches by event turn make promises that
  // nobody holds, and a full disk would end the process through them; every write here is a batch of its own.
  return new LmdbStore(
    path,
    open({ path, maxDbs: 64, noMemInit: true, overlappingSync: false, eventTurnBatching: false }),
  )
}

class LmdbStore implements KeyValueStore {
  readonly path: string
  readonly #environment: RootDatabase
  readonly #databases = new Map<string, LmdbDatabase>()
  /** The changes of a `write` whose work is not done: should it throw, none of them is made. */
  #recorded: (() => Promise<boolean>)[] | undefined
  #lastChange: Promise<boolean> | undefined

  constructor(path: string, environment: RootDatabase) {
    this.path = path
    this.#environment = environment
  }

  table<Value>(name: string, options: TableOptions): Table<Value> {
    const database = this.#open(name, options)
    const isBinary = options.values === 'binary'
    return {
      get: (key) =>
        isBinary ? (database.getBinary(key as never) as Value | undefined) : database.get(key as never),
      has: (key) => database.doesExist(key as never),
      put: (key, value) =>
        this.#change(() => database.put(key as never, isBinary ? asBinary(value as Buffer) : value)),
      remove: (key) => this.#change(() => database.remove(key as never)),
      entries: (range = {}) => database.getRange(range as never) as Iterable<{ key: Key; value: Value }>,
      keys: (range = {}) => database.getKeys(range as never) as Iterable<Key>,
      count: () => (database.getStats() as { entryCount: number }).entryCount,
    }
  }

  #open(name: string, { values, keys }: TableOptions): LmdbDatabase {
    const known = this.#databases.get(name)
    if (known !== undefined) return known
    const keyEncoding = { ordered: 'ordered-binary', binary: 'binary', number: 'uint32' }[keys]
    const encoding = values === 'binary' ? 'binary' : 'msgpack'
    const database = this.#environment.openDB({ name, encoding, keyEncoding: keyEncoding as never })
    this.#databases.set(name, database)
    return database
  }

  #change(change: () => Promise<boolean>): void {
    if (this.#recorded === undefined) this.#make(change)
    else this.#recorded.push(change)
  }

  /** Changes of one commit share a promise; whoever asked for the commit hears of its failure. */
  #make(change: () => Promise<boolean>): void {
    const made = change()
    if (made === this.#lastChange) return
    this.#lastChange = made
    made.catch(() => undefined)
  }

  async write(work: () => void): Promise<void> {
    const changes: (() => Promise<boolean>)[] = []
    this.#recorded = changes
    try {
      work()
    } finally {
      this.#recorded = undefined
    }
    await this.#settled(
      this.#environment.batch(() => {
        for (const change of changes) this.#make(change)
      }),
    )
  }

  async transact<Result>(work: () => Result): Promise<Result> {
    let outcome: { readonly result: Result } | { readonly error: unknown } | undefined
    // A transaction of several that share a commit cannot be taken back; one within it can.
    await this.#settled(
      this.#environment.childTransaction(() => {
        try {
          outcome = { result: work() }
          return undefined
        } catch (error) {
          outcome = { error }
          return ABORT
        }
      }),
    )
    if (outcome === undefined) throw new Error('the transaction did not run')
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }

  async clear(name: string): Promise<void> {
    const database = this.#databases.get(name)
    if (database !== undefined) await this.#settled(database.clearAsync())
  }

  /**
   * A reader's snapshot may be from before the commit, so it is renewed.
   * @throws Error with what the file system said.
   */
  async #settled(commit: Promise<unknown>): Promise<void> {
    try {
      await commit
    } catch (error) {
      throw await explainFailedCommit(error)
    }
    this.#environment.resetReadTxn()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#environment.close()
  }
}

/** The library rejects with an error that holds a promise of the reason. */
async function explainFailedCommit(error: unknown): Promise<unknown> {
  if (typeof error !== 'object' || error === null || !('commitError' in error)) return error
  try {
    await error.commitError
    return error
  } catch (cause) {
    return new Error(`the commit failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}
