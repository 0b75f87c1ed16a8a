import type { ItemId } from '../core/ids.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectItems = sqlFile(import.meta.url, './sql/items.sql')
const selectItem = sqlFile(import.meta.url, './sql/item.sql')
const selectCounts = sqlFile(import.meta.url, './sql/item-counts.sql')

/** A product as the shop describes it; a text that is absent is empty. */
export type Item = {
  readonly id: ItemId
  readonly name: string
  readonly nameZh: string
  readonly description: string
  readonly descriptionZh: string
  /** From the broadest to the narrowest. */
  readonly category: readonly string[]
  /** The same levels in Chinese; empty where none are stated. */
  readonly categoryZh: readonly string[]
  readonly brand: string
  /** 0 when unknown. */
  readonly price: number
  readonly currency: string
}

/** An item with all that is known of it. */
export type ItemRecord = Item & {
  readonly attributes: Readonly<Record<string, string>>
  /** Who told of it last: a source or the format of a file; of what only events told, `event:` and their source. */
  readonly source: string
  readonly updatedAt: string
}

export type ItemCounts = {
  readonly itemCount: number
  readonly unnamedCount: number
  readonly unpricedCount: number
  readonly uncategorisedCount: number
}

type Row = {
  readonly item_id: string
  readonly name: string
  readonly name_zh: string
  readonly description: string
  readonly description_zh: string
  readonly category: readonly string[]
  readonly category_zh: readonly string[]
  readonly brand: string
  readonly price: number
  readonly currency: string
}

type RecordRow = Row & Pick<ItemRecord, 'attributes' | 'source'> & { readonly updated_at: string }

/**
 * All items in batches, in order of id. With `knownByMs` only those with a line at or before that moment: what a shop
 * could have learned from by then.
 */
export async function* loadItems(
  database: Database,
  options: { readonly knownByMs?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<readonly Item[]> {
  const parameters = { known_by_ms: options.knownByMs ?? null }
  const control = options.signal ? { signal: options.signal } : {}
  for await (const rows of database.stream<Row>(selectItems, { parameters, ...control }))
    yield rows.map(toItem)
}

/** Undefined when there is no such item. */
export async function loadItem(database: Database, itemId: string): Promise<ItemRecord | undefined> {
  const [row] = await database.query<RecordRow>(selectItem, { parameters: { item_id: itemId } })
  if (row === undefined) return undefined
  const { attributes, source, updated_at: updatedAt } = row
  return { ...toItem(row), attributes, source, updatedAt }
}

export async function loadItemCounts(database: Database): Promise<ItemCounts> {
  const [row] = await database.query<{
    item_count: number
    unnamed_count: number
    unpriced_count: number
    uncategorised_count: number
  }>(selectCounts)
  return {
    itemCount: row?.item_count ?? 0,
    unnamedCount: row?.unnamed_count ?? 0,
    unpricedCount: row?.unpriced_count ?? 0,
    uncategorisedCount: row?.uncategorised_count ?? 0,
  }
}

function toItem(row: Row): Item {
  return {
    id: row.item_id as ItemId,
    name: row.name,
    nameZh: row.name_zh,
    description: row.description,
    descriptionZh: row.description_zh,
    category: row.category,
    categoryZh: row.category_zh,
    brand: row.brand,
    price: row.price,
    currency: row.currency,
  }
}
