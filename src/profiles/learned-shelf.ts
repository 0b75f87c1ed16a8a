import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Database } from '../database/database.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import { type LearnedContext, type LearnedParts, loadLearned, loadLearnedContext } from './load-learned.ts'

/** What models said of people, at hand: read from the database once after each training. */
export type LearnedShelf = Erasable &
  Exportable & {
    load(profileId: string): Promise<LearnedParts | undefined>
    /** Whatever lies here is out of date. */
    forget(): Promise<void>
    /** Counts how often that was said. */
    generation(): number
  }

type Shelved = { readonly generation: number; readonly parts?: LearnedParts }

export function openLearnedShelf(store: KeyValueStore, database: Database): LearnedShelf {
  const table: Table<Shelved> = store.table('profile_learned', { values: 'json', keys: 'binary' })
  const meta: Table<number> = store.table('profile_meta', { values: 'json', keys: 'ordered' })
  const generation = () => meta.get('learned') ?? 0
  let erasureCount = 0
  let context: { readonly generation: number; readonly read: Promise<LearnedContext | undefined> } | undefined
  const contextOf = (present: number) => {
    if (context?.generation === present) return context.read
    const read = loadLearnedContext(database).catch((error: unknown) => {
      context = undefined
      throw error
    })
    context = { generation: present, read }
    return read
  }
  return {
    name: 'profile_learned',
    generation,
    async load(profileId) {
      const key = keyOf(profileId)
      const known = table.get(key)
      const [present, erasures] = [generation(), erasureCount]
      if (known?.generation === present) return known.parts
      const shared = await contextOf(present)
      if (shared === undefined || !shared.hasScores) return undefined
      const parts = await loadLearned(database, profileId, shared)
      // What was read before an erasure is not kept after it.
      if (present === generation() && erasures === erasureCount)
        await store.write(() => table.put(key, { generation: present, ...(parts && { parts }) }))
      return parts
    },
    forget: () =>
      store.transact(() => {
        meta.put('learned', generation() + 1)
      }),
    erase(profileIds) {
      erasureCount += 1
      return store.transact(() => {
        const kept = new Set(
          profileIds.filter((profileId) => profileId !== '' && table.has(keyOf(profileId))),
        )
        for (const profileId of kept) table.remove(keyOf(profileId))
        return kept.size
      })
    },
    exportOf: async (profileId) => (profileId === '' ? undefined : table.get(keyOf(profileId))?.parts),
  }
}

function keyOf(profileId: string): Uint8Array {
  return Buffer.from(profileId)
}
