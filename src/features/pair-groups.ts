import type { Database } from '../database/database.ts'
import type { HistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectLevels = sqlFile(import.meta.url, './sql/pair-levels.sql')

/** With more groups than this most are bought too seldom to tell anything of. */
const groupLimit = 400

/** How items are grouped: by the level of their categories (1 the broadest), or by the topics of a version. */
export type PairGroups =
  | { readonly kind: 'category'; readonly level: number }
  | { readonly kind: 'topic'; readonly version: string }
  | { readonly kind: 'none' }

/**
 * The narrowest level of categories of which at most 400 were bought by the cut; where items have no two categories, the
 * topics of the version.
 */
export async function choosePairGroups(
  database: Database,
  options: {
    readonly cutMs: number
    readonly history: HistorySource
    readonly topicsVersion?: string | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<PairGroups> {
  const levels = await database.query<{ level: number; category_count: number }>(selectLevels, {
    parameters: { cut_ms: options.cutMs, history: options.history },
    ...(options.signal && { signal: options.signal }),
  })
  const useful = levels.filter(({ category_count: count }) => count >= 2 && count <= groupLimit)
  const narrowest = useful.toSorted((a, b) => b.category_count - a.category_count || a.level - b.level)[0]
  if (narrowest !== undefined) return { kind: 'category', level: narrowest.level }
  return options.topicsVersion === undefined
    ? { kind: 'none' }
    : { kind: 'topic', version: options.topicsVersion }
}

/** The groups as queries of pairs take them. */
export function groupParameters(groups: PairGroups): { readonly level: number; readonly version: string } {
  return {
    level: groups.kind === 'category' ? groups.level : 0,
    version: groups.kind === 'topic' ? groups.version : '',
  }
}
