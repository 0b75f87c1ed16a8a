import type { Erasable, Exportable } from '../core/erasable.ts'
import { createPersonalReadings } from '../events/personal-readings.ts'
import { createSavedFeatures } from '../features/saved-features.ts'
import { createSavedNeeds } from '../profiles/needs.ts'
import { createSavedScores } from '../profiles/saved-scores.ts'
import type { Engine } from './engine.ts'

/** The tables of the database among them. */
export const derivedTables = ['text_readings', 'profile_features', 'scores', 'needs'] as const

/**
 * Every store of what was worked out about people, as against what they did and said. In the order in which it is erased:
 * what is read from another store comes behind that one.
 */
export function listDerivedStores({ database, living }: Engine): readonly (Erasable & Exportable)[] {
  return [
    createPersonalReadings(database),
    createSavedFeatures(database),
    createSavedScores(database),
    createSavedNeeds(database),
    ...living.personal,
  ]
}

/**
 * The ids under which something may be kept of a person, the one of the profile first: rows from before its devices and
 * logins were known as one person's lie under those.
 * @param id any user or device id of the person.
 */
export function listKeptIds({ graph }: Pick<Engine, 'graph'>, id: string): readonly [string, ...string[]] {
  const profileId = graph.find({ kind: 'user_id', id }) ?? graph.find({ kind: 'anonymous_id', id }) ?? id
  const others = (graph.clusterOf(profileId)?.identities ?? [])
    .filter(({ kind }) => kind === 'user_id' || kind === 'anonymous_id')
    .map((identity) => identity.id)
  return [profileId, ...new Set(others.filter((each) => each !== profileId))]
}
