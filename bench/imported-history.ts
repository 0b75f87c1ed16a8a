import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContactHasher } from '../src/collect/contact-hash.ts'
import { type ImportOptions, importFile } from '../src/collect/import-file.ts'
import type { ImportReport } from '../src/collect/import-report.ts'
import { createContactProtection } from '../src/collect/protect-contacts.ts'
import { AppError } from '../src/core/errors.ts'
import type { Database } from '../src/database/database.ts'
import { createEmbeddedDatabase } from '../src/database/embedded-database.ts'
import { migrate } from '../src/database/migrate.ts'
import { loadHistoryRange } from '../src/events/history-range.ts'
import { createIdentityGraph, type IdentityGraph } from '../src/identity/identity-graph.ts'
import { openKeyValueStore } from '../src/kv/key-value-store.ts'
import { createRandom } from '../src/math/random.ts'
import { createWhoIsWho } from '../src/serve/create-who-is-who.ts'
import { trainTopics } from '../src/train/train-topics.ts'

type HistoryFile = Pick<ImportOptions, 'path' | 'reading'>

/** A history of its own, read from files as the product reads them; gone when it is disposed of. */
export type ImportedHistory = AsyncDisposable & {
  readonly database: Database
  readonly graph: IdentityGraph
  /** In the order of the files. */
  readonly reports: readonly ImportReport[]
  /** The last event: the cut. */
  readonly asOfMs: number
  /** Of the topics that were learned from the words of items; undefined where those share too few. */
  readonly topicsVersion?: string
}

const contacts = createContactProtection({
  hashContact: createContactHasher(Buffer.alloc(32)),
  clearPurposes: [],
})

/**
 * Imports files into an empty database, and learns topics from the items known by the last event.
 * @throws AppError 'too_little_data' when no file tells of an event; others as `importFile` does.
 */
export async function openImportedHistory(
  files: readonly HistoryFile[],
  { timeZone, seed }: { readonly timeZone: string; readonly seed: number },
): Promise<ImportedHistory> {
  const stack = new AsyncDisposableStack()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'likeness-history-'))
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const database = stack.use(await createEmbeddedDatabase({ path: folder, sessionCount: 2 }))
    await migrate(database)
    const store = stack.use(openKeyValueStore(join(folder, 'graph')))
    const now = new Date()
    const graph = createIdentityGraph(store)
    const who = createWhoIsWho(graph, database, () => now)
    const reports: ImportReport[] = []
    for (const file of files)
      reports.push(await importFile(database, { ...file, now, timeZone, contacts, who }))
    const range = await loadHistoryRange(database)
    if (range === undefined) throw new AppError('too_little_data', 'the files tell of no event')
    const asOfMs = range.lastMs
    const topics = await trainTopics(database, { asOfMs, now, random: createRandom(seed) })
    return {
      database,
      graph,
      reports,
      asOfMs,
      ...(topics && { topicsVersion: topics.version }),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** The counts of the imports, for the head of a result. */
export function countsOf(reports: readonly ImportReport[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { format, rowCount, storedCount, duplicateCount, quarantinedCount } of reports) {
    const own = {
      rows: rowCount,
      stored: storedCount,
      duplicates: duplicateCount,
      quarantined: quarantinedCount,
    }
    for (const [name, count] of Object.entries(own)) counts[`${format} ${name}`] = count
  }
  return counts
}
