import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import { botEventsPerMinute } from '../live/rhythm.ts'
import type { ContactProtection } from '../protect-contacts.ts'
import { type TieCandidate, tieRefunds } from '../refund-ties.ts'
import { protectColumns } from './protect-columns.ts'
import type { Staging } from './staging.ts'

const findRepeats = sqlFile(import.meta.url, '../sql/find-repeats.sql')
const timeRange = sqlFile(import.meta.url, '../sql/time-range.sql')
const countStored = sqlFile(import.meta.url, '../sql/count-stored.sql')
const findStored = sqlFile(import.meta.url, '../sql/find-stored.sql')
const tieCandidates = sqlFile(import.meta.url, '../sql/tie-candidates.sql')
const moneyFences = sqlFile(import.meta.url, '../sql/money-fences.sql')
const buildEvents = sqlFile(import.meta.url, '../sql/build-events.sql')
const stateItems = sqlFile(import.meta.url, '../sql/state-items.sql')
const buildItems = sqlFile(import.meta.url, '../sql/build-items.sql')
const buildTraits = sqlFile(import.meta.url, '../sql/build-traits.sql')
const buildLinks = sqlFile(import.meta.url, '../sql/build-links.sql')

const tieBatch = 20_000

export type MoneyFences = {
  readonly quantity_high: number
  readonly price_high: number
  readonly price_low: number
}

export type PrepareOptions = {
  readonly source: string
  readonly nowMs: number
  readonly isCatalogue: boolean
  readonly contacts: ContactProtection
  /** Traits of a table that are contacts. */
  readonly contactNames: readonly string[]
  readonly signal?: AbortSignal
}

/** From accepted lines to what will be stored: repeats out, refunds tied, outliers marked, ids gathered. */
export async function prepareImport(
  database: Database,
  staging: Staging,
  options: PrepareOptions,
): Promise<MoneyFences> {
  const { source, nowMs, isCatalogue, contactNames, signal } = options
  await staging.execute(findRepeats)
  await leaveOutStored(staging)
  await tieAll(database, staging, signal)
  const [fences] = await staging.query<MoneyFences>(moneyFences)
  if (fences === undefined) throw new Error('the fences gave no row')
  const parameters = { source, now: new Date(nowMs) }
  await staging.execute(buildEvents, { ...parameters, ...fences, bot_events_per_minute: botEventsPerMinute })
  if (isCatalogue) await staging.execute(stateItems)
  await staging.execute(buildItems, parameters)
  await protectColumns(database, staging, options)
  await staging.execute(buildTraits, { ...parameters, contact_names: [...contactNames] })
  await staging.execute(buildLinks, parameters)
  return fences
}

type TimeRange = { readonly from_at: string; readonly to_at: string; readonly line_count: number }

async function leaveOutStored(staging: Staging): Promise<void> {
  const [range] = await staging.query<TimeRange>(timeRange)
  if (range === undefined || range.line_count === 0) return
  const parameters = { from: new Date(range.from_at), to: new Date(range.to_at) }
  const [stored] = await staging.query<{ count: number }>(countStored, parameters)
  if (stored !== undefined && stored.count > 0) await staging.execute(findStored, parameters)
}

type CandidateRow = {
  readonly person: string
  readonly item_id: string
  readonly is_refund: number
  readonly event_id: string
  readonly order_id: string
  readonly quantity: number
  readonly price: number
  readonly refund_of: string
  readonly is_stored: number
  readonly row_number: number
  readonly line_index: number
}

/** Candidates come in order of person and item; one such group is held at a time. */
async function tieAll(database: Database, staging: Staging, signal: AbortSignal | undefined): Promise<void> {
  let group: TieCandidate[] = []
  let groupKey = ''
  let ties: object[] = []
  const closeGroup = () => {
    for (const { refund, refundOf } of tieRefunds(group)) {
      ties.push({ row_number: refund.rowNumber, line_index: refund.lineIndex, refund_of: refundOf })
    }
    group = []
  }
  const rows = database.stream<CandidateRow>(tieCandidates, {
    parameters: { lines: staging.nameOf('lines'), repeats: staging.nameOf('repeats') },
    ...(signal && { signal }),
  })
  for await (const batch of rows) {
    for (const row of batch) {
      const key = `${row.person}\n${row.item_id}`
      if (key !== groupKey) closeGroup()
      groupKey = key
      group.push(toCandidate(row))
    }
    if (ties.length >= tieBatch) {
      await database.insert(staging.nameOf('ties'), ties)
      ties = []
    }
  }
  closeGroup()
  await database.insert(staging.nameOf('ties'), ties)
}

function toCandidate(row: CandidateRow): TieCandidate {
  return {
    isRefund: row.is_refund === 1,
    eventId: row.event_id,
    orderId: row.order_id,
    quantity: row.quantity,
    price: row.price,
    refundOf: row.refund_of,
    isStored: row.is_stored === 1,
    rowNumber: row.row_number,
    lineIndex: row.line_index,
  }
}
