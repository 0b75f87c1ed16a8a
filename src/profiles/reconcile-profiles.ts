import type { Database } from '../database/database.ts'
import { computeFeatures } from '../features/compute-features.ts'
import type { FeatureTable } from '../features/feature-table.ts'
import { unpackState } from '../features/live-state.ts'
import type { ProfileFeatures } from '../features/load-features.ts'
import type { LivingProfiles } from './living-profiles.ts'
import { currentTraits } from './trait-facts.ts'

/** A feature of somebody that was kept otherwise than the history tells it; NaN or empty where it is missing. */
type FeatureDifference = {
  readonly profileId: string
  readonly feature: string
  readonly kept: number | string
  readonly stored: number | string
}

/** What came of holding the profiles that are kept against the history. */
export type Reconciliation = {
  readonly checkedCount: number
  /** Profiles with a difference; what was kept of them was let go of, and is read anew when they are asked for. */
  readonly differingCount: number
  /** The first few. */
  readonly differences: readonly FeatureDifference[]
}

export type ReconcileOptions = {
  readonly timeZone: string
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** So many people are asked for in one query, which takes half a second at least; folding waits meanwhile. */
const pageSize = 5_000
const shownLimit = 20
/** Sums of floats in another order differ by less. */
const tolerance = 1e-6

/** Holds every profile that is kept against what SQL reads off the history as of the same moment. */
export async function reconcileProfiles(
  living: LivingProfiles,
  database: Database,
  options: ReconcileOptions,
): Promise<Reconciliation> {
  const total = await living.store.count()
  let checkedCount = 0
  let differingCount = 0
  const differences: FeatureDifference[] = []
  let after: string | undefined
  for (;;) {
    options.signal?.throwIfAborted()
    const page = await living.store.list({ limit: pageSize, ...(after !== undefined && { after }) })
    if (page.length === 0) return { checkedCount, differingCount, differences }
    const found = await database.takeTurns('profiles', () => checkPage(page, living, database, options))
    const differing = [...new Set(found.map(({ profileId }) => profileId))]
    if (differing.length > 0) await living.forget(differing)
    differences.push(...found.slice(0, shownLimit - differences.length))
    checkedCount += page.length
    differingCount += differing.length
    options.onProgress?.(checkedCount, total)
    after = page.at(-1)
  }
}

async function checkPage(
  page: readonly string[],
  living: LivingProfiles,
  database: Database,
  { timeZone, signal }: ReconcileOptions,
): Promise<readonly FeatureDifference[]> {
  const lens = await living.lenses.current()
  const asOfMs = await living.clock.asOfMs()
  const { constants, topicsVersion, textVersion } = lens.fitted
  const table = await computeFeatures(database, {
    ...{ asOfMs, timeZone, definitions: lens.plan.definitions, profileIds: page, constants },
    ...(topicsVersion !== undefined && { topicsVersion }),
    ...(textVersion !== undefined && { textVersion }),
    ...(signal && { signal }),
  })
  const rows = new Map(table.profileIds.map((id, row) => [id, row]))
  const records = await living.store.loadMany(page)
  return records.flatMap((record) => {
    const state = record && unpackState(lens.plan, record.state)
    const row = record && rows.get(record.profileId)
    // What another plan has kept is read anew anyway; facts alone are no row of the table.
    if (record === undefined || state === undefined || row === undefined) return []
    const kept = lens.reader.read(state, currentTraits(record.traits, asOfMs), asOfMs)
    return compareRow(record.profileId, kept, { table, row })
  })
}

function compareRow(
  profileId: string,
  kept: ProfileFeatures,
  { table, row }: { readonly table: FeatureTable; readonly row: number },
): readonly FeatureDifference[] {
  const differences: FeatureDifference[] = []
  const { featureNames, values } = table.numbers
  for (const [column, feature] of featureNames.entries()) {
    const stored = values[row * featureNames.length + column] ?? Number.NaN
    const own = numberOf(kept, feature)
    if (!isClose(own, feature.includes('/') && Number.isNaN(stored) ? 0 : stored))
      differences.push({ profileId, feature, kept: own, stored })
  }
  for (const [feature, texts] of Object.entries(table.labels)) {
    const [own, stored] = [kept.labels[feature] ?? '', texts[row] ?? '']
    if (own !== stored) differences.push({ profileId, feature, kept: own, stored })
  }
  return differences
}

/** A share that is not told is 0, as is one of nothing. */
function numberOf({ numbers, shares }: ProfileFeatures, column: string): number {
  const slash = column.indexOf('/')
  if (slash === -1) return numbers[column] ?? Number.NaN
  const key = column.slice(slash + 1)
  return shares[column.slice(0, slash)]?.find((entry) => entry.key === key)?.share ?? 0
}

function isClose(one: number, other: number): boolean {
  if (Number.isNaN(one)) return Number.isNaN(other)
  return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other))
}
