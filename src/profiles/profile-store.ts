import type { Erasable, Exportable } from '../core/erasable.ts'
import { encodeRecord, type ProfileRecord } from './profile-record.ts'

/** Records to replace and ids to remove; no id is in both. */
export type ProfileChange = { readonly put: readonly ProfileRecord[]; readonly remove: readonly string[] }

/**
 * Where the records of people are kept, for reading within a request. An id is a text of one character or more; records
 * are replaced whole, the last writer wins.
 */
export type ProfileStore = Erasable &
  Exportable & {
    /** Undefined when nothing is kept of the id, or nothing that can be read: the history tells it again. */
    load(profileId: string): Promise<ProfileRecord | undefined>
    /** One answer for each id, in their order. */
    loadMany(profileIds: readonly string[]): Promise<readonly (ProfileRecord | undefined)[]>
    /**
     * Makes ready a change, which the returned `commit` makes. A store in the caller's own environment is committed inside the
     * caller's `KeyValueStore.write`, so together with the position of the journal; a remote one has made the change when
     * this resolves, and its commit does nothing: the records' `position` then tells a second try what they hold already.
     */
    stage(change: ProfileChange): Promise<{ commit(): void }>
    /** Resolves once the records are on disk. */
    save(records: readonly ProfileRecord[]): Promise<void>
    /** Resolves once the removal is on disk; ids that are not there are passed over. */
    remove(profileIds: readonly string[]): Promise<void>
    /** Ids in the order of their UTF-8 bytes, from the first or the one behind `after`; fewer than `limit` on the last page. */
    list(page: { readonly after?: string; readonly limit: number }): Promise<readonly string[]>
    count(): Promise<number>
  }

/**
 * A change in the bytes that stores keep.
 * @throws Error for an id that is empty or stands on both sides.
 */
export function encodeChange({ put, remove }: ProfileChange) {
  const removed = new Set(remove)
  const rows = put.map((record) => {
    const { profileId } = record
    if (profileId === '') throw new Error('a record of a profile needs an id')
    if (removed.has(profileId)) throw new Error('a change both puts and removes one profile')
    return { profileId, bytes: encodeRecord(record) }
  })
  return { rows, removed: [...removed].filter((profileId) => profileId !== '') }
}
