import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { drainPending, Session } from 'chdb'
import { throwIfStopped } from '../core/errors.ts'
import type { Database, FileLoad, FileTarget, InsertOptions, QueryOptions } from './database.ts'
import { explainRefusedDirectory } from './directory-lock.ts'
import { withPlainPath } from './embedded/plain-path.ts'
import { createSessionPool, formatSet } from './embedded/session-pool.ts'
import { toDatabaseError, toLoadError } from './engine/engine-error.ts'
import { prepareLoad } from './engine/file-load.ts'
import { formatParameters, quoteLiteral } from './engine/parameters.ts'
import { stopOnSignal } from './engine/query-stopper.ts'
import { formatRows, parseRows } from './engine/rows.ts'
import { answerSettings, exportSettings, fileOrderSettings, type Settings } from './engine/settings.ts'
import { createTurns } from './engine/turns.ts'
import { checkTableName, quoteIdentifier } from './identifier.ts'

export type EmbeddedDatabaseOptions = {
  /** The data directory; made when it is not there. One process owns it. */
  readonly path: string
  /** The ClickHouse database inside it. */
  readonly database?: string
  /**
   * Queries that run beside each other (default 3). Each holds one thread of Node's pool of four while it runs;
   * one is left for files.
   */
  readonly sessionCount?: number
  /** What one query may hold before it fails; it goes to disk at 40 % of it. Default 900. */
  readonly queryMemoryMb?: number
}

/**
 * ClickHouse in this process (chDB), on a directory that this process owns.
 * @throws AppError `directory_in_use` when another process holds the directory.
 */
export async function createEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<Database> {
  const directory = resolve(options.path)
  mkdirSync(directory, { recursive: true })
  const database = options.database ?? 'likeness'
  const name = quoteIdentifier(database)
  const settings = { ...answerSettings, ...memorySettings(options.queryMemoryMb ?? 900) }
  const control = openSession(directory)
  await control.queryAsync(`CREATE DATABASE IF NOT EXISTS ${name}`)
  const lent = Array.from({ length: options.sessionCount ?? 3 }, () => openSession(directory))
  for (const session of lent) {
    await session.queryAsync(`${formatSet(Object.entries(settings))}USE ${name}`)
  }
  return new EmbeddedDatabase(control, lent, settings, emptyStreamFolder(directory, database))
}

/** What a killed process left on its way is removed; called once the directory is this process's. */
function emptyStreamFolder(directory: string, database: string): string {
  const folder = join(directory, 'streams', database)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function openSession(directory: string): Session {
  try {
    return new Session(directory, { connectionArgs: engineArguments })
  } catch (error) {
    throw explainRefusedDirectory(directory, error)
  }
}

/** A small shop's machine: caches of tens of MB instead of the server's 5 GB, few background threads. */
const engineArguments = [
  '--mark_cache_size=67108864',
  '--index_mark_cache_size=33554432',
  '--primary_index_cache_size=67108864',
  '--background_pool_size=2',
  '--background_schedule_pool_size=4',
]

/** Grouping, sorting and joining go to disk before a query reaches its limit. */
function memorySettings(queryMemoryMb: number): Settings {
  const limit = queryMemoryMb * 1_000_000
  const spill = Math.round(limit * 0.4)
  return {
    max_memory_usage: limit,
    max_bytes_before_external_group_by: spill,
    max_bytes_before_external_sort: spill,
    max_bytes_before_external_join: spill,
  }
}

class EmbeddedDatabase implements Database {
  readonly kind = 'embedded'
  readonly streamFolder: string
  readonly takeTurns = createTurns()
  readonly #pool
  /** Stops running queries; lent to nobody, so that a stop never waits for the query it stops. */
  readonly #control: Session

  constructor(control: Session, lent: readonly Session[], settings: Settings, streamFolder: string) {
    this.#control = control
    this.streamFolder = streamFolder
    this.#pool = createSessionPool(lent, settings)
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<Row[]> {
    return parseRows<Row>(await this.#run(sql, options))
  }

  async execute(sql: string, options: QueryOptions = {}): Promise<void> {
    await this.#run(sql, options)
  }

  executeOnEveryNode(sql: string, options: QueryOptions = {}): Promise<void> {
    return this.execute(sql, options)
  }

  async *stream<Row>(sql: string, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    throwIfStopped(options.signal)
    const settings = { ...options.settings, ...formatParameters(sql, options.parameters ?? {}) }
    const lease = await this.#pool.borrow()
    const label = randomUUID()
    const settle = stopOnSignal(options.signal, () => this.#kill(label))
    try {
      const set = lease.prepare(options.signal ? { ...settings, log_comment: label } : settings)
      if (set !== '') await lease.session.queryAsync(set)
      for await (const chunk of lease.session.queryStream(sql)) {
        throwIfStopped(options.signal)
        if (chunk.numRows > 0) yield parseRows<Row>(chunk.text())
      }
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      await settle()
      lease.release()
    }
  }

  async insert(table: string, rows: readonly object[], options: InsertOptions = {}): Promise<void> {
    if (rows.length === 0) return
    // Without a token the engine would drop a block that looks like one of the last thousand.
    const token = { insert_deduplication_token: options.token ?? randomUUID() }
    await this.#borrowFor(token, options.signal, async (session, set) => {
      if (set !== '') await session.queryAsync(set)
      await session.insert({ table: checkTableName(table), values: formatRows(rows), format: 'JSONEachRow' })
    })
  }

  async loadFile(load: FileLoad): Promise<number> {
    const { insertFrom, structure, count, empty } = await prepareLoad(load)
    const { format, compression, signal } = load
    const sql = `${insertFrom} file({path:String}, {format:String}, {structure:String}, {compression:String})`
    const settings = { ...fileOrderSettings, ...load.settings }
    try {
      await withPlainPath(load.path, (path) => {
        const parameters = { path, format, structure, compression }
        return this.#run(sql, { parameters, settings, ...(signal && { signal }) })
      })
    } catch (error) {
      await this.execute(empty)
      throw toLoadError(error, load.path)
    }
    const [counted] = await this.query<{ count: number }>(count)
    return counted?.count ?? 0
  }

  async exportTo({ path, format }: FileTarget, sql: string, options: QueryOptions = {}): Promise<void> {
    const insert = `INSERT INTO FUNCTION file({export_path:String}, {export_format:String}) ${sql}`
    const settings = { ...exportSettings, ...options.settings, engine_file_truncate_on_insert: 1 }
    try {
      await withPlainPath(path, (export_path) => {
        const parameters = { ...options.parameters, export_path, export_format: format }
        return this.#run(insert, { ...options, parameters, settings })
      })
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  #run(sql: string, options: QueryOptions): Promise<string> {
    const settings = { ...options.settings, ...formatParameters(sql, options.parameters ?? {}) }
    return this.#borrowFor(settings, options.signal, async (session, set) => {
      const result = await session.queryAsync(`${set}${sql}`, { format: 'JSONEachRow' })
      return result.text()
    })
  }

  /** The session is lent until the engine is done with it, also when the caller's signal fired before. */
  async #borrowFor<Result>(
    settings: Settings,
    signal: AbortSignal | undefined,
    work: (session: Session, set: string) => Promise<Result>,
  ): Promise<Result> {
    throwIfStopped(signal)
    const lease = await this.#pool.borrow()
    const label = randomUUID()
    const settle = stopOnSignal(signal, () => this.#kill(label))
    try {
      throwIfStopped(signal)
      return await work(lease.session, lease.prepare(signal ? { ...settings, log_comment: label } : settings))
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      await settle()
      lease.release()
    }
  }

  /**
   * The binding's own abort only leaves off waiting; a KILL QUERY from another session ends the work. It must be
   * ASYNC: SYNC waits inside the engine for the stopped query and never returned (chDB 3.4).
   */
  async #kill(label: string): Promise<void> {
    await this.#control.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${quoteLiteral(label)} ASYNC`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close()
    this.#control.close()
    await drainPending()
  }
}
