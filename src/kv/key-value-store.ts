import { mkdirSync } from 'node:fs'
import { ABORT, asBinary } from 'lmdb'
import { type CompactionReport, compactEnvironment } from './environment/compact-environment.ts'
import { Environment, type Key, type TableOptions } from './environment/environment.ts'
import { dropOthers, findGeneration, folderOf } from './environment/generations.ts'
import type { Change } from './environment/replay-changes.ts'
import { WriteGate } from './environment/write-gate.ts'

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
  /** To be read through without waiting for anything. */
  entries(range?: KeyRange): Iterable<{ readonly key: Key; readonly value: Value }>
  /** As `entries`, without reading values. */
  keys(range?: KeyRange): Iterable<Key>
  count(): number
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
  /**
   * Writes everything anew and drops the old file: nothing is left of what was removed or replaced before the call.
   * Reads and writes go on meanwhile, but for a moment at its end; cut off anywhere, no acknowledged write is lost.
   * @throws AppError 'disk_full' when there is no room for a second file; then nothing has changed.
   */
  compact(): Promise<CompactionReport>
}

/**
 * To be called by the owner of the folder (`lockFolder`): what a compaction that was cut off left behind is removed.
 * @throws what the file system says, when the folder cannot be used.
 */
export function openKeyValueStore(path: string): KeyValueStore {
  // What came in lies here as it came, until it is folded.
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const generation = findGeneration(path)
  dropOthers(path, generation)
  return new LmdbStore(path, generation)
}

class LmdbStore implements KeyValueStore {
  readonly path: string
  readonly #gate = new WriteGate()
  readonly #tables = new Map<string, TableOptions>()
  #generation: number
  #environment: Environment
  /** The changes of a `write` whose work is not done: should it throw, none of them is made. */
  #recorded: (() => Promise<boolean>)[] | undefined
  #lastChange: Promise<boolean> | undefined
  /** What has changed since a compaction began to copy. */
  #news: Change[] | undefined
  #compacting: Promise<unknown> = Promise.resolve()

  constructor(path: string, generation: number) {
    this.path = path
    this.#generation = generation
    this.#environment = new Environment(folderOf(path, generation))
  }

  table<Value>(name: string, options: TableOptions): Table<Value> {
    this.#tables.set(name, options)
    this.#environment.table(name, options)
    const database = () => this.#environment.table(name, options)
    const isBinary = options.values === 'binary'
    const change = (key: Key, make: () => Promise<boolean>) => {
      this.#change(() => {
        this.#news?.push({ table: name, options, key: key instanceof Uint8Array ? Buffer.from(key) : key })
        return make()
      })
    }
    return {
      get: (key) =>
        isBinary ? (database().getBinary(key as never) as Value | undefined) : database().get(key as never),
      has: (key) => database().doesExist(key as never),
      put: (key, value) =>
        change(key, () => database().put(key as never, isBinary ? asBinary(value as Buffer) : value)),
      remove: (key) => change(key, () => database().remove(key as never)),
      entries: (range = {}) => database().getRange(range as never) as Iterable<{ key: Key; value: Value }>,
      keys: (range = {}) => database().getKeys(range as never) as Iterable<Key>,
      count: () => (database().getStats() as { entryCount: number }).entryCount,
    }
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

  write(work: () => void): Promise<void> {
    return this.#gate.pass(async () => {
      const changes: (() => Promise<boolean>)[] = []
      this.#recorded = changes
      try {
        work()
      } finally {
        this.#recorded = undefined
      }
      await this.#settled(
        this.#environment.root.batch(() => {
          for (const change of changes) this.#make(change)
        }),
      )
    })
  }

  transact<Result>(work: () => Result): Promise<Result> {
    return this.#gate.pass(async () => {
      let outcome: { readonly result: Result } | { readonly error: unknown } | undefined
      // A transaction of several that share a commit cannot be taken back; one within it can.
      await this.#settled(
        this.#environment.root.childTransaction(() => {
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
    })
  }

  async clear(name: string): Promise<void> {
    const options = this.#tables.get(name)
    if (options === undefined) return
    await this.#gate.pass(async () => {
      this.#news?.push({ table: name, options })
      await this.#settled(this.#environment.table(name, options).clearAsync())
    })
  }

  compact(): Promise<CompactionReport> {
    const mine = this.#compacting.then(() => this.#compact())
    this.#compacting = mine.catch(() => undefined)
    return mine
  }

  async #compact(): Promise<CompactionReport> {
    const old = { environment: this.#environment, generation: this.#generation }
    try {
      return await compactEnvironment({
        path: this.path,
        ...old,
        gate: this.#gate,
        tables: this.#tables,
        takeNews: () => {
          const news = this.#news ?? []
          this.#news = []
          return news
        },
        use: (environment, generation) => {
          this.#environment = environment
          this.#generation = generation
        },
      })
    } finally {
      this.#news = undefined
    }
  }

  /** @throws Error with what the file system said. */
  async #settled(commit: Promise<unknown>): Promise<void> {
    try {
      await commit
    } catch (error) {
      throw await explainFailedCommit(error)
    }
    this.#environment.renewReader()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compacting
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
