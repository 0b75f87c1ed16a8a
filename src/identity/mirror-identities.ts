import type { Database } from '../database/database.ts'
import type { IdentityGraph, PendingChanges } from './identity-graph.ts'

/** Ids told to the database in one insert. */
const batchSize = 10_000

/**
 * Tells the database what the graph says since the last time. What is told twice is harmless, since the highest version
 * and the latest time count; `now` is later than any event, so that it outranks what imports wrote.
 * @throws AppError as the database does; what was not told stays pending.
 */
export async function mirrorIdentities(database: Database, graph: IdentityGraph, now: Date): Promise<void> {
  for (;;) {
    const changes = graph.pending(batchSize)
    if (changes.versions.length === 0) return
    // Readers must not take an id for settled whose stored rows still lie elsewhere.
    await database.insert('profile_overrides', changes.overrides.map(toOverrideRow))
    await database.insert('identities', toIdentityRows(changes, now))
    await graph.settle(changes)
  }
}

function toOverrideRow({ kind, id, spans, storedAs, version }: PendingChanges['overrides'][number]): object {
  return {
    id_kind: kind,
    id,
    spans: spans.map(([from_at, until_at, profile_id]) => ({ from_at, until_at, profile_id })),
    stored_as: storedAs,
    squashed: 0,
    version,
  }
}

function toIdentityRows({ identities }: PendingChanges, now: Date): object[] {
  return identities.map(({ kind, id, profileId }) => ({
    kind,
    id,
    profile_id: profileId,
    source: 'identity',
    at: now,
  }))
}
