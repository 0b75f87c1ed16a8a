import type { Database } from '../database/database.ts'

const batchSize = 50_000

/** What a model says of one item. */
export type ItemTags = {
  readonly itemId: string
  readonly tags: readonly { readonly tag: string; readonly weight: number }[]
}

/** Keeps what one version of a model says of items; saving the same again replaces it. */
export async function saveItemTags(
  database: Database,
  options: { readonly model: string; readonly version: string; readonly signal?: AbortSignal },
  items: Iterable<ItemTags>,
): Promise<void> {
  const { model, version } = options
  const control = options.signal ? { signal: options.signal } : {}
  let rows: object[] = []
  for (const { itemId, tags } of items) {
    for (const { tag, weight } of tags) rows.push({ model, version, item_id: itemId, tag, weight })
    if (rows.length >= batchSize) {
      await database.insert('item_tags', rows, control)
      rows = []
    }
  }
  await database.insert('item_tags', rows, control)
}
