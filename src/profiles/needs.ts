import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { eraseRows } from '../database/erase-rows.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectNeeds = sqlFile(import.meta.url, './sql/needs-of-profile.sql')
const selectSaved = sqlFile(import.meta.url, './sql/saved-needs-of-profile.sql')
const batchSize = 10_000

/** A feature's signed share of all contributions, with the value that it had: of a pair nothing else keeps it. */
export type NeedReason = { readonly feature: string; readonly share: number; readonly value?: number }

/** What one person likely needs of one thing within a horizon. */
export type Need = {
  readonly kind: 'item' | 'category' | 'topic'
  /** An item id, a category, or the tag of a topic. */
  readonly target: string
  readonly name: Bilingual
  /** Of at least one purchase that is kept. */
  readonly probability: number
  /** Expected units, with the bounds of a 95 % interval. */
  readonly units: number
  readonly low?: number
  readonly high?: number
  /** Expected days from the cut to the next purchase. */
  readonly days: number
  readonly reasons: readonly NeedReason[]
}

/** The top needs of one person as of a cut, most likely first. */
export type PersonNeeds = {
  readonly profileId: string
  readonly version: string
  readonly horizonDays: number
  readonly asOfMs: number
  readonly needs: readonly Need[]
}

/** Stores needs; saving those of the same cut again replaces them. */
export async function saveNeeds(
  database: Database,
  people: readonly PersonNeeds[],
  now: Date,
  signal?: AbortSignal,
): Promise<void> {
  for (let start = 0; start < people.length; start += batchSize) {
    const rows = people.slice(start, start + batchSize).map((each) => toRow(each, now))
    await database.insert('needs', rows, signal ? { signal } : {})
  }
}

/** The top needs of one person as of a cut, of each horizon. */
export async function loadNeeds(
  database: Database,
  profileId: string,
  asOfMs: number,
): Promise<readonly PersonNeeds[]> {
  const rows = await database.query<Row>(selectNeeds, {
    parameters: { profile_id: profileId, as_of_ms: asOfMs },
  })
  return rows.map((row) => ({
    profileId,
    version: row.version,
    horizonDays: row.horizon_days,
    asOfMs,
    needs: row.targets.map((_, place) => readNeed(row, place)),
  }))
}

/** What people were said to need as of every cut. */
export function createSavedNeeds(database: Database): Erasable & Exportable {
  return {
    name: 'needs',
    erase: (ids) => eraseRows(database, { table: 'needs', column: 'profile_id', ids }),
    async exportOf(profileId) {
      const rows = await database.query(selectSaved, { parameters: { profile_id: profileId } })
      return rows.length > 0 ? rows : undefined
    },
  }
}

type Row = {
  readonly horizon_days: number
  readonly version: string
  readonly kinds: readonly Need['kind'][]
  readonly targets: readonly string[]
  readonly names: readonly string[]
  readonly names_zh: readonly string[]
  readonly probabilities: readonly number[]
  readonly units: readonly number[]
  readonly lows: readonly (number | null)[]
  readonly highs: readonly (number | null)[]
  readonly days: readonly number[]
  readonly reasons: readonly string[]
}

function readNeed(row: Row, place: number): Need {
  const [low, high] = [row.lows[place] ?? undefined, row.highs[place] ?? undefined]
  return {
    kind: row.kinds[place] ?? 'item',
    target: row.targets[place] ?? '',
    name: { en: row.names[place] ?? '', zh: row.names_zh[place] ?? '' },
    probability: row.probabilities[place] ?? Number.NaN,
    units: row.units[place] ?? Number.NaN,
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    days: row.days[place] ?? Number.NaN,
    reasons: JSON.parse(row.reasons[place] ?? '[]') as NeedReason[],
  }
}

function toRow({ profileId, version, horizonDays, asOfMs, needs }: PersonNeeds, now: Date): object {
  return {
    profile_id: profileId,
    horizon_days: horizonDays,
    as_of: new Date(asOfMs),
    version,
    kinds: needs.map(({ kind }) => kind),
    targets: needs.map(({ target }) => target),
    names: needs.map(({ name }) => name.en),
    names_zh: needs.map(({ name }) => name.zh),
    probabilities: needs.map(({ probability }) => probability),
    units: needs.map(({ units }) => units),
    // JSON has no NaN: the engine reads the text.
    lows: needs.map(({ low }) => low ?? 'nan'),
    highs: needs.map(({ high }) => high ?? 'nan'),
    days: needs.map(({ days }) => days),
    reasons: needs.map(({ reasons }) => JSON.stringify(reasons)),
    computed_at: now,
  }
}
