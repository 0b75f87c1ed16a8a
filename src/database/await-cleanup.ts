import { setTimeout as wait } from 'node:timers/promises'
import { throwIfStopped } from '../core/errors.ts'
import type { Database } from './database.ts'
import { sqlFile } from './sql-file.ts'

const waitLoading = sqlFile(import.meta.url, './sql/wait-loading-parts.sql')
const selectTime = sqlFile(import.meta.url, './sql/engine-time.sql')
const selectParts = sqlFile(import.meta.url, './sql/replaced-parts.sql')
const selectPartsOfCluster = sqlFile(import.meta.url, './sql/replaced-parts-of-cluster.sql')

type CleanupOptions = {
  readonly tables: readonly string[]
  /** After so long what is left is told; a query that reads a part holds it. */
  readonly patienceMs: number
  readonly signal?: AbortSignal
}

const intervalMs = 500

/**
 * Waits until the parts that were replaced before the call have left the disks of all nodes, as the engine sees to by
 * itself; answers how many are left when the patience ends.
 * @throws AppError 'stopped', and as the database does.
 */
export async function awaitCleanup(
  database: Database,
  { tables, patienceMs, signal }: CleanupOptions,
): Promise<number> {
  const { clusterName } = database
  const names = clusterName === undefined ? tables : tables.map((table) => `${table}_local`)
  for (const table of names) await database.executeOnEveryNode(waitLoading, { parameters: { table } })
  const [here] = await database.query<{ now_s: number; database: string }>(selectTime)
  const [sql, place] =
    clusterName === undefined ? [selectParts, {}] : [selectPartsOfCluster, { cluster: clusterName }]
  const before = { before_s: here?.now_s ?? 0, database: here?.database ?? '' }
  const parameters = { tables: names, ...before, ...place }
  const untilMs = performance.now() + patienceMs
  for (;;) {
    throwIfStopped(signal)
    const parts = await database.query<{ name: string }>(sql, { parameters })
    if (parts.length === 0 || performance.now() >= untilMs) return parts.length
    await wait(intervalMs)
  }
}
