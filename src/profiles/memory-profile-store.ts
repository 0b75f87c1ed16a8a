import { compareText } from '../core/compare-text.ts'
import { exportRecord } from './export-record.ts'
import { decodeRecord } from './profile-record.ts'
import { encodeChange, type ProfileChange, type ProfileStore } from './profile-store.ts'

/** Keeps the bytes of records in a map, so that nobody can change a record that another one holds. */
export function createMemoryProfileStore(): ProfileStore {
  const records = new Map<string, Uint8Array>()
  const load = (profileId: string) => {
    const bytes = records.get(profileId)
    return bytes && decodeRecord(bytes)
  }
  const stage = (change: ProfileChange) => {
    const { rows, removed } = encodeChange(change)
    return {
      commit() {
        for (const { profileId, bytes } of rows) records.set(profileId, bytes)
        for (const profileId of removed) records.delete(profileId)
      },
    }
  }
  return {
    name: 'profiles',
    load: async (profileId) => load(profileId),
    loadMany: async (profileIds) => profileIds.map(load),
    stage: async (change) => stage(change),
    save: async (put) => stage({ put, remove: [] }).commit(),
    remove: async (remove) => stage({ put: [], remove }).commit(),
    list: async ({ after, limit }) =>
      [...records.keys()]
        .filter((profileId) => after === undefined || compareText(profileId, after) > 0)
        .sort(compareText)
        .slice(0, limit),
    count: async () => records.size,
    erase: async (profileIds) => profileIds.filter((profileId) => records.delete(profileId)).length,
    async exportOf(profileId) {
      const record = load(profileId)
      return record && exportRecord(record)
    },
  }
}
