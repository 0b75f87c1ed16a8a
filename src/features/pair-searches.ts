import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupParameters } from './pair-groups.ts'
import type { PairReading } from './pair-reading.ts'
import type { PairThings } from './pair-things.ts'

const selectSearches = sqlFile(import.meta.url, './sql/pair-searches.sql')

/** How often people who searched for words looked at things of a group in the same session. */
export type SearchSign = {
  readonly words: string
  /** The number of the group. */
  readonly group: number
  readonly groupName: string
  /** In which horizon before the end of the reading. */
  readonly stretch: number
  readonly lineCount: number
}

export async function loadSearchSigns(
  database: Database,
  reading: PairReading,
  things: PairThings,
): Promise<readonly SearchSign[]> {
  const { asOfMs, horizonDays, history, groups, signal } = reading
  const parameters = { cut_ms: asOfMs, horizon_days: horizonDays, history, ...groupParameters(groups) }
  const rows = await database.query<{
    words: string
    group_name: string
    stretch: number
    line_count: number
  }>(selectSearches, { parameters, ...(signal && { signal }) })
  return rows.map((row) => ({
    words: row.words,
    group: things.groupAt(row.group_name),
    groupName: row.group_name,
    stretch: row.stretch,
    lineCount: row.line_count,
  }))
}

/** The group that each words are for, by what was seen at a cut so many horizons back: that most looked at. */
export function readSearches(signs: readonly SearchSign[], back: number): ReadonlyMap<string, number> {
  const counts = new Map<string, Map<number, { readonly name: string; count: number }>>()
  for (const { words, group, groupName: name, stretch, lineCount } of signs) {
    if (stretch < back) continue
    const own = counts.get(words) ?? new Map<number, { readonly name: string; count: number }>()
    counts.set(words, own)
    own.set(group, { name, count: (own.get(group)?.count ?? 0) + lineCount })
  }
  return new Map(
    [...counts].map(([words, groups]) => [
      words,
      [...groups].reduce((best, each) => (isMore(each[1], best[1]) ? each : best))[0],
    ]),
  )
}

function isMore(
  a: { readonly name: string; readonly count: number },
  b: { readonly name: string; readonly count: number },
): boolean {
  return a.count > b.count || (a.count === b.count && a.name > b.name)
}
