import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { FeatureLine } from './feature-line.ts'

const selectLines = sqlFile(import.meta.url, './sql/lines-of-profiles.sql')
const selectMovedLines = sqlFile(import.meta.url, './sql/moved-lines-of-profiles.sql')
const selectReadings = sqlFile(import.meta.url, './sql/readings-of-events.sql')

/** A line of somebody's history, with the properties of the event where it tells a consent. */
export type OwnedFeatureLine = {
  readonly profileId: string
  readonly line: FeatureLine
  readonly consent: string
}

type Row = {
  readonly profile_id: string
  readonly event_id: string
  readonly line_index: number
  readonly at_ms: number
  readonly line_type: FeatureLine['lineType']
  readonly session_id: string
  readonly order_id: string
  readonly item_id: string
  readonly dwell_ms: number
  readonly consent: string
  readonly has_words: number
} & Pick<
  FeatureLine,
  'kind' | 'name' | 'source' | 'quantity' | 'price' | 'amount' | 'country' | 'rating' | 'coupon'
>

type ReadingRow = {
  readonly event_id: string
  readonly line_index: number
  readonly topic: string
  readonly sentiment: number | null
}
type Readings = ReadonlyMap<string, ReadingRow>

/** The whole history of some people as features read it, in batches; nothing of bots, of any time. */
export async function* loadFeatureLines(
  database: Database,
  options: {
    readonly profileIds: readonly string[]
    /** Of what models say of texts; undefined: nothing is said. */
    readonly textVersion?: string | undefined
    readonly signal?: AbortSignal
  },
): AsyncIterable<readonly OwnedFeatureLine[]> {
  const { profileIds, textVersion, signal } = options
  if (profileIds.length === 0) return
  const source = await findHistorySource(database)
  const control = { parameters: { profile_ids: profileIds }, ...(signal && { signal }) }
  const select = source === 'events' ? selectLines : selectMovedLines
  for await (const rows of database.stream<Row>(select, control)) {
    const readings = await loadReadings(database, rows, textVersion)
    yield rows.map((row) => ({
      profileId: row.profile_id,
      line: toFeatureLine(row, readings),
      consent: row.consent,
    }))
  }
}

async function loadReadings(
  database: Database,
  rows: readonly Row[],
  version: string | undefined,
): Promise<Readings> {
  const event_ids = [...new Set(rows.filter((row) => row.has_words === 1).map((row) => row.event_id))]
  if (version === undefined || event_ids.length === 0) return new Map()
  const found = await database.query<ReadingRow>(selectReadings, { parameters: { version, event_ids } })
  return new Map(found.map((row) => [`${row.event_id} ${row.line_index}`, row]))
}

function toFeatureLine(row: Row, readings: Readings): FeatureLine {
  const reading = readings.get(`${row.event_id} ${row.line_index}`)
  return {
    eventId: row.event_id,
    lineIndex: row.line_index,
    atMs: row.at_ms,
    kind: row.kind,
    name: row.name,
    source: row.source,
    lineType: row.line_type,
    sessionId: row.session_id,
    orderId: row.order_id,
    itemId: row.item_id,
    quantity: row.quantity,
    price: row.price,
    amount: row.amount,
    country: row.country,
    dwellMs: row.dwell_ms,
    rating: Math.fround(row.rating),
    coupon: row.coupon,
    textTopic: reading?.topic ?? '',
    sentiment: reading?.sentiment ?? Number.NaN,
  }
}
