import { createFoldingCheck } from '../collect/fold-calls.ts'
import type { Journal } from '../collect/journal.ts'
import type { Database } from '../database/database.ts'
import type { IdentityGraph } from '../identity/identity-graph.ts'
import type { KeyValueStore } from '../kv/key-value-store.ts'
import { createLivingProfiles, type LivingProfiles } from '../profiles/living-profiles.ts'
import { createLmdbProfileStore } from '../profiles/lmdb-profile-store.ts'
import type { Config } from './config.ts'
import { listIdentities } from './list-identities.ts'
import type { ShopFeatures } from './shop-features.ts'

export type LivingParts = {
  readonly store: KeyValueStore
  readonly journal: Journal
  readonly database: Database
  readonly graph: IdentityGraph
  readonly features: ShopFeatures
  readonly now: () => Date
}

/** The living profiles beside the journal that they are folded from. */
export function openLivingProfiles(
  { timeZone, profileCacheMb }: Config,
  { store, journal, database, graph, features, now }: LivingParts,
): LivingProfiles {
  return createLivingProfiles({
    store,
    profiles: createLmdbProfileStore(store),
    database,
    definitions: features.all(),
    timeZone,
    identitiesOf: (profileId) => listIdentities(graph, profileId),
    isFolding: createFoldingCheck(store),
    position: () => ({ journalId: journal.id, sequence: journal.foldedTo() }),
    cacheMb: profileCacheMb,
    now,
  })
}
