import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import { exportRecord } from './export-record.ts'
import { decodeRecord } from './profile-record.ts'
import { encodeChange, type ProfileChange, type ProfileStore } from './profile-store.ts'

/** Keeps records in a table of the environment that holds the journal, so that both change in one commit. */
export function createLmdbProfileStore(store: KeyValueStore): ProfileStore {
  const table: Table<Uint8Array> = store.table('profiles', { values: 'binary', keys: 'binary' })
  const load = (profileId: string) => {
    const bytes = profileId === '' ? undefined : table.get(keyOf(profileId))
    return bytes && decodeRecord(bytes)
  }
  const stage = (change: ProfileChange) => {
    const { rows, removed } = encodeChange(change)
    return {
      commit() {
        for (const { profileId, bytes } of rows) table.put(keyOf(profileId), bytes)
        for (const profileId of removed) table.remove(keyOf(profileId))
      },
    }
  }
  return {
    name: 'profiles',
    load: async (profileId) => load(profileId),
    loadMany: async (profileIds) => profileIds.map(load),
    stage: async (change) => stage(change),
    save: async (put) => store.write(stage({ put, remove: [] }).commit),
    remove: async (remove) => store.write(stage({ put: [], remove }).commit),
    list: async (page) => listIds(table, page),
    count: async () => table.count(),
    erase: (profileIds) =>
      store.transact(() => {
        const kept = new Set(
          profileIds.filter((profileId) => profileId !== '' && table.has(keyOf(profileId))),
        )
        for (const profileId of kept) table.remove(keyOf(profileId))
        return kept.size
      }),
    async exportOf(profileId) {
      const record = load(profileId)
      return record && exportRecord(record)
    },
  }
}

/** The bytes of the id: their order is that of the port, whatever letters an id has. */
function keyOf(profileId: string): Uint8Array {
  return Buffer.from(profileId)
}

function listIds(
  table: Table<Uint8Array>,
  { after, limit }: { readonly after?: string; readonly limit: number },
): readonly string[] {
  // Nothing lies between an id and the same with a zero byte at its end.
  const start = after === undefined ? {} : { start: Buffer.concat([Buffer.from(after), Buffer.of(0)]) }
  return [...table.keys({ ...start, limit })].map((key) => Buffer.from(key as Uint8Array).toString())
}
