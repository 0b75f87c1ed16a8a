import type { SliceColumn } from '../../evaluate/slice-column.ts'
import type { PairTable } from '../../features/pair-rows.ts'
import { slicesOf } from '../slices.ts'
import type { Training } from '../training.ts'
import { isGroupRow } from './fit-needs.ts'

/** By what pairs are judged apart: by the shopper as all models are, by items and groups, and by the group that each is in. */
export async function slicePairs(
  training: Training,
  cutMs: number,
  table: PairTable,
): Promise<readonly SliceColumn[]> {
  const people = await training.rows.featuresAt(cutMs)
  const rowOf = new Map(people.features.rowIds.map((id, row) => [id, row]))
  const rows = table.profileIds.map((id) => rowOf.get(id) ?? -1)
  const byShopper = (await slicesOf(training, people)).map(({ labels, ...column }) => ({
    ...column,
    labels: Array.from(table.personOf, (person) => labels[rows[person] ?? -1] ?? ''),
  }))
  return [
    ...byShopper,
    {
      name: { en: 'item or category', zh: '商品或类目' },
      labels: Array.from(table.targetOf, (_, row) => (isGroupRow(table, row) ? 'category' : 'item')),
      words: { category: { en: 'categories', zh: '类目' }, item: { en: 'items', zh: '商品' } },
    },
    {
      name: { en: 'category', zh: '类目' },
      labels: Array.from(table.targetOf, (place) => table.targets[place]?.group ?? ''),
    },
  ]
}
