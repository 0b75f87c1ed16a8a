import type { Bilingual } from '../core/language.ts'
import type { Progress } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { readNewTexts } from '../events/read-new-texts.ts'
import type { TextReaders } from '../events/text-readers.ts'
import { deleteOtherReadings } from '../events/text-readings.ts'
import { createTextReader } from '../models/text-reader.ts'
import { loadTextModels, textModelName } from './load-text-reader.ts'
import { registerModel } from './registry.ts'

export type TextReadingsOptions = {
  /** The cut that the models were learned for. */
  readonly asOfMs: number
  readonly now: Date
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** The version that is complete and in use, and how many lines were read now for it. */
export type ReadTexts = { readonly version: string; readonly lineCount: number }

const stage: Bilingual = { en: 'Reading reviews and searches', zh: '正在阅读评价与搜索' }

/**
 * Has the models that were learned last read all words of the history. Their version comes into use once it is whole: until
 * then features read the one before, and what arrives meanwhile is read by both. Cut off, it goes on where it was when it
 * is called again. Undefined where no model was ever learned.
 */
export async function trainTextReadings(
  database: Database,
  readers: TextReaders,
  options: TextReadingsOptions,
): Promise<ReadTexts | undefined> {
  return database.takeTurns('text readings', () => readAll(database, readers, options), options.signal)
}

async function readAll(
  database: Database,
  readers: TextReaders,
  { asOfMs, now, progress, signal }: TextReadingsOptions,
): Promise<ReadTexts | undefined> {
  const models = await loadTextModels(database)
  if (models.topics === undefined && models.sentiment === undefined) return undefined
  const reader = createTextReader(models)
  const { version } = reader
  const isNew = readers.current()?.version !== version
  const onRead = (done: number, total: number) => progress?.({ stage, done, total })
  // In the turn of those who store lines: each line is either there for the reading below or read as it is stored.
  if (isNew) await database.takeTurns('events', async () => readers.announce(reader), signal)
  try {
    const lineCount = await readNewTexts(database, reader, { onRead, ...(signal && { signal }) })
    if (isNew) {
      await registerModel(database, { name: textModelName, version, model: models }, { asOfMs, now })
      readers.replace(reader)
      await deleteOtherReadings(database, version)
    }
    return { version, lineCount }
  } finally {
    readers.announce(undefined)
  }
}
