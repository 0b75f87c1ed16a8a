import type { HistorySource } from '../database/history-source.ts'
import type { PairGroups } from './pair-groups.ts'

/** Purchases and looks weigh half after so many days. */
export const halfLifeDays = 60
export const dayMs = 86_400_000

/** What pairs of a shopper and an item or group are read with. */
export type PairReading = {
  /** Nothing after it is read. Cuts lie a whole number of horizons before it. */
  readonly asOfMs: number
  /** Days after a cut that labels are read in, and before it that "of late" means. */
  readonly horizonDays: number
  readonly history: HistorySource
  readonly groups: PairGroups
  readonly signal?: AbortSignal | undefined
}

/** One of `count` parts of all people, told apart by a hash of their ids. */
export type HashShare = { readonly index: number; readonly count: number }

/** How many horizons a cut lies before the reading's end. @throws Error where it is no whole number. */
export function horizonsBack({ asOfMs, horizonDays }: PairReading, cutMs: number): number {
  const back = (asOfMs - cutMs) / (horizonDays * dayMs)
  if (!Number.isInteger(back) || back < 0)
    throw new Error(`a cut must lie whole horizons before the end, this one lies ${back}`)
  return back
}
