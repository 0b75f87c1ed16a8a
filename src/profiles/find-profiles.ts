import { AppError } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectProfiles = sqlFile(import.meta.url, './sql/find-profiles.sql')
const selectLatestCut = sqlFile(import.meta.url, './sql/latest-cut.sql')

/** Bounds of a number, both included. */
export type NumberRange = { readonly low: number; readonly high: number }

/** People are found who satisfy every condition that is given. */
export type ProfileQuery = {
  /** A stated trait (a part of an address by its own name, too), or a feature that is a word, e.g. country. */
  readonly trait?: { readonly name: string; readonly value: string }
  readonly feature?: { readonly name: string } & NumberRange
  /** The label of an interest group. */
  readonly group?: string
  readonly score?: { readonly model: string; readonly horizonDays: number } & NumberRange
  readonly limit: number
}

export type FoundProfile = {
  readonly id: string
  readonly orderCount: number
  readonly spend: number
  readonly country?: string
  /** The score that was asked for. */
  readonly score?: number
}

type FoundRow = {
  readonly id: string
  readonly numbers: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, string>>
  readonly score: number | null
}

/**
 * The cut that profiles were built for last: whoever builds an earlier one means to look at it.
 * @throws AppError 'not_built' when there is none.
 */
export async function loadLatestCut(database: Database): Promise<number> {
  const asOfMs = await findLatestCut(database)
  if (asOfMs === undefined) throw notBuilt()
  return asOfMs
}

export function notBuilt(): AppError {
  return new AppError('not_built', { en: 'no profiles were built yet', zh: '还没有生成任何画像' })
}

/** The cut of the latest build; undefined before the first. */
export async function findLatestCut(database: Database): Promise<number | undefined> {
  const [row] = await database.query<{ as_of_ms: number | null }>(selectLatestCut)
  return row?.as_of_ms ?? undefined
}

/** People of the latest cut, highest score (or spend, where no score is asked for) first. */
export async function findProfiles(database: Database, query: ProfileQuery): Promise<FoundProfile[]> {
  const asOfMs = await loadLatestCut(database)
  const rows = await database.query<FoundRow>(selectProfiles, {
    parameters: {
      as_of_ms: asOfMs,
      feature: query.feature?.name ?? '',
      feature_low: query.feature?.low ?? 0,
      feature_high: query.feature?.high ?? 0,
      trait: query.trait?.name ?? '',
      trait_value: query.trait?.value ?? '',
      group: query.group ?? '',
      score: query.score?.model ?? '',
      score_horizon_days: query.score?.horizonDays ?? 0,
      score_low: query.score?.low ?? 0,
      score_high: query.score?.high ?? 0,
      limit: query.limit,
    },
  })
  return rows.map((row) => ({
    id: row.id,
    orderCount: row.numbers.order_count ?? 0,
    spend: row.numbers.spend ?? 0,
    ...(row.labels.country ? { country: row.labels.country } : {}),
    ...(query.score && row.score !== null ? { score: row.score } : {}),
  }))
}
