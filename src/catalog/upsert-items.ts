import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { type Authority, type ItemRow, type ItemStatement, mergeStatement } from './merge-statement.ts'

const selectKnown = sqlFile(import.meta.url, './sql/known-items.sql')
/** Ids travel in the address of a request to a server, which takes 1 MB. */
const idsPerQuery = 250

export type UpsertOptions = {
  readonly authority: Authority
  readonly now: Date
  readonly signal?: AbortSignal
}

/**
 * Takes in what is said of items; resolves once it is on disk. Of two statements in a call the later counts: for events
 * by their time, for a catalogue by their order. Saying the same again writes nothing, so a repeat after a crash is harmless.
 */
export async function upsertItems(
  database: Database,
  statements: readonly ItemStatement[],
  options: UpsertOptions,
): Promise<void> {
  if (statements.length === 0) return
  const sorted = options.authority === 'event' ? statements.toSorted((a, b) => a.atMs - b.atMs) : statements
  const control = options.signal ? { signal: options.signal } : {}
  const merge = async () => {
    const known = await loadKnown(database, new Set(statements.map(({ itemId }) => itemId)), control)
    const merged = new Map(known)
    const rules = { authority: options.authority, nowMs: options.now.getTime() }
    for (const statement of sorted) {
      merged.set(statement.itemId, mergeStatement(merged.get(statement.itemId), statement, rules))
    }
    const changed = [...merged.values()].filter((row) => known.get(row.item_id) !== row)
    await database.insert('items', changed.map(toTableRow), control)
  }
  // Read, merge, write: two at a time would each miss what the other said.
  await database.takeTurns('items', merge, options.signal)
}

async function loadKnown(
  database: Database,
  itemIds: ReadonlySet<string>,
  control: { readonly signal?: AbortSignal },
): Promise<ReadonlyMap<string, ItemRow>> {
  const ids = [...itemIds]
  const known = new Map<string, ItemRow>()
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    const parameters = { item_ids: ids.slice(start, start + idsPerQuery) }
    const rows = await database.query<ItemRow>(selectKnown, { parameters, ...control })
    for (const row of rows) known.set(row.item_id, row)
  }
  return known
}

function toTableRow({ updated_at_ms, ...row }: ItemRow): object {
  return { ...row, updated_at: new Date(updated_at_ms) }
}
