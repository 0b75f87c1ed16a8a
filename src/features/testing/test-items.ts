import type { Database } from '../../database/database.ts'
import type { ItemFacts } from '../feature-line.ts'

/** The version that the topics of test items have. */
export const testTopicsVersion = 'v1'

export const testItems: Readonly<Record<string, ItemFacts>> = {
  cup: { category: 'Kitchen', brand: 'Tea & Co', topic: 'cup mug' },
  mug: { category: 'Kitchen', brand: '', topic: 'cup mug' },
  lamp: { category: 'Home', brand: 'Lux', topic: 'lamp light' },
  bag: { category: '', brand: 'Tea & Co', topic: '' },
  电饭煲: { category: '厨房', brand: '美的', topic: 'lamp light' },
}

export async function insertItems(database: Database): Promise<void> {
  const updated_at = new Date('2012-01-01T00:00:00Z')
  const entries = Object.entries(testItems)
  const rows = entries.map(([item_id, { category, brand }]) => ({
    ...{ item_id, name: item_id, brand, updated_at },
    category: category === '' ? [] : [category, 'narrower'],
  }))
  await database.insert('items', rows)
  const tags = entries.filter(([, { topic }]) => topic !== '')
  const tagged = { model: 'topics', version: testTopicsVersion, weight: 0.7 }
  await database.insert(
    'item_tags',
    tags.map(([item_id, { topic }]) => ({ ...tagged, item_id, tag: topic })),
  )
}
