import { createEmbeddedDatabase } from '../embedded-database.ts'

/**
 * Inserts batches of 1,000 rows into the data directory named on the command line and prints each batch number once
 * it is acknowledged, until someone kills the process.
 */
const batchSize = 1000
const database = await createEmbeddedDatabase({ path: process.argv[2] ?? '', sessionCount: 1 })
await database.execute(
  'CREATE TABLE IF NOT EXISTS written (batch UInt32, id UInt32, text String) ENGINE = MergeTree ORDER BY (batch, id) ' +
    'SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 1000',
)
for (let batch = 0; ; batch++) {
  const rows = Array.from({ length: batchSize }, (_, id) => ({ batch, id, text: `row ${id} of ${batch}` }))
  await database.insert('written', rows, { token: `batch ${batch}` })
  process.stdout.write(`${batch}\n`)
}
