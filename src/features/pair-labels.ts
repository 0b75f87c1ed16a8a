import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupParameters } from './pair-groups.ts'
import type { HashShare, PairReading } from './pair-reading.ts'
import { keyOf } from './pair-targets.ts'

const selectLabels = sqlFile(import.meta.url, './sql/pair-labels.sql')
const dayMs = 86_400_000

/** What a person bought of one thing within the horizon and kept. */
export type KeptPurchase = {
  readonly units: number
  /** Days from the cut to the first purchase. */
  readonly firstDays: number
}

/** By profile and by `keyOf` of the item or group; who bought nothing is not there. */
export type PairLabels = ReadonlyMap<string, ReadonlyMap<string, KeptPurchase>>

type Row = {
  readonly profile_id: string
  readonly bought: readonly (readonly [isGroup: number, id: string, units: number, firstDays: number])[]
}

/** Purchases in (cut, cut + horizon], in days of 24 hours, that were not taken back by its end. */
export async function loadPairLabels(
  database: Database,
  reading: PairReading & { readonly share: HashShare },
): Promise<PairLabels> {
  const { cutMs, horizonDays, history, groups, share, signal } = reading
  const parameters = {
    cut_ms: cutMs,
    until_ms: cutMs + horizonDays * dayMs,
    share: share.index,
    share_count: share.count,
    history,
    ...groupParameters(groups),
  }
  const labels = new Map<string, ReadonlyMap<string, KeptPurchase>>()
  for await (const rows of database.stream<Row>(selectLabels, { parameters, ...(signal && { signal }) }))
    for (const { profile_id: profileId, bought } of rows)
      labels.set(
        profileId,
        new Map(
          bought.map(([isGroup, id, units, firstDays]) => [keyOf(isGroup === 1, id), { units, firstDays }]),
        ),
      )
  return labels
}
