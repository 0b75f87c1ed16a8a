import type { HistorySource } from '../database/history-source.ts'
import type { PairGroups } from './pair-groups.ts'

/** Purchases and looks weigh half after so many days. */
export const halfLifeDays = 60

/** What pairs of a shopper and an item or group are read with; nothing after the cut is. */
export type PairReading = {
  readonly cutMs: number
  /** Days after the cut that labels are read in, and before it that "of late" means. */
  readonly horizonDays: number
  readonly history: HistorySource
  readonly groups: PairGroups
  readonly signal?: AbortSignal | undefined
}

/** One of `count` parts of all people, told apart by a hash of their ids. */
export type HashShare = { readonly index: number; readonly count: number }
