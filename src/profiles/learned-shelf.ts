import type { Database } from '../database/database.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import { type LearnedParts, loadLearned } from './load-learned.ts'

/** What models said of people, at hand: read from the database once after each training. */
export type LearnedShelf = {
  load(profileId: string): Promise<LearnedParts | undefined>
  /** Whatever lies here is out of date. */
  forget(): Promise<void>
  /** Counts how often that was said. */
  generation(): number
  remove(profileId: string): Promise<void>
}

type Shelved = { readonly generation: number; readonly parts?: LearnedParts }

export function openLearnedShelf(store: KeyValueStore, database: Database): LearnedShelf {
  const table: Table<Shelved> = store.table('profile_learned', { values: 'json', keys: 'binary' })
  const meta: Table<number> = store.table('profile_meta', { values: 'json', keys: 'ordered' })
  const generation = () => meta.get('learned') ?? 0
  return {
    generation,
    async load(profileId) {
      const key = Buffer.from(profileId)
      const known = table.get(key)
      const present = generation()
      if (known?.generation === present) return known.parts
      const parts = await loadLearned(database, profileId)
      if (present === generation())
        await store.write(() => table.put(key, { generation: present, ...(parts && { parts }) }))
      return parts
    },
    forget: () =>
      store.transact(() => {
        meta.put('learned', generation() + 1)
      }),
    remove: (profileId) => store.write(() => table.remove(Buffer.from(profileId))),
  }
}
