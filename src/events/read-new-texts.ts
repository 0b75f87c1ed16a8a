import { pause } from '../core/pause.ts'
import type { TextReader, TextReading, WordsOfLine } from '../core/text-reading.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { type ReadLine, saveTextReadings } from './text-readings.ts'

const selectMonths = sqlFile(import.meta.url, './sql/months-with-words.sql')
const selectUnread = sqlFile(import.meta.url, './sql/unread-lines.sql')

/** Lines held at once; with their words some tens of MB. */
const linesPerSlice = 50_000
/** A long review takes .2 ms: other requests have their turn after so many. */
const linesPerTurn = 100

export type ReadNewOptions = {
  /** Only lines of this import. */
  readonly importId?: string
  /** Told how many lines with words were looked at, of how many. */
  readonly onRead?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/**
 * Reads all searches and reviews with words that have no reading of the reader's version, and keeps what it says of them. Resolves with the
 * number of lines that it read; one that it finds nothing in has no row, and is read again by the next call.
 */
export async function readNewTexts(
  database: Database,
  reader: TextReader,
  { importId = '', onRead, signal }: ReadNewOptions = {},
): Promise<number> {
  const control = signal ? { signal } : {}
  const ofImport = { import_id: importId }
  const months = await database.query<{ month: number; lines: number }>(selectMonths, {
    parameters: ofImport,
    ...control,
  })
  const total = months.reduce((sum, { lines }) => sum + lines, 0)
  let [done, lineCount] = [0, 0]
  for (const { month, lines } of months) {
    const sliceCount = Math.ceil(lines / linesPerSlice)
    for (let slice = 0; slice < sliceCount; slice++) {
      onRead?.(done, total)
      const parameters = { ...ofImport, version: reader.version, month, slice_count: sliceCount, slice }
      const unread = await database.query<ReadLine & WordsOfLine>(selectUnread, { parameters, ...control })
      await saveTextReadings(database, reader.version, await readLines(reader, unread, signal), control)
      done += lines / sliceCount
      lineCount += unread.length
    }
  }
  onRead?.(total, total)
  return lineCount
}

async function readLines(
  reader: TextReader,
  lines: readonly (ReadLine & WordsOfLine)[],
  signal: AbortSignal | undefined,
): Promise<(ReadLine & TextReading)[]> {
  const readings: (ReadLine & TextReading)[] = []
  for (const [index, line] of lines.entries()) {
    if (index % linesPerTurn === 0) await pause(signal)
    const reading = reader.read(line)
    if (reading) readings.push({ eventId: line.eventId, lineIndex: line.lineIndex, ...reading })
  }
  return readings
}
