import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { describeColumn } from '../features/describe-features.ts'
import { loadFeatures, type ProfileFeatures } from '../features/load-features.ts'
import { findLatestCut } from './find-profiles.ts'
import { loadGroupNames } from './group-names.ts'
import { loadNeeds, type PersonNeeds } from './needs.ts'
import type { InterestGroup, ProfileNeed, ProfileReason, ProfileScore, Trust } from './profile.ts'
import { type UsualValue, writeReason } from './reason-sentence.ts'
import { loadScores, type Score } from './score.ts'

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
}

/** Undefined before the first build. */
export async function loadLearnedContext(database: Database): Promise<LearnedContext | undefined> {
  const asOfMs = await findLatestCut(database)
  if (asOfMs === undefined) return undefined
  const [row] = await database.query<{ has_scores: number }>(selectHasScores, {
    parameters: { as_of_ms: asOfMs },
  })
  const hasScores = row?.has_scores === 1
  return { hasScores, asOfMs, trust: await loadTrust(database), groups: await loadGroupNames(database) }
}

/** Undefined for people whom the latest build did not know. */
export async function loadLearned(
  database: Database,
  profileId: string,
  { asOfMs, hasScores, trust, groups }: LearnedContext,
): Promise<LearnedParts | undefined> {
  if (!hasScores) return undefined
  const scores = await loadScores(database, profileId, asOfMs)
  const needs = await loadNeeds(database, profileId, asOfMs)
  if (scores.length === 0 && needs.length === 0) return undefined
  const features = await loadFeatures(database, { profileId, asOfMs })
  if (features === undefined) return undefined
  const read = (score: Score) => readScore(score, features, trust)
  const group = scores.find((score) => score.model === 'interest-group')
  return {
    asOfMs,
    ...(group ? { interestGroup: readGroup(group, features, groups) } : {}),
    needs: scores.filter((score) => score.model.startsWith('need-')).map(read),
    topNeeds: needs.flatMap((each) => readNeeds(each, trust)),
    propensities: scores.filter((score) => score.model === 'propensity').map(read),
    lifetime: scores.filter((score) => lifetimeModels.has(score.model)).map(read),
  }
}

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

function readNeeds(
  { version, horizonDays, needs }: PersonNeeds,
  trusts: ReadonlyMap<string, Trust>,
): ProfileNeed[] {
  const trust = trusts.get(version)
  return needs.map(({ reasons, ...need }) => ({
    ...need,
    version,
    horizonDays,
    reasons: reasons.map(({ feature, share, value }) => ({
      feature,
      share,
      text: writeReason(describeColumn(feature), value, share),
    })),
    ...(trust && { trust }),
  }))
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
    text: writeReason(
      describeColumn(feature),
      features.numbers[feature] ?? features.labels[feature],
      share,
      usualOf(feature, features),
    ),
  }))
}

/** Features of now, each with the feature that tells what is usual for the person. */
const usualFeatures: Readonly<Record<string, string>> = { recency_days: 'order_gap_days' }

/** Undefined where nothing is usual yet, as for somebody with one order. */
function usualOf(feature: string, { numbers }: ProfileFeatures): UsualValue | undefined {
  const value = numbers[usualFeatures[feature] ?? '']
  return value === undefined || value === 0 ? undefined : { of: 'person', value }
}
