import { AppError, throwIfStopped } from '../core/errors.ts'
import type { QuarantineReason } from '../core/event.ts'
import type { Progress } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { CallOutcome, Collector } from './collector.ts'
import { callImportIds, type QuarantineFilter } from './quarantine.ts'

const selectCalls = sqlFile(import.meta.url, './sql/calls-in-quarantine.sql')
const countFileRows = sqlFile(import.meta.url, './sql/count-file-rows-in-quarantine.sql')
const deleteCalls = sqlFile(import.meta.url, './sql/delete-from-quarantine.sql')

/** With their content some 6 MB at the most. */
const callsPerPage = 200
const maxTold = 100

/** Which calls to try again; at least one of them has to be given. */
export type ReplayFilter = Omit<QuarantineFilter, 'limit'> & { readonly rowNumber?: number | undefined }

/** What became of what was to be replayed: rowCount = stored + duplicate + stayed + those of files. */
export type ReplayReport = {
  readonly rowCount: number
  readonly storedCount: number
  readonly duplicateCount: number
  readonly stayedCount: number
  /** Rows of files, which are not tried: the mended file is imported again. */
  readonly fileRowCount: number
  /** The first hundred that stayed, with what is wrong with them by now. */
  readonly stayed: readonly StayedCall[]
}
type StayedCall = {
  readonly importId: string
  readonly rowNumber: number
  readonly reason: QuarantineReason
  readonly detail: string
}

type ReplayOptions = {
  readonly database: Database
  readonly collector: Pick<Collector, 'accept'>
  /** What is set aside after it is not tried. */
  readonly now: Date
  readonly progress: Progress
  readonly signal?: AbortSignal
}

/**
 * Tries calls that were set aside once more, each with the source and the time with which it came, as if with a server's
 * key: whoever may replay answers for them. What is stored, or was in another telling, leaves the quarantine once it is on
 * disk. Safe to repeat after a crash.
 * @throws AppError 'bad_usage' without a filter, 'not_found' when the one row is not there; as `Collector.accept` does.
 */
export function replayQuarantine(filter: ReplayFilter, options: ReplayOptions): Promise<ReplayReport> {
  refuseVagueFilter(filter)
  return options.database.takeTurns(
    'quarantine replay',
    async () => {
      const tally = createTally(options.progress)
      for await (const calls of listCalls(filter, options)) await replayPage(calls, options, tally)
      const report = tally.report(await countOfFiles(options.database, filter))
      if (report.rowCount === 0 && filter.rowNumber !== undefined) throw unknownRow(filter)
      return report
    },
    options.signal,
  )
}

type AsideCall = {
  readonly importId: string
  readonly source: string
  readonly rowNumber: number
  readonly raw: string
  readonly atMs: number
}

async function* listCalls(
  filter: ReplayFilter,
  { database, now, signal }: ReplayOptions,
): AsyncGenerator<readonly AsideCall[]> {
  let last: AsideCall | undefined
  while (true) {
    throwIfStopped(signal)
    const calls: AsideCall[] = await database.query(selectCalls, {
      parameters: {
        ...parametersOf(filter),
        import_ids: Object.values(callImportIds).filter((id) => id === (filter.importId ?? id)),
        after_import_id: last?.importId ?? '',
        after_row_number: last?.rowNumber ?? 0,
        until: now,
        limit: callsPerPage,
      },
    })
    yield calls
    last = calls.at(-1)
    if (last === undefined) return
  }
}

async function countOfFiles(database: Database, filter: ReplayFilter): Promise<number> {
  const parameters = {
    ...parametersOf(filter),
    import_ids: Object.values(callImportIds),
    import_id: filter.importId ?? '',
  }
  const [row] = await database.query<{ rows: number }>(countFileRows, { parameters })
  return row?.rows ?? 0
}

function parametersOf({ source, reason, rowNumber }: ReplayFilter) {
  return { source: source ?? '', reason: reason ?? '', row_number: rowNumber ?? null }
}

async function replayPage(
  calls: readonly AsideCall[],
  { database, collector }: ReplayOptions,
  tally: Tally,
): Promise<void> {
  const settled: AsideCall[] = []
  const failures: unknown[] = []
  const replay = async (call: AsideCall) => {
    try {
      const outcome = await replayCall(call, collector)
      tally.add(call, outcome)
      if (outcome.kind !== 'quarantined') settled.push(call)
    } catch (error) {
      failures.push(error)
    }
  }
  await Promise.all(calls.map(replay))
  for (const [importId, group] of Map.groupBy(settled, (call) => call.importId)) {
    await removeCalls(
      database,
      importId,
      group.map((call) => call.rowNumber),
    )
  }
  // What was taken before is settled; the rest waits for the next try.
  if (failures.length > 0) throw failures[0]
}

async function replayCall(
  { importId, source, raw, atMs }: AsideCall,
  collector: ReplayOptions['collector'],
): Promise<CallOutcome> {
  const call = parseCall(raw)
  if (call === undefined) return { kind: 'quarantined', reason: 'bad_json', detail: unreadable }
  const json = { batch: [call] }
  const [outcome] = await collector.accept({
    route: 'batch',
    source,
    isServer: true,
    isHistoric: importId === callImportIds.historic,
    isReplay: true,
    receivedAtMs: atMs,
    body: Buffer.from(JSON.stringify(json)),
    json,
  })
  if (outcome === undefined) throw new Error('the collector told nothing of a call')
  return outcome
}

const unreadable = 'expected JSON; of what is too large, the first 32 KB are kept'

function parseCall(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    // It was set aside for this, or cut.
    return undefined
  }
}

async function removeCalls(
  database: Database,
  importId: string,
  rowNumbers: readonly number[],
): Promise<void> {
  const table = database.kind === 'cluster' ? 'quarantine_local' : 'quarantine'
  const parameters = { table, import_id: importId, row_numbers: rowNumbers }
  await database.executeOnEveryNode(deleteCalls, { parameters })
}

type Tally = ReturnType<typeof createTally>

function createTally(progress: Progress) {
  const counts = { stored: 0, duplicate: 0, quarantined: 0 }
  const stayed: StayedCall[] = []
  return {
    add({ importId, rowNumber }: AsideCall, outcome: CallOutcome): void {
      counts[outcome.kind] += 1
      if (outcome.kind === 'quarantined' && stayed.length < maxTold)
        stayed.push({ importId, rowNumber, reason: outcome.reason, detail: outcome.detail })
      const done = counts.stored + counts.duplicate + counts.quarantined
      progress({ stage: { en: 'calls tried again', zh: '已重试的调用' }, done })
    },
    report(fileRowCount: number): ReplayReport {
      const { stored, duplicate, quarantined } = counts
      return {
        rowCount: stored + duplicate + quarantined + fileRowCount,
        storedCount: stored,
        duplicateCount: duplicate,
        stayedCount: quarantined,
        fileRowCount,
        stayed,
      }
    },
  }
}

/** What was set aside includes what a browser's key may not send: nobody should let in all of it by a slip. */
function refuseVagueFilter({ importId, source, reason, rowNumber }: ReplayFilter): void {
  const isVague = (importId ?? source ?? reason) === undefined
  if (!isVague && (rowNumber === undefined || importId !== undefined)) return
  throw new AppError(
    'bad_usage',
    {
      en: 'which calls to replay is not said: a reason, a source or an import, and a row only with its import',
      zh: '未指明要重放哪些调用：请给出原因、来源或导入；指定行号时须同时指定导入',
    },
    {
      wayOut: {
        en: 'For example: likeness quarantine replay --reason forbidden_key --source web.',
        zh: '例如：likeness quarantine replay --reason forbidden_key --source web。',
      },
    },
  )
}

function unknownRow({ importId = '', rowNumber = 0 }: ReplayFilter): AppError {
  return new AppError(
    'not_found',
    {
      en: `no row ${rowNumber} of import ${importId} is set aside`,
      zh: `导入 ${importId} 的第 ${rowNumber} 行不在隔离区`,
    },
    { wayOut: { en: '`likeness quarantine ls` lists them.', zh: '`likeness quarantine ls` 可列出全部。' } },
  )
}
