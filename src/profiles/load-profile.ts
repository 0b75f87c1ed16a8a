import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { describeColumn } from '../features/describe-features.ts'
import { loadFeatures, type ProfileFeatures } from '../features/load-features.ts'
import { loadLatestCut } from './find-profiles.ts'
import { loadGroupNames } from './group-names.ts'
import type { InterestGroup, Profile, ProfileReason, ProfileScore, Trust } from './profile.ts'
import { writeReason } from './reason-sentence.ts'
import { loadScores, type Score } from './score.ts'

const selectTraits = sqlFile(import.meta.url, './sql/traits-of-profile.sql')
const selectIdentities = sqlFile(import.meta.url, './sql/identities-of-profile.sql')
const selectTrust = sqlFile(import.meta.url, './sql/trust-of-models.sql')

const affinityLimit = 10
/** Shares that tell tastes, not habits of time. */
const affinityKinds = /^(bought|viewed|favourite|price)_/

/**
 * The record of one person as of the latest cut, with what each score rests on and how far to trust it.
 * @throws AppError 'not_built' before the first build, 'not_found' for an unknown id.
 */
export async function loadProfile(database: Database, profileId: string): Promise<Profile> {
  const asOfMs = await loadLatestCut(database)
  const parameters = { profile_id: profileId }
  const [features, scores, traits, identities] = await Promise.all([
    loadFeatures(database, { profileId, asOfMs }),
    loadScores(database, profileId, asOfMs),
    database.query<TraitRow>(selectTraits, { parameters }),
    database.query<Profile['identities'][number]>(selectIdentities, { parameters }),
  ])
  if (features === undefined) {
    throw new AppError('not_found', {
      en: `no profile has the id ${profileId}`,
      zh: `没有编号为 ${profileId} 的画像`,
    })
  }
  const trust = await loadTrust(database)
  const groups = await loadGroupNames(database)
  const read = (score: Score) => readScore(score, features, trust)
  const group = scores.find((score) => score.model === 'interest-group')
  const country = features.labels.country
  return {
    id: profileId,
    asOf: new Date(asOfMs).toISOString(),
    orderCount: features.numbers.order_count ?? 0,
    spend: features.numbers.spend ?? 0,
    ...(country ? { country } : {}),
    identities,
    traits,
    features: { ...features.labels, ...features.numbers },
    affinities: affinitiesOf(features),
    ...(group ? { interestGroup: readGroup(group, features, groups) } : {}),
    needs: scores.filter((score) => score.model.startsWith('need-')).map(read),
    propensities: scores.filter((score) => score.model === 'propensity').map(read),
    lifetime: scores.filter((score) => lifetimeModels.has(score.model)).map(read),
  }
}

const lifetimeModels = new Set(['alive', 'expected-orders', 'expected-spend', 'next-order-days'])

type TraitRow = Profile['traits'][number]
type TrustRow = { readonly version: string } & Trust

async function loadTrust(database: Database): Promise<ReadonlyMap<string, Trust>> {
  const rows = await database.query<TrustRow>(selectTrust)
  return new Map(rows.map(({ version, ...trust }) => [version, trust]))
}

function readScore(
  score: Score,
  features: ProfileFeatures,
  trusts: ReadonlyMap<string, Trust>,
): ProfileScore {
  const trust = trusts.get(score.version)
  return {
    model: score.model,
    version: score.version,
    ...(score.horizonDays > 0 ? { horizonDays: score.horizonDays } : {}),
    value: score.value,
    ...(score.low === undefined ? {} : { low: score.low }),
    ...(score.high === undefined ? {} : { high: score.high }),
    reasons: readReasons(score, features),
    ...(trust ? { trust } : {}),
  }
}

function readGroup(
  score: Score,
  features: ProfileFeatures,
  names: ReadonlyMap<string, Bilingual>,
): InterestGroup {
  const label = score.label ?? ''
  return { name: names.get(label) ?? { en: label, zh: label }, reasons: readReasons(score, features) }
}

function readReasons({ reasons }: Score, features: ProfileFeatures): ProfileReason[] {
  return reasons.map(({ feature, share }) => ({
    feature,
    share,
    text: writeReason(describeColumn(feature), features.numbers[feature] ?? features.labels[feature], share),
  }))
}

/** The heaviest shares of what was bought and viewed. */
function affinitiesOf({ shares }: ProfileFeatures): Profile['affinities'] {
  const kinds = Object.entries(shares).filter(([kind]) => affinityKinds.test(kind))
  return kinds.flatMap(([kind, entries]) =>
    entries.slice(0, affinityLimit).map(({ key, share }) => ({ kind, name: key, weight: share })),
  )
}
