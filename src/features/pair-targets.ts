import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupParameters } from './pair-groups.ts'
import { halfLifeDays, type PairReading } from './pair-reading.ts'

const selectTargets = sqlFile(import.meta.url, './sql/pair-targets.sql')
/** So many items and so many groups at most: those of most purchases of late. */
const targetLimit = 20_000

/** What can be needed: an item, or a group of items. What all shoppers together did with it before the cut. */
export type PairTarget = {
  readonly isGroup: boolean
  /** An item id, a category, or the tag of a topic. */
  readonly id: string
  /** The group that it is in; of a group itself; empty where there is none. */
  readonly group: string
  readonly buyerCount: number
  /** Purchases of late, each by 2^(−age / half-life). */
  readonly weight: number
  /** Days between one person's purchases of it, of all people who bought it again; NaN where nobody did. */
  readonly gapDays: number
  /** Share of its buyers who bought it again. */
  readonly repeatShare: number
  readonly unitsPerPurchase: number
  readonly price: number
  /** (last horizon − the one before) / both, in −1..1. */
  readonly trend: number
  /** Of a year's units the share in the time of year that the horizon falls in, against an even spread: 1 is no season. */
  readonly season: number
}

export type PairTargets = {
  /** By `keyOf`. */
  readonly byKey: ReadonlyMap<string, PairTarget>
  /** Items of each group, those of most purchases of late first. */
  readonly itemsOfGroup: ReadonlyMap<string, readonly PairTarget[]>
  /** Most purchases of late first. */
  readonly items: readonly PairTarget[]
  readonly groups: readonly PairTarget[]
}

type Row = {
  readonly is_group: number
  readonly target: string
  readonly group_name: string
  readonly buyer_count: number
  readonly day_count: number
  readonly weight: number
  readonly units: number
  readonly spend: number
  readonly repeater_count: number
  readonly span_days: number
  readonly units_recent: number
  readonly units_before: number
  readonly units_year: number
  readonly units_season: number
}

/** Tells an item from a group of the same name. */
export function keyOf(isGroup: boolean, id: string): string {
  return `${isGroup ? 1 : 0}${id}`
}

/** Everything that was bought at or before the cut. */
export async function loadPairTargets(database: Database, reading: PairReading): Promise<PairTargets> {
  const { cutMs, horizonDays, history, groups, signal } = reading
  const rows = await database.query<Row>(selectTargets, {
    parameters: {
      cut_ms: cutMs,
      horizon_days: horizonDays,
      half_life_days: halfLifeDays,
      limit: targetLimit,
      history,
      ...groupParameters(groups),
    },
    ...(signal && { signal }),
  })
  const targets = rows.map((row) => toTarget(row, horizonDays))
  const itemsOfGroup = new Map<string, PairTarget[]>()
  for (const target of targets) {
    if (target.isGroup || target.group === '') continue
    const own = itemsOfGroup.get(target.group)
    if (own) own.push(target)
    else itemsOfGroup.set(target.group, [target])
  }
  return {
    byKey: new Map(targets.map((target) => [keyOf(target.isGroup, target.id), target])),
    itemsOfGroup,
    items: targets.filter(({ isGroup }) => !isGroup),
    groups: targets.filter(({ isGroup }) => isGroup),
  }
}

function toTarget(row: Row, horizonDays: number): PairTarget {
  const gapCount = row.day_count - row.buyer_count
  const both = row.units_recent + row.units_before
  const evenShare = horizonDays / 365
  return {
    isGroup: row.is_group === 1,
    id: row.target,
    group: row.group_name,
    buyerCount: row.buyer_count,
    weight: row.weight,
    gapDays: gapCount > 0 ? row.span_days / gapCount : Number.NaN,
    repeatShare: row.repeater_count / row.buyer_count,
    unitsPerPurchase: row.units / row.day_count,
    price: row.units > 0 ? row.spend / row.units : Number.NaN,
    trend: both > 0 ? (row.units_recent - row.units_before) / both : 0,
    season: row.units_year > 0 ? row.units_season / row.units_year / evenShare : Number.NaN,
  }
}
