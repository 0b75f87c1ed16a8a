/**
 * A store that can remove what it keeps of a person. Rows of one person may lie under several ids: that of the profile, and
 * those of devices and logins from before they were known to be one person's.
 */
export type Erasable = {
  readonly name: string
  /**
   * Resolves once nobody reads it any more; answers how many records or rows that were. The bytes are gone after the
   * compaction of the store.
   */
  erase(profileIds: readonly string[]): Promise<number>
}

/** A store that can hand out what it keeps of a person. */
export type Exportable = {
  readonly name: string
  /** As JSON has it; undefined when nothing is kept under the id. */
  exportOf(profileId: string): Promise<unknown>
}
