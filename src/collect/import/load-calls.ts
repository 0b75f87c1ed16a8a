import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { EventLine, QuarantineReason } from '../../core/event.ts'
import type { Database } from '../../database/database.ts'
import type { ImportReport } from '../import-report.ts'
import { listLineColumns } from '../line-columns.ts'
import type { ContactProtection } from '../protect-contacts.ts'
import type { AcceptedCall, ParsedCall, QuarantinedCall } from '../segment/parsed-call.ts'
import { parseSegmentCall } from '../segment-call.ts'
import type { FileFacts } from './inspect-file.ts'
import { keptBytes, type Line, readLines } from './read-lines.ts'
import type { Staging, StagingTable } from './staging.ts'

/** Some 10 MB of rows at a time. */
const batchRows = 20_000
const maxRemembered = 50_000

type LoadCallsOptions = {
  readonly facts: FileFacts
  readonly now: Date
  readonly contacts: ContactProtection
  readonly signal?: AbortSignal
}

/** Reads a file of Segment calls, one a line, into the staging tables; resolves with the number of calls. */
export async function loadCalls(
  database: Database,
  staging: Staging,
  { facts, now, contacts, signal }: LoadCallsOptions,
): Promise<Pick<ImportReport, 'rowCount' | 'rowNumbers'>> {
  const batch = createBatch(database, staging, signal)
  let rowCount = 0
  const source = { path: facts.path, compression: facts.compression, ...(signal && { signal }) }
  for await (const lines of readLines(source)) {
    for (const line of lines) {
      if (isBlank(line.bytes)) continue
      rowCount += 1
      addCall(batch, line, parseLine(line, now), { importId: staging.importId, now, contacts })
    }
    await batch.flush(batchRows)
  }
  await batch.finish()
  return { rowCount, rowNumbers: 'line' }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 64 && bytes.toString('latin1').trim() === ''
}

type Reading = { readonly call: unknown; readonly parsed: ParsedCall }

function parseLine(line: Line, now: Date): Reading {
  if (line.isTooLong) return refuse('too_large_event', 'expected a call of at most 32 KB')
  if (!isUtf8(line.bytes)) return refuse('bad_encoding', 'expected UTF-8')
  let call: unknown
  try {
    call = JSON.parse(line.bytes.toString('utf8'))
  } catch (error) {
    return refuse('bad_json', error instanceof Error ? error.message.slice(0, 200) : '')
  }
  const context = { receivedAtMs: now.getTime(), isHistoric: true, source: 'segment' }
  return { call, parsed: parseSegmentCall(call, context) }
}

function refuse(reason: QuarantineReason, detail: string): Reading {
  return { call: undefined, parsed: { kind: 'quarantined', reason, detail } }
}

type Batch = ReturnType<typeof createBatch>

/** Rows on their way into the staging tables; one batch is written while the next is read. */
function createBatch(database: Database, staging: Staging, signal: AbortSignal | undefined) {
  const rows = new Map<StagingTable, object[]>()
  const lastSaid = new Map<string, string>()
  let writing: Promise<unknown> = Promise.resolve()
  return {
    /** Whether an item's words differ from those last said of it: most calls repeat the catalogue's. */
    isNews(itemId: string, words: string): boolean {
      if (lastSaid.get(itemId) === words) return false
      if (lastSaid.size >= maxRemembered) lastSaid.clear()
      lastSaid.set(itemId, words)
      return true
    },
    add(table: StagingTable, row: object): void {
      const list = rows.get(table)
      if (list === undefined) rows.set(table, [row])
      else list.push(row)
    },
    /** Writes the tables that have gathered more than `above` rows, once what was written before has landed. */
    async flush(above: number): Promise<void> {
      const full = [...rows].filter(([, list]) => list.length > above)
      if (full.length === 0) return
      await writing
      for (const [table] of full) rows.delete(table)
      const options = signal === undefined ? {} : { signal }
      writing = Promise.all(
        full.map(([table, list]) => database.insert(staging.nameOf(table), list, options)),
      )
      // A failure is met by whoever awaits it next; until then it is nobody's unhandled one.
      writing.catch(() => undefined)
    },
    async finish(): Promise<void> {
      await this.flush(0)
      await writing
    },
  }
}

type CallPlace = { readonly importId: string; readonly now: Date; readonly contacts: ContactProtection }

function addCall(batch: Batch, line: Line, { call, parsed }: Reading, place: CallPlace): void {
  const rowNumber = line.number
  if (parsed.kind === 'quarantined') {
    setAside(batch, line, parsed, place)
    return
  }
  if (parsed.lines.length === 0) {
    batch.add('lines', {
      row_number: rowNumber,
      status: 'accepted',
      event_id: messageIdOf(call),
      at: 0,
      received_at: 0,
    })
  }
  for (const each of parsed.lines) batch.add('lines', toLineRow(each, rowNumber))
  for (const { itemId, atMs, source: _, ...item } of parsed.items) {
    if (batch.isNews(itemId, JSON.stringify(item))) {
      batch.add('said_items', { row_number: rowNumber, item_id: itemId, ...item, at: formatTime(atMs) })
    }
  }
  addPerson(batch, rowNumber, parsed, place.contacts)
}

function setAside(batch: Batch, line: Line, { reason, detail }: QuarantinedCall, place: CallPlace): void {
  const row_number = line.number
  batch.add('lines', { row_number, status: 'quarantined', reason, detail, at: 0, received_at: 0 })
  const raw = line.bytes.toString('utf8', 0, keptBytes)
  const { importId, now } = place
  batch.add('new_quarantine', {
    import_id: importId,
    source: 'segment',
    row_number,
    reason,
    detail,
    raw,
    at: now,
  })
}

/** What a call says of its person; contacts as they may be kept. */
function addPerson(
  batch: Batch,
  row_number: number,
  { traits, links }: AcceptedCall,
  contacts: ContactProtection,
): void {
  for (const { userId, anonymousId, name, value, purpose, atMs } of traits.map(contacts.trait)) {
    const person = { user_id: userId, anonymous_id: anonymousId }
    batch.add('said_traits', { row_number, ...person, name, value, purpose, at: new Date(atMs) })
  }
  for (const { kind, first, second, atMs } of links.map(contacts.link)) {
    const ids = { first_kind: first.kind, first_id: first.id, second_kind: second.kind, second_id: second.id }
    batch.add('said_links', { row_number, kind, ...ids, at: new Date(atMs) })
  }
}

/** What a call that has no lines is known by, so that the same call twice counts once. */
function messageIdOf(call: unknown): string {
  const id = typeof call === 'object' && call !== null && 'messageId' in call ? call.messageId : undefined
  return typeof id === 'string' && id !== '' ? id : hash('sha256', JSON.stringify(call), 'hex')
}

function toLineRow(line: EventLine, rowNumber: number): object {
  const row: Record<string, unknown> = { ...listLineColumns(line), row_number: rowNumber, status: 'accepted' }
  const isRefund = line.kind === 'refund'
  const sign = isRefund ? -1 : 1
  if (line.quantity !== 0) row.stated_quantity = sign * line.quantity
  if (isRefund || line.kind === 'purchase') {
    row.is_order = 1
    if (line.amount !== 0) row.stated_amount = sign * line.amount
  }
  if (isRefund) row.is_cancelled = 1
  if (line.marks.length > 0) row.marks = line.marks
  return row
}

function formatTime(atMs: number): string {
  return new Date(atMs).toISOString()
}
