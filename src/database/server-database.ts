import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { finished, pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { throwIfStopped } from '../core/errors.ts'
import type { Database, FileLoad, FileTarget, InsertOptions, QueryOptions } from './database.ts'
import { toDatabaseError, toLoadError } from './engine/engine-error.ts'
import { type LoadParts, prepareLoad } from './engine/file-load.ts'
import { formatParameters, quoteLiteral } from './engine/parameters.ts'
import { stopOnSignal } from './engine/query-stopper.ts'
import { answerSettings, exportSettings, fileOrderSettings, type Settings } from './engine/settings.ts'
import { createTurns } from './engine/turns.ts'
import { checkTableName, quoteIdentifier } from './identifier.ts'
import { openFileBody } from './server/file-body.ts'

export type ServerDatabaseOptions = {
  /** The HTTP address of the server, or of the node of a cluster that takes the queries. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Made when it is not there. */
  readonly database?: string
  /** A cluster of the servers' configuration and the HTTP addresses of all its nodes, which each get the tables. */
  readonly cluster?: { readonly name: string; readonly nodeUrls: readonly string[] }
}

/** A load or a feature run may take long; nothing here waits longer than this for an answer. */
const requestTimeoutMs = 3_600_000

/**
 * A ClickHouse server or cluster by its HTTP address.
 * @throws AppError `database_unreachable` when it does not answer.
 */
export async function createServerDatabase(options: ServerDatabaseOptions): Promise<Database> {
  const { url, cluster } = options
  const name = options.database ?? 'likeness'
  const nodeUrls = [url, ...(cluster?.nodeUrls.filter((each) => each !== url) ?? [])]
  const nodes = nodeUrls.map((nodeUrl) => createNodeClient(nodeUrl, name, options))
  const database = new ServerDatabase(nodes, cluster?.name)
  for (const nodeUrl of nodeUrls) {
    const client = createNodeClient(nodeUrl, 'default', options)
    try {
      await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(name)}` })
    } catch (error) {
      await database[Symbol.asyncDispose]()
      throw toDatabaseError(error)
    } finally {
      await client.close()
    }
  }
  return database
}

function createNodeClient(url: string, database: string, options: ServerDatabaseOptions): ClickHouseClient {
  return createClient({
    url,
    database,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    request_timeout: requestTimeoutMs,
    // A sign of life in the headers keeps a balancer from cutting a long query off.
    clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' },
    compression: { request: false, response: true },
    // Its own log would print parameters, which may be personal data; errors are thrown.
    log: { level: ClickHouseLogLevel.OFF },
  })
}

/** On a cluster: wait until every shard has the rows, and let every node see whole tables in joins. */
const clusterSettings: Settings = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'global',
  prefer_localhost_replica: 1,
}

class ServerDatabase implements Database {
  readonly kind: 'server' | 'cluster'
  readonly takeTurns = createTurns()
  readonly clusterName?: string
  readonly #nodes: readonly ClickHouseClient[]
  readonly #client: ClickHouseClient
  readonly #settings: Settings

  constructor(nodes: readonly ClickHouseClient[], clusterName: string | undefined) {
    const [client] = nodes
    if (client === undefined) throw new Error('a server database needs a node')
    this.#nodes = nodes
    this.#client = client
    this.kind = clusterName === undefined ? 'server' : 'cluster'
    if (clusterName !== undefined) this.clusterName = clusterName
    this.#settings = clusterName === undefined ? answerSettings : { ...answerSettings, ...clusterSettings }
  }

  async query<Row>(sql: string, options: QueryOptions = {}): Promise<Row[]> {
    return this.#stoppable(options.signal, async (query_id) => {
      const clickhouse_settings = this.#settingsOf(sql, options)
      const answer = await this.#client.query({
        query: sql,
        format: 'JSONEachRow',
        query_id,
        clickhouse_settings,
      })
      return answer.json<Row>()
    })
  }

  async *stream<Row>(sql: string, options: QueryOptions = {}): AsyncGenerator<readonly Row[]> {
    throwIfStopped(options.signal)
    const query_id = randomUUID()
    const settle = stopOnSignal(options.signal, () => this.#kill(query_id))
    try {
      const clickhouse_settings = this.#settingsOf(sql, options)
      const answer = await this.#client.query({
        query: sql,
        format: 'JSONEachRow',
        query_id,
        clickhouse_settings,
      })
      for await (const rows of answer.stream<Row>()) {
        throwIfStopped(options.signal)
        if (rows.length > 0) yield rows.map((row) => row.json())
      }
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      await settle()
    }
  }

  execute(sql: string, options: QueryOptions = {}): Promise<void> {
    return this.#command(this.#client, sql, options)
  }

  async executeOnEveryNode(sql: string, options: QueryOptions = {}): Promise<void> {
    for (const node of this.#nodes) await this.#command(node, sql, options)
  }

  async insert(table: string, rows: readonly object[], options: InsertOptions = {}): Promise<void> {
    if (rows.length === 0) return
    // Without a token the engine would drop a block that looks like one of the last thousand.
    const token = { insert_deduplication_token: options.token ?? randomUUID() }
    await this.#stoppable(options.signal, (query_id) =>
      this.#client.insert({
        table: checkTableName(table),
        values: rows,
        format: 'JSONEachRow',
        query_id,
        clickhouse_settings: { ...this.#settings, ...token },
      }),
    )
  }

  async loadFile(load: FileLoad): Promise<number> {
    const parts = await prepareLoad(load)
    try {
      await this.#stoppable(load.signal, (query_id) => this.#sendFile(load, parts, query_id))
    } catch (error) {
      await this.execute(parts.empty)
      throw toLoadError(error, load.path)
    }
    const [counted] = await this.query<{ count: number }>(parts.count)
    return counted?.count ?? 0
  }

  async exportTo({ path, format }: FileTarget, sql: string, options: QueryOptions = {}): Promise<void> {
    const settings = this.#settingsOf(sql, {
      ...options,
      settings: { ...exportSettings, ...options.settings },
    })
    // An error after the first rows would else stand in the file: the server answers when it has them all, on its disk.
    const clickhouse_settings = { ...settings, wait_end_of_query: 1 as const }
    try {
      await this.#stoppable(options.signal, async (query_id) => {
        const query = `${sql}\nFORMAT ${format}`
        const answer = await this.#client.exec({ query, query_id, clickhouse_settings })
        await pipeline(answer.stream, createWriteStream(path))
      })
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) await node.close()
  }

  async #sendFile(load: FileLoad, parts: LoadParts, query_id: string): Promise<void> {
    const source = `input(${quoteLiteral(parts.structure)}) FORMAT ${checkTableName(load.format)}`
    const query = `${parts.insertFrom} ${source}`
    const clickhouse_settings = { ...this.#settings, ...fileOrderSettings, ...load.settings }
    const file = openFileBody(load)
    try {
      const answer = await this.#client.exec({ query, values: file.body, query_id, clickhouse_settings })
      answer.stream.resume()
      await finished(answer.stream)
    } catch (error) {
      file.body.destroy()
      // What the server got so far it may still be storing; the table is emptied after this.
      while (await this.#kill(query_id)) await wait(20)
      throw readingFailure(await file.failure) ?? error
    }
  }

  #command(node: ClickHouseClient, sql: string, options: QueryOptions): Promise<void> {
    return this.#stoppable(options.signal, async (query_id) => {
      const clickhouse_settings = { ...this.#settingsOf(sql, options), wait_end_of_query: 1 as const }
      await node.command({ query: sql, query_id, clickhouse_settings })
    })
  }

  /** Parameters travel beside the settings: both are fields of the request, formatted here and nowhere else. */
  #settingsOf(sql: string, options: QueryOptions): Settings {
    return { ...this.#settings, ...options.settings, ...formatParameters(sql, options.parameters ?? {}) }
  }

  /** The work ends on the server too once the signal fires; the answer is awaited, so that nothing goes on unseen. */
  async #stoppable<Result>(
    signal: AbortSignal | undefined,
    work: (queryId: string) => Promise<Result>,
  ): Promise<Result> {
    throwIfStopped(signal)
    const queryId = randomUUID()
    const settle = stopOnSignal(signal, () => this.#kill(queryId))
    try {
      return await work(queryId)
    } catch (error) {
      throw toDatabaseError(error)
    } finally {
      await settle()
    }
  }

  /** Whether there was something to kill. */
  async #kill(queryId: string): Promise<boolean> {
    const answer = await this.#client.query({
      query: 'KILL QUERY WHERE query_id = {queryId:String} ASYNC',
      query_params: { queryId },
      format: 'JSONEachRow',
    })
    return (await answer.json()).length > 0
  }
}

/** A body that was destroyed because the server refused it ended early; that is no failure of the file. */
function readingFailure(failure: unknown): unknown {
  const isOurs =
    failure instanceof Error && 'code' in failure && failure.code === 'ERR_STREAM_PREMATURE_CLOSE'
  return isOurs ? undefined : failure
}
