import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupParameters } from './pair-groups.ts'
import { type HashShare, halfLifeDays, type PairReading } from './pair-reading.ts'

const selectTrade = sqlFile(import.meta.url, './sql/pair-trade.sql')

/** What one person did with an item or a group of items before the cut. Weights: each act by 2^(−age / half-life). */
export type OwnTrade = {
  readonly id: string
  /** The group that it is in; of a group itself. */
  readonly group: string
  /** Different days (24 hours back from the cut) that it was bought on. */
  readonly dayCount: number
  /** Bought and not taken back. */
  readonly units: number
  /** Bought in the last horizon, less what was taken back in it. */
  readonly unitsOfLate: number
  readonly spend: number
  readonly boughtWeight: number
  /** Days since first and last bought; 0 where never. */
  readonly firstDays: number
  readonly lastDays: number
  readonly cartWeight: number
  readonly viewWeight: number
  readonly searchWeight: number
  /** Days since last looked at, put into the cart or searched for; only where `lookCount` is above 0. */
  readonly lookDays: number
  readonly lookCount: number
}

/** What a person bought or looked at, that of most interest of late first. */
export type PersonTrade = { readonly items: readonly OwnTrade[]; readonly groups: readonly OwnTrade[] }

type Entry = readonly [
  order: number,
  id: string,
  group: string,
  dayCount: number,
  units: number,
  unitsOfLate: number,
  spend: number,
  boughtWeight: number,
  firstDays: number,
  lastDays: number,
  cartWeight: number,
  viewWeight: number,
  searchWeight: number,
  lookDays: number,
  lookCount: number,
]
type Row = {
  readonly profile_id: string
  readonly items: readonly Entry[]
  readonly groups: readonly Entry[]
}

/** By profile, at most so many items and groups of each person. */
export async function loadPairTrade(
  database: Database,
  reading: PairReading & {
    readonly share: HashShare
    readonly itemLimit: number
    readonly groupLimit: number
  },
): Promise<ReadonlyMap<string, PersonTrade>> {
  const { cutMs, horizonDays, history, groups, share, signal } = reading
  const parameters = {
    cut_ms: cutMs,
    horizon_days: horizonDays,
    half_life_days: halfLifeDays,
    item_limit: reading.itemLimit,
    group_limit: reading.groupLimit,
    share: share.index,
    share_count: share.count,
    history,
    ...groupParameters(groups),
  }
  const people = new Map<string, PersonTrade>()
  for await (const rows of database.stream<Row>(selectTrade, { parameters, ...(signal && { signal }) }))
    for (const row of rows)
      people.set(row.profile_id, { items: row.items.map(toTrade), groups: row.groups.map(toTrade) })
  return people
}

function toTrade(entry: Entry): OwnTrade {
  const [, id, group, dayCount, units, unitsOfLate, spend, boughtWeight, firstDays, lastDays, ...looks] =
    entry
  const [cartWeight, viewWeight, searchWeight, lookDays, lookCount] = looks
  return {
    ...{ id, group, dayCount, units, unitsOfLate, spend, boughtWeight, firstDays, lastDays },
    ...{ cartWeight, viewWeight, searchWeight, lookDays, lookCount },
  }
}
