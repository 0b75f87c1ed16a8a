import type { TextReading } from '../core/text-reading.ts'
import type { Database, InsertOptions } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectVersion = sqlFile(import.meta.url, './sql/text-version.sql')
const deleteOthers = sqlFile(import.meta.url, './sql/delete-other-readings.sql')

/** Which line a reading is of. */
export type ReadLine = { readonly eventId: string; readonly lineIndex: number }

/**
 * The version of `text_readings` that is whole: every search and review that its models find something in has a row of it,
 * live ones by the time that readers see the line, those of a file by the time that it counts as imported. Undefined before the first build, or where there was nothing to learn from.
 */
export async function loadTextVersion(database: Database): Promise<string | undefined> {
  const [row] = await database.query<{ version: string }>(selectVersion)
  return row?.version
}

/** Keeps what one version of the models says of lines; saving the same again replaces it. */
export async function saveTextReadings(
  database: Database,
  version: string,
  readings: readonly (ReadLine & TextReading)[],
  options: InsertOptions = {},
): Promise<void> {
  const rows = readings.map(({ eventId, lineIndex, topic, sentiment }) => ({
    version,
    event_id: eventId,
    line_index: lineIndex,
    topic,
    // JSON has no NaN: the engine reads the text.
    sentiment: Number.isNaN(sentiment) ? 'nan' : sentiment,
  }))
  await database.insert('text_readings', rows, options)
}

/** Takes out what all other versions said; resolves once no reader sees it. */
export async function deleteOtherReadings(database: Database, version: string): Promise<void> {
  const table = database.kind === 'cluster' ? 'text_readings_local' : 'text_readings'
  await database.executeOnEveryNode(deleteOthers, { parameters: { table, version } })
}
