import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectFeatures = sqlFile(import.meta.url, './sql/features-of-profile.sql')

/** The saved features of one person. */
export type ProfileFeatures = {
  readonly asOfMs: number
  /** A missing number is absent. */
  readonly numbers: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, string>>
  /** Shares above 0 of each shares or affinity feature, heaviest first. */
  readonly shares: Readonly<Record<string, readonly { readonly key: string; readonly share: number }[]>>
}

type Row = {
  readonly as_of_ms: number
  readonly numbers: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, string>>
}

/** Undefined when nothing was saved for that person at or before `asOfMs`. */
export async function loadFeatures(
  database: Database,
  options: { readonly profileId: string; readonly asOfMs: number },
): Promise<ProfileFeatures | undefined> {
  const parameters = { profile_id: options.profileId, as_of_ms: options.asOfMs }
  const [row] = await database.query<Row>(selectFeatures, { parameters })
  if (row === undefined) return undefined
  return { asOfMs: row.as_of_ms, labels: row.labels, ...splitShares(row.numbers) }
}

function splitShares(stored: Readonly<Record<string, number>>): Pick<ProfileFeatures, 'numbers' | 'shares'> {
  const numbers: Record<string, number> = {}
  const shares: Record<string, { key: string; share: number }[]> = {}
  for (const [name, value] of Object.entries(stored)) {
    const slash = name.indexOf('/')
    if (slash < 0) numbers[name] = value
    else {
      const feature = name.slice(0, slash)
      const entries = shares[feature] ?? []
      shares[feature] = entries
      entries.push({ key: name.slice(slash + 1), share: value })
    }
  }
  for (const entries of Object.values(shares)) entries.sort((a, b) => b.share - a.share)
  return { numbers, shares }
}
