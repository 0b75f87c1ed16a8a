import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { SliceColumn } from '../evaluate/slice-column.ts'
import { describeColumn } from '../features/describe-features.ts'
import { columnOf, type LabelledRows, sliceLabels } from './row-source.ts'
import type { Training } from './training.ts'

const selectGroups = sqlFile(import.meta.url, './sql/groups-by-profile.sql')

/** By what the rows of a test cut are judged apart: new or returning, country, channel, and the interest group of today. */
export async function slicesOf(
  { database, asOfMs }: Training,
  { features, texts }: Pick<LabelledRows, 'features' | 'texts'>,
): Promise<SliceColumn[]> {
  const orders = columnOf(features, 'order_count')
  const groups = await loadGroups(database, asOfMs)
  return [
    {
      name: { en: 'customer', zh: '顾客' },
      labels: Array.from(orders, (count) => (count > 1 ? 'returning' : 'new')),
      words: { returning: { en: 'returning', zh: '回头客' }, new: { en: 'new', zh: '新客' } },
    },
    ...sliceLabels.flatMap((name): SliceColumn[] => {
      const own = texts[name]
      return own ? [{ name: describeColumn(name).meaning, labels: own }] : []
    }),
    {
      name: { en: 'interest group', zh: '兴趣群体' },
      labels: features.rowIds.map((id) => groups.get(id) ?? ''),
    },
  ]
}

async function loadGroups(database: Database, asOfMs: number): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ profile_id: string; label: string }>(selectGroups, {
    parameters: { as_of_ms: asOfMs },
  })
  return new Map(rows.map(({ profile_id, label }) => [profile_id, label]))
}
