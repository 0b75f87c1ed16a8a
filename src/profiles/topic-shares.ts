import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectShares = sqlFile(import.meta.url, './sql/topic-shares.sql')

/** The mean share of each topic in what customers of a cut buy, by the topic's tag. */
export async function loadTopicShares(
  database: Database,
  asOfMs: number,
): Promise<Readonly<Record<string, number>>> {
  const rows = await database.query<{ tag: string; share: number }>(selectShares, {
    parameters: { as_of_ms: asOfMs },
  })
  return Object.fromEntries(rows.map(({ tag, share }) => [tag, share]))
}
