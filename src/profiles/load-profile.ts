import { AppError } from '../core/errors.ts'
import type { Identity } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { loadFeatures } from '../features/load-features.ts'
import { composeProfile } from './compose-profile.ts'
import { notBuilt } from './find-profiles.ts'
import { loadLearned, loadLearnedContext } from './load-learned.ts'
import type { Profile } from './profile.ts'
import type { TraitFact } from './trait-facts.ts'

const selectTraits = sqlFile(import.meta.url, './sql/traits-of-profile.sql')
const selectIdentities = sqlFile(import.meta.url, './sql/identities-of-profile.sql')

type TraitRow = Profile['traits'][number]

/**
 * The record of one person as of the latest build, from what it saved; as of now, see `living-profiles.ts`.
 * @throws AppError 'not_built' before the first build, 'not_found' for an unknown id.
 */
export async function loadProfile(database: Database, profileId: string): Promise<Profile> {
  const context = await loadLearnedContext(database)
  if (context === undefined) throw notBuilt()
  const { asOfMs } = context
  const parameters = { profile_id: profileId }
  const [features, learned, traits, identities] = await Promise.all([
    loadFeatures(database, { profileId, asOfMs }),
    loadLearned(database, profileId, context),
    database.query<TraitRow>(selectTraits, { parameters }),
    database.query<Identity>(selectIdentities, { parameters }),
  ])
  if (features === undefined) {
    throw new AppError('not_found', {
      en: `no profile has the id ${profileId}`,
      zh: `没有编号为 ${profileId} 的画像`,
    })
  }
  const record = { profileId, version: 0, updatedAtMs: asOfMs, consents: [] }
  return composeProfile({
    ...{ record, features, identities, learned, lastEventMs: 0 },
    traits: traits.map(toFact),
  })
}

function toFact({ name, value, source, purpose, at }: TraitRow): TraitFact {
  const atMs = Date.parse(at)
  return { name, value, source, purpose, atMs, isOfUser: true, id: '' }
}
