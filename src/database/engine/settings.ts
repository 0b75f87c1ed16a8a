/** ClickHouse settings by name. */
export type Settings = Readonly<Record<string, string | number>>

/**
 * What makes the embedded engine and every server answer alike, whatever their own configuration says: times in UTC
 * as ISO 8601, 64-bit integers and decimals as JSON numbers (exact to 2^53), NaN and infinity as null, an unmatched
 * join as the column's default, an insert written before it is acknowledged.
 */
export const answerSettings: Settings = {
  session_timezone: 'UTC',
  date_time_output_format: 'iso',
  date_time_input_format: 'best_effort',
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_decimals: 0,
  output_format_json_quote_denormals: 0,
  output_format_json_escape_forward_slashes: 0,
  output_format_json_named_tuples_as_objects: 1,
  join_use_nulls: 0,
  group_by_use_nulls: 0,
  data_type_default_nullable: 0,
  union_default_mode: 'DISTINCT',
  async_insert: 0,
  insert_deduplicate: 1,
  max_query_size: 4_194_304,
  // A file of ten years is 120 months at once; the engine's own limit is 100.
  max_partitions_per_insert_block: 0,
}

/** Files are written in pieces of some tens of MB: the engine's own would hold a million rows of hundreds of columns. */
export const exportSettings: Settings = {
  output_format_parquet_row_group_size: 50_000,
  min_insert_block_size_rows: 50_000,
  format_csv_null_representation: '',
}

/** File rows keep their order and number only when one thread writes them; parsing itself may use more. */
export const fileOrderSettings: Settings = {
  max_threads: 1,
  max_insert_threads: 1,
  max_parsing_threads: 2,
  // The engine's million rows a block take 300 MB more on a file of 5 million, smaller ones than these more merging.
  min_insert_block_size_rows: 393_216,
  min_insert_block_size_bytes: 134_217_728,
  input_format_parquet_preserve_order: 1,
  // The embedded engine's default maps files into memory, where a file that shrinks meanwhile kills the process.
  storage_file_read_method: 'pread',
}
