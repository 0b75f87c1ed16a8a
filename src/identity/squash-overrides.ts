import { throwIfStopped } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import type { IdentityGraph, OverrideVersion } from './identity-graph.ts'
import { mirrorIdentities } from './mirror-identities.ts'
import { endMonthInHand, listAffectedMonths, rewriteMonth } from './squash/rewrite-month.ts'

type SquashOptions = {
  /** As `mirrorIdentities` takes it. */
  readonly now: Date
  readonly signal?: AbortSignal
}

type SquashReport = { readonly monthCount: number; readonly overrideCount: number }

/** Some 150 MB of ids in one go. */
const maxOverrides = 1_000_000
const batchSize = 10_000

/**
 * Rewrites stored rows under the profiles that they belong to by now, so that readers need no overrides for them. A month
 * is copied and put in place at once; meanwhile nothing is stored, since whoever stores events takes turns by the name
 * `events`. Cut off anywhere, no row is lost or seen twice, and the next run does again what was not finished.
 * @throws AppError as the database does, and 'stopped'.
 */
export async function squashOverrides(
  database: Database,
  graph: IdentityGraph,
  { now, signal }: SquashOptions,
): Promise<SquashReport> {
  await recoverSquash(database, graph)
  const { overrides, months } = await database.takeTurns('events', () => plan(database, graph, now), signal)
  for (const month of months) {
    await database.takeTurns('events', () => rewriteMonth(database, graph, month, signal), signal)
    throwIfStopped(signal)
  }
  const overrideCount = await database.takeTurns('events', () => tell(database, graph, overrides), signal)
  return { monthCount: months.length, overrideCount }
}

/** Ends what a crash interrupted; to be called before anything is stored. */
export async function recoverSquash(database: Database, graph: IdentityGraph): Promise<void> {
  // In a turn: outside of it, another squash of this process may just have a month in hand.
  await database.takeTurns('events', () => endMonthInHand(database, graph))
}

/** What is rewritten follows what is told; so what is listed before it is told is rewritten at least as it stood then. */
async function plan(database: Database, graph: IdentityGraph, now: Date) {
  const overrides = graph.overrides(maxOverrides)
  await mirrorIdentities(database, graph, now)
  const months = overrides.length === 0 ? [] : await listAffectedMonths(database)
  return { overrides, months }
}

/** In the database first: told there and not yet here, an override is squashed once more, which is harmless. */
async function tell(
  database: Database,
  graph: IdentityGraph,
  overrides: readonly OverrideVersion[],
): Promise<number> {
  const squashed = graph.unchanged(overrides)
  for (let start = 0; start < squashed.length; start += batchSize) {
    const batch = squashed.slice(start, start + batchSize)
    await database.insert('profile_overrides', batch.map(toSquashedRow))
    await graph.markSquashed(batch)
  }
  return squashed.length
}

/** The odd version after that of the override: above what was told of it, below what will be. */
function toSquashedRow({ kind, id, version }: OverrideVersion): object {
  return { id_kind: kind, id, spans: [], stored_as: [], squashed: 1, version: version + 1 }
}
