import { createHash } from 'node:crypto'
import { throwIfStopped } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Progress } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { deleteRows, finishImport, type ImportHooks, saveImport } from './import/commit-import.ts'
import { checkUnchanged, type FileFacts, inspectFile } from './import/inspect-file.ts'
import { loadCalls } from './import/load-calls.ts'
import { loadTable, unpackFile, withTemporaryFolder } from './import/load-table.ts'
import { prepareImport } from './import/prepare-import.ts'
import { sniffTable } from './import/sniff-table.ts'
import { createStaging, dropStaging, openStaging, type Staging } from './import/staging.ts'
import { type ImportFormat, mappingOf } from './import-formats.ts'
import { buildReport, type ImportReport } from './import-report.ts'
import type { TableReading } from './import-sql/reading.ts'
import { composeLines, composeQuarantine } from './import-sql.ts'
import type { Mapping } from './mapping.ts'
import { type ContactProtection, contactKindOf } from './protect-contacts.ts'
import { recoverImport, type UnfinishedImport } from './recover-imports.ts'

const findImport = sqlFile(import.meta.url, './sql/find-import.sql')
const unfinishedImports = sqlFile(import.meta.url, './sql/unfinished-imports.sql')

/** Changes when the same file would be read into other rows. */
const readingVersion = 2

export type ImportOptions = ImportHooks & {
  readonly path: string
  /** A built-in format, or the mapping of a table. */
  readonly reading: { readonly format: ImportFormat } | { readonly mapping: Mapping }
  readonly now: Date
  /** Of times that name none, unless the mapping does: the shop's. */
  readonly timeZone: string
  readonly contacts: ContactProtection
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/**
 * Takes a file into the history: reads it through the engine, cleans it in tables of its own, and stores the whole of
 * it or nothing. The same file again adds nothing.
 * @throws AppError `bad_file`, `bad_mapping`, `stopped`; a row that cannot be read is quarantined instead.
 */
export async function importFile(database: Database, options: ImportOptions): Promise<ImportReport> {
  const startedMs = performance.now()
  const { path, signal } = options
  sayTo(options.progress)(stages.inspect, 0)
  const facts = await inspectFile(path, signal)
  // Of two imports that overlap, the second must find what the first has stored.
  return database.takeTurns('import', () => importInspected(database, options, facts, startedMs), signal)
}

async function importInspected(
  database: Database,
  options: ImportOptions,
  facts: FileFacts,
  startedMs: number,
): Promise<ImportReport> {
  const { signal } = options
  const say = sayTo(options.progress)
  const mapping = mappingFrom(options.reading)
  const importId = importIdOf(facts, mapping, options.timeZone)
  await recoverOwn(database, importId, options)
  const earlier = await findEarlier(database, importId)
  if (earlier !== undefined) return { ...asRepeat(earlier), fileName: facts.fileName }
  const staging = openStaging(database, importId, signal)
  const record = { importId, fileName: facts.fileName, format: mapping?.name ?? 'segment' }
  await saveImport(database, { ...record, status: 'started' })
  let isStoring = false
  try {
    await createStaging(staging)
    say(stages.read, 1)
    const loaded = await load(database, staging, { ...options, facts, mapping })
    await checkUnchanged(facts)
    say(stages.clean, 2)
    const prepared = {
      source: record.format,
      nowMs: options.now.getTime(),
      isCatalogue: mapping?.rows === 'items',
      contacts: options.contacts,
      contactNames: Object.keys(mapping?.traits ?? {}).filter((name) => contactKindOf(name) !== undefined),
    }
    const fences = await prepareImport(database, staging, { ...prepared, ...(signal && { signal }) })
    say(stages.count, 3)
    const elapsedMs = () => Math.round(performance.now() - startedMs)
    const { fileName, format } = record
    const report = await buildReport(staging, {
      fileName,
      format,
      ...loaded,
      fences,
      durationMs: elapsedMs(),
    })
    throwIfStopped(signal)
    say(stages.store, 4)
    await saveImport(database, { ...record, status: 'storing', report })
    isStoring = true
    const finished = await finishImport(database, { ...record, report }, { ...options, elapsedMs })
    say(stages.store, 5)
    return finished
  } catch (error) {
    // What was begun to be stored is carried to its end by recovery; before that, nothing of it may stay.
    if (!isStoring) await forget(database, importId)
    throw error
  }
}

function sayTo(progress: Progress | undefined): (stage: Bilingual, done: number) => void {
  return (stage, done) => progress?.({ stage, done, total: 5 })
}

const stages = {
  inspect: { en: 'looking at the file', zh: '检查文件' },
  read: { en: 'reading', zh: '读取' },
  clean: { en: 'cleaning', zh: '清洗' },
  count: { en: 'counting', zh: '统计' },
  store: { en: 'storing', zh: '存储' },
} as const satisfies Record<string, Bilingual>

/** The mapping without the optional fields whose column is not in the file; keys of JSON lines may come later. */
function withoutAbsent(mapping: Mapping, { kind, header }: TableReading['shape']): Mapping {
  const { optionalFields = [], columns } = mapping
  if (kind === 'json') return mapping
  const kept = Object.entries(columns).filter(
    ([field, column]) => !optionalFields.includes(field) || header.includes(column),
  )
  return { ...mapping, columns: Object.fromEntries(kept) }
}

type LoadInput = ImportOptions & { readonly facts: FileFacts; readonly mapping: Mapping | undefined }
type Loaded = Pick<ImportReport, 'rowCount' | 'rowNumbers'>

/** The file's rows as lines, accepted or quarantined. */
function load(database: Database, staging: Staging, input: LoadInput): Promise<Loaded> {
  const { facts, mapping, now, timeZone, contacts, signal } = input
  if (mapping === undefined) {
    return loadCalls(database, staging, { facts, now, contacts, ...(signal && { signal }) })
  }
  return withTemporaryFolder(async (folder) => {
    const plainPath = facts.container === 'parquet' ? await unpackFile(facts, folder, signal) : facts.path
    const shape = await sniffTable(facts, plainPath, mapping)
    const reading: TableReading = {
      mapping: withoutAbsent(mapping, shape),
      shape,
      checksum: facts.checksum,
      timeZone,
      nowMs: now.getTime(),
    }
    const lines = composeLines(staging.nameOf('raw'), reading)
    const rowCount = await loadTable(database, staging, {
      facts,
      plainPath,
      shape,
      folder,
      ...(signal && { signal }),
    })
    await staging.execute(lines.sql, lines.parameters)
    const quarantine = composeQuarantine(staging.nameOf('raw'), reading)
    await staging.execute(quarantine.sql, { ...quarantine.parameters, now })
    return { rowCount, rowNumbers: shape.kind === 'json' ? 'line' : 'data_row' }
  })
}

function mappingFrom(reading: ImportOptions['reading']): Mapping | undefined {
  if ('mapping' in reading) return reading.mapping
  return reading.format === 'segment' ? undefined : mappingOf(reading.format)
}

/** The content and the way it is read: the same twice is the same import. */
function importIdOf(facts: FileFacts, mapping: Mapping | undefined, timeZone: string): string {
  const reading = JSON.stringify([readingVersion, mapping ?? 'segment', mapping?.timeZone ?? timeZone])
  return createHash('sha256').update(facts.checksum).update(reading).digest('hex').slice(0, 32)
}

async function findEarlier(database: Database, importId: string): Promise<ImportReport | undefined> {
  const [row] = await database.query<{ report: string }>(findImport, { parameters: { import_id: importId } })
  return row === undefined ? undefined : (JSON.parse(row.report) as ImportReport)
}

function asRepeat(report: ImportReport): ImportReport {
  const { storedCount, duplicateCount, duplicates } = report
  return {
    ...report,
    isAlreadyImported: true,
    storedCount: 0,
    duplicateCount: duplicateCount + storedCount,
    duplicates: { ...duplicates, stored: (duplicates.stored ?? 0) + storedCount },
  }
}

async function recoverOwn(database: Database, importId: string, hooks: ImportHooks): Promise<void> {
  const unfinished = await database.query<UnfinishedImport>(unfinishedImports)
  const own = unfinished.find((row) => row.import_id === importId)
  if (own !== undefined) await recoverImport(database, own, hooks)
}

async function forget(database: Database, importId: string): Promise<void> {
  await deleteRows(database, importId)
  await dropStaging(database, importId)
}
