import { expect } from 'vitest'
import type { Database } from '../src/database/database.ts'
import { computeFeatures } from '../src/features/compute-features.ts'
import type { FeatureTable } from '../src/features/feature-table.ts'
import type { ProfileFeatures } from '../src/features/load-features.ts'
import type { LivingProfiles } from '../src/profiles/living-profiles.ts'

/** Everybody with a line in the history, by who is known by now. */
export async function listStoredPeople(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ profile_id: string }>(
    "SELECT DISTINCT profile_id FROM history WHERE profile_id != '' AND NOT has(marks, 'bot') ORDER BY profile_id",
  )
  return rows.map((row) => row.profile_id)
}

/** The live features of everybody are what SQL reads off the history, as of the very same moment. */
export async function expectLivingAsStored(
  profiles: LivingProfiles,
  database: Database,
  {
    ids,
    asOfMs,
    timeZone,
  }: { readonly ids: ReadonlySet<string>; readonly asOfMs: number; readonly timeZone: string },
): Promise<void> {
  const { plan, fitted } = await profiles.lenses.current()
  const { topicsVersion, textVersion, constants } = fitted
  const table = await computeFeatures(database, {
    // A few people at a time, so that those whose rows lie under others are parted from them.
    ...{ asOfMs, timeZone, definitions: plan.definitions, constants, linesPerShare: 7 },
    ...(topicsVersion && { topicsVersion }),
    ...(textVersion && { textVersion }),
  })
  for (const id of ids) {
    const live = await profiles.readFeatures(id, asOfMs)
    const row = table.profileIds.indexOf(id)
    // Somebody whose events are all ahead, or of whom facts alone were stated, is in no table.
    if (row === -1) expect(live?.numbers.activity_90d ?? 0, id).toBe(0)
    else if (live === undefined) expect(live, id).toBeDefined()
    else expectRow(id, live, table, row)
  }
}

function expectRow(id: string, live: ProfileFeatures, { numbers, labels }: FeatureTable, row: number): void {
  const told: Record<string, number | string> = { ...live.numbers, ...live.labels }
  for (const [name, entries] of Object.entries(live.shares))
    for (const { key, share } of entries) told[`${name}/${key}`] = share
  const width = numbers.featureNames.length
  for (const [column, name] of numbers.featureNames.entries()) {
    const stored = numbers.values[row * width + column] ?? Number.NaN
    expectNumber(`${name} of ${id}`, Number(told[name] ?? Number.NaN), stored, name.includes('/'))
  }
  for (const [name, texts] of Object.entries(labels))
    expect([id, name, told[name] ?? '']).toEqual([id, name, texts[row]])
}

function expectNumber(what: string, live: number, stored: number, isShare: boolean): void {
  const isMissing = Number.isNaN(stored) || (isShare && stored === 0)
  if (isMissing) expect(Number.isNaN(live), `${what}: ${live} live, ${stored} stored`).toBe(true)
  else
    expect(
      Math.abs(live - stored) <= 1e-9 * Math.max(1, Math.abs(stored)),
      `${what}: ${live} live, ${stored} stored`,
    ).toBe(true)
}
