import { randomUUID } from 'node:crypto'
import type { Database } from '../../database/database.ts'
import type { IdentityGraph } from '../identity-graph.ts'

export type StoredEvent = { readonly userId: string; readonly anonymousId: string; readonly atMs: number }

/** Stores events as the graph knows their people now, one row each; `name` keeps their ids apart. */
export async function storeEvents(
  database: Database,
  graph: IdentityGraph,
  events: readonly StoredEvent[],
  name: string,
): Promise<void> {
  const rows = events.map(({ userId, anonymousId, atMs }, index) => ({
    event_id: `${name}-${index}`,
    profile_id: graph.profileOf(userId, anonymousId, atMs),
    user_id: userId,
    anonymous_id: anonymousId,
    at: atMs,
    kind: 'view',
  }))
  // Rows that another test stored before are no repeats.
  await database.insert('events', rows, { token: randomUUID() })
}

type EventRow = {
  readonly event_id: string
  readonly user_id: string
  readonly anonymous_id: string
  readonly at_ms: string
  readonly profile_id: string
}

/** What one table or view says of every event and, beside it, what the graph says. */
export async function compareOwners(
  database: Database,
  graph: IdentityGraph,
  table: 'events' | 'history',
): Promise<{ readonly stored: readonly string[]; readonly known: readonly string[] }> {
  const rows = await database.query<EventRow>(
    `SELECT event_id, user_id, anonymous_id, toUnixTimestamp64Milli(at) AS at_ms, profile_id
    FROM {table:Identifier} ORDER BY event_id`,
    { parameters: { table } },
  )
  const know = (row: EventRow) => graph.profileOf(row.user_id, row.anonymous_id, Number(row.at_ms))
  return {
    stored: rows.map((row) => `${row.event_id} ${row.profile_id}`),
    known: rows.map((row) => `${row.event_id} ${know(row)}`),
  }
}
