import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { ItemFacts, ItemLookup } from './feature-line.ts'

const selectFacts = sqlFile(import.meta.url, './sql/item-facts.sql')
/** Ids travel in the address of a request to a server, which takes 1 MB. */
const idsPerQuery = 250

type Row = { readonly item_id: string } & ItemFacts

/** What features need to know of every item, held in memory: some 200 bytes an item. */
export type KnownItems = {
  readonly lookup: ItemLookup
  /** Reads all items anew, with the topics of a version. */
  reload(topicsVersion: string | undefined): Promise<void>
  /** Reads what changed. */
  refresh(itemIds: readonly string[]): Promise<void>
}

export function createKnownItems(database: Database): KnownItems {
  let facts = new Map<string, ItemFacts>()
  let version = ''
  const read = async (item_ids: readonly string[], into: Map<string, ItemFacts>) => {
    for await (const rows of database.stream<Row>(selectFacts, { parameters: { item_ids, version } }))
      for (const { item_id, category, brand, topic } of rows) into.set(item_id, { category, brand, topic })
  }
  return {
    lookup: (itemId) => facts.get(itemId),
    async reload(topicsVersion) {
      version = topicsVersion ?? ''
      const fresh = new Map<string, ItemFacts>()
      await read([], fresh)
      facts = fresh
    },
    async refresh(itemIds) {
      for (let start = 0; start < itemIds.length; start += idsPerQuery)
        await read(itemIds.slice(start, start + idsPerQuery), facts)
    },
  }
}
