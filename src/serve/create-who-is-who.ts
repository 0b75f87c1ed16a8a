import type { WhoIsWho } from '../collect/who-is-who.ts'
import type { Database } from '../database/database.ts'
import type { IdentityGraph } from '../identity/identity-graph.ts'
import { mirrorIdentities } from '../identity/mirror-identities.ts'

/** The graph as what collects asks it. */
export function createWhoIsWho(graph: IdentityGraph, database: Database, now: () => Date): WhoIsWho {
  return {
    learn: (statements, options) => graph.learn(statements, options),
    profileOf: (userId, anonymousId, atMs) => graph.profileOf(userId, anonymousId, atMs),
    profileOfId: (identity) => graph.find(identity) ?? identity.id,
    ownersOf: (identity) => graph.ownersOf(identity),
    mirror: () => mirrorIdentities(database, graph, now()),
    isKnown: (identity) => graph.isKnown(identity),
    moves: (limit) => graph.moves(limit),
    settleMoves: (moves) => graph.settleMoves(moves),
  }
}
