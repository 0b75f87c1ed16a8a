import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { TextEnricher } from '../enricher.ts'
import type { ImportReport } from '../import-report.ts'
import type { WhoIsWho } from '../who-is-who.ts'
import { findOwners } from './find-owners.ts'
import { learnLinks } from './learn-links.ts'
import { listImported } from './list-imported.ts'
import { dropStaging, openStaging, type Staging } from './staging.ts'

const storeEvents = sqlFile(import.meta.url, '../sql/store-events.sql')
const storeItems = sqlFile(import.meta.url, '../sql/store-items.sql')
const storeOthers = ['traits', 'quarantine'].map((table) =>
  sqlFile(import.meta.url, `../sql/store-${table}.sql`),
)
const countProfiles = sqlFile(import.meta.url, '../sql/count-profiles.sql')
const deleteImported = sqlFile(import.meta.url, '../sql/delete-imported.sql')

/** What an import is at: `started` has stored nothing, `storing` is carried to its end after a crash. */
type ImportStatus = 'started' | 'storing' | 'finished'

export type ImportRecord = {
  readonly importId: string
  readonly fileName: string
  readonly format: string
  readonly status: ImportStatus
  readonly report?: ImportReport
}

export async function saveImport(database: Database, record: ImportRecord): Promise<void> {
  const { importId, fileName, format, status, report } = record
  await database.insert('imports', [
    {
      import_id: importId,
      file_name: fileName,
      format,
      status,
      row_count: report?.rowCount ?? 0,
      stored_count: report?.storedCount ?? 0,
      duplicate_count: report?.duplicateCount ?? 0,
      quarantined_count: report?.quarantinedCount ?? 0,
      report: report === undefined ? '' : JSON.stringify(report),
      updated_at: new Date(),
    },
  ])
}

/**
 * Learns what the file says of ids, then copies what was prepared to where readers find it. Not to be stopped: once begun
 * it is carried to its end. Resolves with the number of people that the file's events are of.
 */
async function storePrepared(database: Database, importId: string, who: WhoIsWho): Promise<number> {
  const staging = openStaging(database, importId)
  await learnLinks(database, staging, who)
  // The squash rewrites partitions in a turn of its own: what is stored meanwhile would be lost.
  await database.takeTurns('events', async () => {
    await who.mirror()
    await findOwners(database, staging, who)
    await copy(staging, storeEvents)
  })
  // Live events tell of items in turns of their own, which read, merge and write.
  await database.takeTurns('items', () => copy(staging, storeItems))
  for (const sql of storeOthers) await copy(staging, sql)
  const [row] = await staging.query<{ count: number }>(countProfiles)
  return row?.count ?? 0
}

/** Who the file tells of, and who is to hear of it. */
export type ImportHooks = {
  readonly who: WhoIsWho
  /** Left out, nothing is said of the words of the file. */
  readonly enricher?: TextEnricher | undefined
  /** Hears of every profile that a file told of once that is stored, in batches; may hear of it again after a crash. */
  readonly onStored?: ((profileIds: AsyncIterable<readonly string[]>) => Promise<void>) | undefined
}

/** Stores what was prepared and says that it is: the last step of an import, and of one that was cut off in it. */
export async function finishImport(
  database: Database,
  record: Omit<ImportRecord, 'status'> & { readonly report: ImportReport },
  { who, enricher, onStored, elapsedMs }: ImportHooks & { readonly elapsedMs: () => number },
): Promise<ImportReport> {
  const { importId, report } = record
  const profileCount = await storePrepared(database, importId, who)
  // Before it counts as finished: cut off here, recovery comes by again.
  await enricher?.enrichImport(importId)
  await onStored?.(listImported(database, importId, who))
  const asStored = { ...report.asStored, profileCount }
  const finished = { ...report, asStored, durationMs: elapsedMs() }
  await saveImport(database, { ...record, status: 'finished', report: finished })
  await dropStaging(database, importId)
  return finished
}

async function copy(staging: Staging, sql: string): Promise<void> {
  // Blocks that look like ones of a deleted, earlier try must not be taken for repeats of them.
  await staging.execute(sql, {}, { insert_deduplicate: 0 })
}

/** Takes the rows of an import out again. */
export async function deleteRows(database: Database, importId: string): Promise<void> {
  for (const table of ['events', 'quarantine', 'imports'] as const)
    await deleteFrom(database, table, importId)
}

export async function deleteFrom(
  database: Database,
  table: 'events' | 'quarantine' | 'imports',
  importId: string,
): Promise<void> {
  const name = database.kind === 'cluster' ? `${table}_local` : table
  const parameters = { table: name, import_id: importId }
  await database.takeTurns('events', () => database.executeOnEveryNode(deleteImported, { parameters }))
}
