import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectScores = sqlFile(import.meta.url, './sql/scores-of-profile.sql')
const batchSize = 20_000

/** A feature's part in a score: its signed share of all contributions, so that the absolute shares sum to 1 at most. */
export type Reason = { readonly feature: string; readonly share: number }

/** What one model says of one person as of a cut. */
export type Score = {
  readonly profileId: string
  readonly model: string
  readonly version: string
  /** 0 where the score has no horizon. */
  readonly horizonDays: number
  readonly asOfMs: number
  readonly value: number
  /** Bounds of a 95 % interval; undefined where the model gives none. */
  readonly low?: number
  readonly high?: number
  /** The group, for a model that groups. */
  readonly label?: string
  readonly reasons: readonly Reason[]
}

type ScoreRow = {
  readonly model: string
  readonly version: string
  readonly horizon_days: number
  readonly as_of_ms: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly label: string
  readonly reason_features: readonly string[]
  readonly reason_shares: readonly number[]
}

/** Stores scores; saving the same scores of the same cut again replaces them. */
export async function saveScores(
  database: Database,
  scores: readonly Score[],
  now: Date,
  signal?: AbortSignal,
): Promise<void> {
  for (let start = 0; start < scores.length; start += batchSize) {
    const rows = scores.slice(start, start + batchSize).map((score) => toRow(score, now))
    await database.insert('scores', rows, signal ? { signal } : {})
  }
}

/** The scores of one person as of a cut, by model and horizon. */
export async function loadScores(database: Database, profileId: string, asOfMs: number): Promise<Score[]> {
  const rows = await database.query<ScoreRow>(selectScores, {
    parameters: { profile_id: profileId, as_of_ms: asOfMs },
  })
  return rows.map((row) => ({
    profileId,
    model: row.model,
    version: row.version,
    horizonDays: row.horizon_days,
    asOfMs: row.as_of_ms,
    value: row.value,
    ...(row.low === null ? {} : { low: row.low }),
    ...(row.high === null ? {} : { high: row.high }),
    ...(row.label === '' ? {} : { label: row.label }),
    reasons: row.reason_features.map((feature, index) => ({ feature, share: row.reason_shares[index] ?? 0 })),
  }))
}

function toRow(score: Score, now: Date): object {
  return {
    profile_id: score.profileId,
    model: score.model,
    version: score.version,
    horizon_days: score.horizonDays,
    as_of: new Date(score.asOfMs),
    value: score.value,
    // JSON has no NaN: the engine reads the text.
    low: score.low ?? 'nan',
    high: score.high ?? 'nan',
    label: score.label ?? '',
    reason_features: score.reasons.map((reason) => reason.feature),
    reason_shares: score.reasons.map((reason) => reason.share),
    computed_at: now,
  }
}
