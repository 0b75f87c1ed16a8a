import type { TextEnricher } from '../collect/enricher.ts'
import type { Database } from '../database/database.ts'
import { readNewTexts } from '../events/read-new-texts.ts'
import type { TextReaders } from '../events/text-readers.ts'
import { saveTextReadings } from '../events/text-readings.ts'

/** Keeps what the models in use say, and those that are about to be. */
export function createTextEnricher(database: Database, readers: TextReaders): TextEnricher {
  return {
    async enrichLines(lines, token) {
      for (const reader of readers.all()) {
        const readings = lines.flatMap((line) => {
          const reading = reader.read(line)
          return reading ? [{ eventId: line.eventId, lineIndex: line.lineIndex, ...reading }] : []
        })
        // Of another version a second try says something else, which must not be taken for a repeat.
        const own = `${token}-${reader.version}`
        await saveTextReadings(database, reader.version, readings, { token: own })
      }
    },
    async enrichImport(importId) {
      for (const reader of readers.all()) await readNewTexts(database, reader, { importId })
    },
  }
}
