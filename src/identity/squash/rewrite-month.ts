import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { IdentityGraph } from '../identity-graph.ts'

const affectedPartitions = sqlFile(import.meta.url, '../sql/affected-partitions.sql')
const createCopy = sqlFile(import.meta.url, '../sql/create-copy.sql')
const dropCopy = sqlFile(import.meta.url, '../sql/drop-copy.sql')
const copyPartition = sqlFile(import.meta.url, '../sql/copy-partition.sql')
const replacePartition = sqlFile(import.meta.url, '../sql/replace-partition.sql')
const keepCopied = sqlFile(import.meta.url, '../sql/keep-copied.sql')
const keepOthers = sqlFile(import.meta.url, '../sql/keep-others.sql')

const copy = 'squash_copy'
const mended = 'squash_mended'
/** Blocks of an INSERT … SELECT: the engine's million rows of 45 columns take 300 MB. Equal blocks are no repeats. */
const copySettings = {
  min_insert_block_size_rows: 262_144,
  min_insert_block_size_bytes: 134_217_728,
  insert_deduplicate: 0,
}

/** Months as the table's partitions are named: `202611`. */
export async function listAffectedMonths(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ partition: string }>(affectedPartitions)
  return rows.map(({ partition }) => partition)
}

/** To be called in a turn `events`. Each node of a cluster rewrites its own share. */
export async function rewriteMonth(
  database: Database,
  graph: IdentityGraph,
  month: string,
  signal?: AbortSignal,
): Promise<void> {
  const run = createRunner(database, month)
  await run(dropCopy, { copy })
  await run(createCopy, { copy })
  await run(copyPartition, { copy }, signal)
  await graph.takeInHand(month)
  await run(replacePartition, { copy })
  await graph.takeInHand(undefined)
  await run(dropCopy, { copy })
}

/**
 * A month whose replacing was cut off may have its rows twice or not at all: the engine renames folders one by one. The
 * copy is whole, since the month is taken in hand only then; so the month is the copy and what was stored since.
 */
export async function finishMonth(database: Database, graph: IdentityGraph, month: string): Promise<void> {
  const run = createRunner(database, month)
  await run(dropCopy, { copy: mended })
  await run(createCopy, { copy: mended })
  await run(keepCopied, { copy, mended })
  await run(keepOthers, { copy, mended })
  await run(replacePartition, { copy: mended })
  await graph.takeInHand(undefined)
  await run(dropCopy, { copy: mended })
  await run(dropCopy, { copy })
}

type Tables = Readonly<Record<string, string>>

function createRunner(database: Database, partition: string) {
  const events = database.kind === 'cluster' ? 'events_local' : 'events'
  return (sql: string, tables: Tables, signal?: AbortSignal): Promise<void> =>
    database.executeOnEveryNode(sql, {
      parameters: { events, partition, ...tables },
      settings: copySettings,
      ...(signal && { signal }),
    })
}
