import type { TextReading } from '../core/text-reading.ts'
import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { ReadLine } from './text-readings.ts'

const selectReadings = sqlFile(import.meta.url, './sql/readings-of-person.sql')
const eraseReadings = sqlFile(import.meta.url, './sql/erase-readings.sql')

/** Ids travel in the address of a request to a server, which takes 1 MB. */
const idsPerStatement = 250

/** What a model said of the words of one person; the sentiment is undefined where it said none. */
type PersonReading = ReadLine &
  Pick<TextReading, 'topic'> & {
    readonly version: string
    readonly sentiment?: number
    readonly at: string
  }

type Row = Omit<PersonReading, 'sentiment'> & { readonly sentiment: number | null }

/** All that models say of what one person searched and wrote, oldest first. */
export async function exportReadings(database: Database, profileId: string): Promise<PersonReading[]> {
  const history = await findHistorySource(database)
  const rows = await database.query<Row>(selectReadings, { parameters: { history, profile_id: profileId } })
  return rows.map(({ sentiment, ...row }) => ({ ...row, ...(sentiment !== null && { sentiment }) }))
}

/**
 * Takes it all out; to be called while the person's events are still there, since readings are found by them. Resolves with
 * the number of readings; the engine removes the parts that held them some minutes later.
 */
export async function eraseReadingsOf(database: Database, profileId: string): Promise<number> {
  const readings = await exportReadings(database, profileId)
  const eventIds = [...new Set(readings.map(({ eventId }) => eventId))]
  const table = database.kind === 'cluster' ? 'text_readings_local' : 'text_readings'
  for (let start = 0; start < eventIds.length; start += idsPerStatement) {
    const event_ids = eventIds.slice(start, start + idsPerStatement)
    await database.executeOnEveryNode(eraseReadings, { parameters: { table, event_ids } })
  }
  return readings.length
}
