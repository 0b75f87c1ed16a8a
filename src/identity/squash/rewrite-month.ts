import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { IdentityGraph } from '../identity-graph.ts'

const affectedPartitions = sqlFile(import.meta.url, '../sql/affected-partitions.sql')
const createCopy = sqlFile(import.meta.url, '../sql/create-copy.sql')
const createLocalCopy = sqlFile(import.meta.url, '../sql/create-local-copy.sql')
const dropCopy = sqlFile(import.meta.url, '../sql/drop-copy.sql')
const copyPartition = sqlFile(import.meta.url, '../sql/copy-partition.sql')
const replacePartition = sqlFile(import.meta.url, '../sql/replace-partition.sql')
const mendPartition = sqlFile(import.meta.url, '../sql/mend-partition.sql')
const keepCopied = sqlFile(import.meta.url, '../sql/keep-copied.sql')
const keepOthers = sqlFile(import.meta.url, '../sql/keep-others.sql')

/** Blocks of an INSERT … SELECT: the engine's million rows of 45 columns take 300 MB. Equal blocks are no repeats. */
const copySettings = {
  min_insert_block_size_rows: 262_144,
  min_insert_block_size_bytes: 134_217_728,
  insert_deduplicate: 0,
}
/** A node may hold no row of the month; by default the engine takes that for a mistake. */
const clusterSettings = { ...copySettings, allow_replace_partition_from_empty_source: 1 }

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
  await endMonthInHand(database, graph)
  const { run, create, drop } = createRunner(database, month)
  await create('squash_copy')
  await run(copyPartition, signal)
  await graph.takeInHand(month)
  await run(replacePartition)
  await graph.takeInHand(undefined)
  await drop('squash_copy')
}

/** Leaves no month half replaced and no table behind; to be called in a turn `events`. */
export async function endMonthInHand(database: Database, graph: IdentityGraph): Promise<void> {
  const month = graph.monthInHand()
  const runner = createRunner(database, month ?? '')
  if (month !== undefined) {
    await mendMonth(runner)
    await graph.takeInHand(undefined)
  }
  await runner.drop('squash_mended')
  await runner.drop('squash_copy')
}

type Runner = ReturnType<typeof createRunner>

/**
 * A month whose replacing was cut off may have its rows twice or not at all: the engine renames folders one by one. The
 * copy is whole, since the month is taken in hand only then; so the month is the copy and what was stored since.
 */
async function mendMonth({ run, create, drop }: Runner): Promise<void> {
  await drop('squash_mended')
  await create('squash_mended')
  await run(keepCopied)
  await run(keepOthers)
  await run(mendPartition)
}

function createRunner(database: Database, partition: string) {
  const isCluster = database.kind === 'cluster'
  const events = isCluster ? 'events_local' : 'events'
  const settings = isCluster ? clusterSettings : copySettings
  const runWith = (sql: string, copy: string, signal?: AbortSignal): Promise<void> =>
    database.executeOnEveryNode(sql, {
      parameters: { events, partition, copy },
      settings,
      ...(signal && { signal }),
    })
  return {
    run: (sql: string, signal?: AbortSignal) => runWith(sql, '', signal),
    create: (copy: string) => runWith(isCluster ? createLocalCopy : createCopy, copy),
    drop: (copy: string) => runWith(dropCopy, copy),
  }
}
