import { AppError } from '../core/errors.ts'
import { loadProfile } from '../profiles/load-profile.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileReader } from '../profiles/profile-reader.ts'
import type { Engine } from './engine.ts'
import { resolveId } from './resolve-id.ts'

/** Ids by the identity graph, records as of the latest cut from the database. */
export function createProfileReader({
  database,
  graph,
  contacts,
}: Pick<Engine, 'database' | 'graph' | 'contacts'>): ProfileReader {
  const load = async (profileId: string): Promise<Profile | undefined> => {
    try {
      return await loadProfile(database, profileId)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    }
  }
  return {
    resolve: (id) => resolveId(id, { graph, contacts }),
    read: (profileIds) => Promise.all(profileIds.map(load)),
  }
}
