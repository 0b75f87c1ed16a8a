import type { TextReader } from '../core/text-reading.ts'
import type { Database } from '../database/database.ts'
import type { SentimentModel } from '../models/sentiment.ts'
import { createTextReader, type TextModels } from '../models/text-reader.ts'
import type { TopicModel } from '../models/topics.ts'
import { loadModel } from './registry.ts'

/** The entry of the registry whose version features read: it holds its models, so that they are one with it. */
export const textModelName = 'text_readings'

/** The models that were learned last. */
export async function loadTextModels(database: Database): Promise<TextModels> {
  const [topics, sentiment] = await Promise.all([
    loadModel(database, 'topics'),
    loadModel(database, 'sentiment'),
  ])
  return {
    ...(topics && { topics: topics.model as TopicModel }),
    ...(sentiment && { sentiment: sentiment.model as SentimentModel }),
  }
}

/** The reader of the active version; undefined before the first build, or where there was nothing to learn from. */
export async function loadTextReader(database: Database): Promise<TextReader | undefined> {
  const registered = await loadModel(database, textModelName)
  return registered && createTextReader(registered.model as TextModels)
}
