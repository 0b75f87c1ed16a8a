import type { IdentityGraph, OverrideRow, OverrideVersion } from '../identity-graph.ts'
import { nodeOf } from '../pair-facts.ts'

export type PretendedRow = {
  readonly userId: string
  readonly anonymousId: string
  readonly atMs: number
  profileId: string
}

type ToldOverride = Omit<OverrideRow, 'kind' | 'id'> & { readonly isSquashed: boolean }

/**
 * The tables `events` and `profile_overrides` as plain lists, with the steps of the mirror and the squash one by one, so
 * that a test can do other things between them.
 */
export function createPretendedHistory() {
  const rows: PretendedRow[] = []
  const told = new Map<string, ToldOverride>()
  const tell = (key: string, override: ToldOverride) => {
    if ((told.get(key)?.version ?? -1) < override.version) told.set(key, override)
  }
  const overrideOf = (row: PretendedRow) => {
    const override = told.get(rowKey(row))
    return override?.isSquashed ? undefined : override
  }
  const profileOf = (row: PretendedRow) => {
    const span = overrideOf(row)?.spans.find(([fromMs, untilMs]) => fromMs < row.atMs && row.atMs <= untilMs)
    return span?.[2] ?? row.profileId
  }
  return {
    rows,
    profileOf,
    /** Whether a reader of the row's profile that looks under the profiles that overrides name comes by the row. */
    isFound(row: PretendedRow): boolean {
      return profileOf(row) === row.profileId || overrideOf(row)?.storedAs.includes(row.profileId) === true
    },
    store(graph: IdentityGraph, row: Omit<PretendedRow, 'profileId'>) {
      rows.push({ ...row, profileId: graph.profileOf(row.userId, row.anonymousId, row.atMs) })
    },
    tellOverrides(overrides: readonly OverrideRow[]) {
      for (const { kind, id, ...override } of overrides)
        tell(nodeOf({ kind, id }), { ...override, isSquashed: false })
    },
    /** Every row of some hours, as a partition. */
    rewrite(isInside: (row: PretendedRow) => boolean) {
      for (const row of rows) if (isInside(row)) row.profileId = profileOf(row)
    },
    tellSquashed(overrides: readonly OverrideVersion[]) {
      for (const { kind, id, version } of overrides) {
        const said = { version: version + 1, spans: [], storedAs: [], isSquashed: true }
        tell(nodeOf({ kind, id }), said)
      }
    },
  }
}

function rowKey({ userId, anonymousId }: PretendedRow): string {
  return userId === ''
    ? nodeOf({ kind: 'anonymous_id', id: anonymousId })
    : nodeOf({ kind: 'user_id', id: userId })
}
