import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectLastEvent = sqlFile(import.meta.url, './sql/last-event.sql')
/** A shop that nothing was heard of for so long is an archive: it stands at its last event. */
const silenceMs = 7 * 86_400_000

/** Ages and decays are told as of a moment that advances by so much. */
export const stepMs = 600_000

/** As of when a shop's profiles are read. */
export type ShopClock = {
  /** Now, for a shop that is alive; the last event of one that has been silent for a week; now for one without events. */
  asOfMs(): Promise<number>
  /** The same in steps of ten minutes while the shop is alive, so that an answer holds for a while. */
  toldAsOfMs(): Promise<number>
  /** The last event that has come to pass; undefined without any. */
  lastEventMs(): Promise<number | undefined>
  /** Something happened. */
  saw(atMs: number): void
  /** Reads the last event anew: a file told of many. */
  reload(): void
}

export function createShopClock(database: Database, now: () => Date): ShopClock {
  let last: Promise<number | undefined> | undefined
  let seenMs = Number.NEGATIVE_INFINITY
  const load = async () => {
    const [row] = await database.query<{ last_ms: number | null }>(selectLastEvent, {
      parameters: { now_ms: now().getTime() },
    })
    return row?.last_ms ?? undefined
  }
  const lastEventMs = async () => {
    last ??= load().catch((error: unknown) => {
      last = undefined
      throw error
    })
    const stored = await last
    if (stored === undefined) return Number.isFinite(seenMs) ? seenMs : undefined
    return Math.max(stored, seenMs)
  }
  const find = async (nowMs: number, aliveMs: number) => {
    const lastMs = await lastEventMs()
    return lastMs !== undefined && nowMs - lastMs > silenceMs ? lastMs : aliveMs
  }
  return {
    lastEventMs,
    asOfMs: () => find(now().getTime(), now().getTime()),
    toldAsOfMs: () => find(now().getTime(), Math.floor(now().getTime() / stepMs) * stepMs),
    saw(atMs) {
      if (atMs <= now().getTime()) seenMs = Math.max(seenMs, atMs)
    },
    reload() {
      last = undefined
    },
  }
}
