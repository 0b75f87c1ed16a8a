import type { TextEnricher } from '../collect/enricher.ts'
import type { EventLine } from '../core/event.ts'
import type { TextReading } from '../core/text-reading.ts'
import type { Database } from '../database/database.ts'
import { readNewTexts } from '../events/read-new-texts.ts'
import type { TextReaders } from '../events/text-readers.ts'
import { saveTextReadings } from '../events/text-readings.ts'

/** Keeps what the models in use say, and those that are about to be. */
export function createTextEnricher(database: Database, readers: TextReaders): TextEnricher {
  return {
    async enrichLines(lines, token) {
      const version = readers.current()?.version
      const byLine = new Map<EventLine, TextReading>()
      for (const reader of readers.all()) {
        const readings = lines.flatMap((line) => {
          const reading = reader.read(line)
          return reading ? [{ line, reading }] : []
        })
        if (reader.version === version) for (const { line, reading } of readings) byLine.set(line, reading)
        const rows = readings.map(({ line: { eventId, lineIndex }, reading }) => ({
          eventId,
          lineIndex,
          ...reading,
        }))
        // Of another version a second try says something else, which must not be taken for a repeat.
        await saveTextReadings(database, reader.version, rows, { token: `${token}-${reader.version}` })
      }
      return { version, byLine }
    },
    async enrichImport(importId) {
      for (const reader of readers.all()) await readNewTexts(database, reader, { importId })
    },
  }
}
