import type { ProfileReader } from '../profiles/profile-reader.ts'
import type { Collecting } from './open-collecting.ts'
import { resolveId } from './resolve-id.ts'

/** Ids by the identity graph, records as they live. */
export function createProfileReader({
  living,
  graph,
  contacts,
}: Pick<Collecting, 'living' | 'graph' | 'contacts'>): ProfileReader {
  return {
    resolve: (id) => resolveId(id, { graph, contacts }),
    read: (profileIds) => Promise.all(profileIds.map((profileId) => living.read(profileId))),
    answer: (profileId) => living.answer(profileId),
  }
}
