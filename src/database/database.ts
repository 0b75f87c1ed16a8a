/** Values bound to the `{name:Type}` parameters of a query; the only way a value reaches SQL. */
export type QueryParameters = Readonly<
  Record<string, string | number | boolean | Date | null | readonly (string | number)[]>
>

export type QueryOptions = {
  readonly parameters?: QueryParameters
  /** ClickHouse settings for this query alone. */
  readonly settings?: Readonly<Record<string, string | number>>
  readonly signal?: AbortSignal
}

export type InsertOptions = {
  /**
   * Makes a repeated insert harmless: blocks with a token that the table has seen are dropped. Without one the insert
   * is stored as often as it is sent.
   */
  readonly token?: string
  readonly signal?: AbortSignal
}

/** A file to stream into a table through the engine's own readers; never held whole in memory. */
export type FileLoad = {
  readonly path: string
  /** A ClickHouse input format, e.g. CSV, TSVRaw, JSONAsString, Parquet, LineAsString. */
  readonly format: string
  readonly compression: 'none' | 'gzip'
  /** The columns the format yields, in file order. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** The table that receives `row_number UInt64` (1 for the first row that the format yields) and then the columns. */
  readonly table: string
  readonly settings?: Readonly<Record<string, string | number>>
  readonly signal?: AbortSignal
}

/** A file that rows are written to as they leave the engine; never held whole in memory. */
export type FileTarget = {
  /** In a folder that is there; a file of this name is replaced. */
  readonly path: string
  /** Missing values are null in Parquet and JSON lines, and empty in CSV. */
  readonly format: 'Parquet' | 'CSVWithNames' | 'JSONEachRow'
}

/**
 * The one event store: ClickHouse, in the process, as a server or as a cluster. Same SQL for all.
 * Every method throws AppError `database_failed` when the engine refuses a query, with the engine's text as cause,
 * `database_unreachable` when it does not answer, and `stopped` when the signal fires.
 */
export type Database = AsyncDisposable & {
  readonly kind: 'embedded' | 'server' | 'cluster'
  /** The name of the cluster in the servers' configuration; only where `kind` is `cluster`. */
  readonly clusterName?: string
  /**
   * A folder of the data directory for results on their way (`stream-by-file.ts`), which only this user may enter and which is empty
   * after each opening; only where `kind` is `embedded`.
   */
  readonly streamFolder?: string
  /** All rows of a SELECT as objects; 64-bit integers and decimals arrive as the engine's JSON has them. */
  query<Row>(sql: string, options?: QueryOptions): Promise<Row[]>
  /** Rows of a large SELECT in batches, without holding them all. */
  stream<Row>(sql: string, options?: QueryOptions): AsyncIterable<readonly Row[]>
  /** A statement without rows: DDL, INSERT … SELECT, ALTER, OPTIMIZE. */
  execute(sql: string, options?: QueryOptions): Promise<void>
  /** A statement that each node of a cluster must run for itself, as DDL does; on one node the same as `execute`. */
  executeOnEveryNode(sql: string, options?: QueryOptions): Promise<void>
  /** Durable rows: resolves once they are on disk. */
  insert(table: string, rows: readonly object[], options?: InsertOptions): Promise<void>
  /**
   * Runs works of one name one after another, those of this process: what reads, decides and writes must not see
   * another half-way. A signal that fires before the turn comes ends the waiting.
   */
  takeTurns<Result>(name: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Writes the rows of a SELECT to a file; what fails or is stopped leaves none. */
  exportTo(target: FileTarget, sql: string, options?: QueryOptions): Promise<void>
  /** Streams a file into a table; resolves with the number of rows. Throws AppError `bad_file` on a broken file. */
  loadFile(load: FileLoad): Promise<number>
}
