import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { loadLatestCut } from './find-profiles.ts'

const selectWords = sqlFile(import.meta.url, './sql/query-words.sql')

/** What conditions on profiles can name at the latest cut. */
export type QueryWords = {
  readonly features: readonly string[]
  /** Stated traits, and features that are words. */
  readonly traits: readonly string[]
  /** `model`, or `model/days` where the score has a horizon. */
  readonly scores: readonly string[]
}

export async function loadQueryWords(database: Database): Promise<QueryWords> {
  const asOfMs = await loadLatestCut(database)
  const [row] = await database.query<{
    features: string[]
    labels: string[]
    traits: string[]
    scores: string[]
  }>(selectWords, { parameters: { as_of_ms: asOfMs } })
  const { features = [], labels = [], traits = [], scores = [] } = row ?? {}
  return { features, traits: [...new Set([...labels, ...traits])].sort(), scores }
}
