import { type CategoryNames, loadCategoryNames } from '../catalog/load-category-names.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { describeColumn } from '../features/describe-features.ts'
import { loadFeatures, type ProfileFeatures } from '../features/load-features.ts'
import { findLatestCut } from './find-profiles.ts'
import { loadGroupNames } from './group-names.ts'
import { loadNeeds, type PersonNeeds } from './needs.ts'
import type { InterestGroup, ProfileNeed, ProfileReason, ProfileScore, Trust } from './profile.ts'
import { writeReason } from './reason-sentence.ts'
import { loadScores, type Score } from './score.ts'
import { usualFor } from './usual-value.ts'

const selectHasScores = sqlFile(import.meta.url, './sql/has-scores.sql')
const selectTrust = sqlFile(import.meta.url, './sql/trust-of-models.sql')

/** What models said of one person at the latest build, with what each score rests on and how far to trust it. */
export type LearnedParts = {
  readonly asOfMs: number
  readonly interestGroup?: InterestGroup
  readonly needs: readonly ProfileScore[]
  /** Absent from what was put by before there were any. */
  readonly topNeeds?: readonly ProfileNeed[]
  readonly propensities: readonly ProfileScore[]
  readonly lifetime: readonly ProfileScore[]
}

const lifetimeModels = new Set(['alive', 'expected-orders', 'expected-spend', 'next-order-days'])

/** What all of one training share: read once, then people one by one. */
export type LearnedContext = {
  readonly asOfMs: number
  /** Nobody has any where nothing was trained since the build. */
  readonly hasScores: boolean
  readonly trust: ReadonlyMap<string, Trust>
  readonly groups: ReadonlyMap<string, Bilingual>
  readonly categories: CategoryNames
}

/** Undefined before the first build. */
export async function loadLearnedContext(database: Database): Promise<LearnedContext | undefined> {
  const asOfMs = await findLatestCut(database)
  if (asOfMs === undefined) return undefined
  const [row] = await database.query<{ has_scores: number }>(selectHasScores, {
    parameters: { as_of_ms: asOfMs },
  })
  const hasScores = row?.has_scores === 1
  return {
    hasScores,
    asOfMs,
    trust: await loadTrust(database),
    groups: await loadGroupNames(database),
    categories: await loadCategoryNames(database),
  }
}

/** Undefined for people whom the latest build did not know. */
export async function loadLearned(
  database: Database,
  profileId: string,
  context: LearnedContext,
): Promise<LearnedParts | undefined> {
  const { asOfMs, hasScores } = context
  if (!hasScores) return undefined
  const scores = await loadScores(database, profileId, asOfMs)
  const needs = await loadNeeds(database, profileId, asOfMs)
  if (scores.length === 0 && needs.length === 0) return undefined
  const features = await loadFeatures(database, { profileId, asOfMs })
  if (features === undefined) return undefined
  const read = (score: Score) => readScore(score, features, context)
  const group = scores.find((score) => score.model === 'interest-group')
  return {
    asOfMs,
    ...(group ? { interestGroup: readGroup(group, features, context) } : {}),
    needs: scores.filter((score) => score.model.startsWith('need-')).map(read),
    topNeeds: needs.flatMap((each) => readNeeds(each, context)),
    propensities: scores.filter((score) => score.model === 'propensity').map(read),
    lifetime: scores.filter((score) => lifetimeModels.has(score.model)).map(read),
  }
}

type TrustRow = { readonly version: string } & Trust

async function loadTrust(database: Database): Promise<ReadonlyMap<string, Trust>> {
  const rows = await database.query<TrustRow>(selectTrust)
  return new Map(rows.map(({ version, ...trust }) => [version, trust]))
}

function readScore(score: Score, features: ProfileFeatures, context: LearnedContext): ProfileScore {
  const trust = context.trust.get(score.version)
  return {
    model: score.model,
    version: score.version,
    ...(score.horizonDays > 0 ? { horizonDays: score.horizonDays } : {}),
    value: score.value,
    ...(score.low === undefined ? {} : { low: score.low }),
    ...(score.high === undefined ? {} : { high: score.high }),
    reasons: readReasons(score, features, context),
    ...(trust ? { trust } : {}),
  }
}

function readNeeds(
  { version, horizonDays, needs }: PersonNeeds,
  { trust: trusts, categories }: LearnedContext,
): ProfileNeed[] {
  const trust = trusts.get(version)
  return needs.map(({ reasons, ...need }) => ({
    ...need,
    version,
    horizonDays,
    reasons: reasons.map(({ feature, share, value }) => ({
      feature,
      share,
      text: writeReason(describeColumn(feature, undefined, categories), value, share),
    })),
    ...(trust && { trust }),
  }))
}

function readGroup(score: Score, features: ProfileFeatures, context: LearnedContext): InterestGroup {
  const label = score.label ?? ''
  return {
    name: context.groups.get(label) ?? { en: label, zh: label },
    reasons: readReasons(score, features, context),
  }
}

function readReasons(
  { reasons }: Score,
  features: ProfileFeatures,
  { categories }: LearnedContext,
): ProfileReason[] {
  return reasons.map(({ feature, share }) => ({
    feature,
    share,
    text: writeReason(
      describeColumn(feature, undefined, categories),
      features.numbers[feature] ?? features.labels[feature],
      share,
      usualFor(feature, features.numbers),
    ),
  }))
}
