import { type CategoryNames, loadCategoryNames } from '../catalog/load-category-names.ts'
import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import { pause } from '../core/pause.ts'
import { computeFeatures } from '../features/compute-features.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { describeColumn } from '../features/describe-features.ts'
import {
  assignInterestGroups,
  explainInterestGroups,
  fitInterestGroups,
  type InterestGroup,
  type InterestGroupsModel,
} from '../models/interest-groups.ts'
import { projectOnAxes } from '../models/principal-axes.ts'
import { fitSoftGroups, overlapOfGroups, softMemberships } from '../models/soft-groups.ts'
import type { Score } from '../profiles/score.ts'
import { carryGroups, type GroupHistory, loadEarlierGroups, type NamedGroup } from './carry-groups.ts'
import { toReasons } from './reasons.ts'
import { columnOf, selectDataset } from './row-source.ts'
import { loadTopics, type TopicName } from './train-topics.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** Shares of what people buy; where items have categories these say more than topics, which then stay out. */
const interestFeatures = ['bought_category', 'bought_topic', 'price_band'] as const

/** People with fewer product lines say too little of their interests to shape the groups; they are assigned. */
const leastLines = 5
const mapSize = 600

/** What the registry keeps beside the fit, for the report. */
export type InterestGroupsRecord = {
  readonly groups: readonly NamedGroup[]
  readonly silhouette: number
  readonly stability: number
  /** Whether people lie in groups at all, by the gap statistic. */
  readonly isGrouped: boolean
  /** Mean chance of group b among the people of group a, [groups × groups], by a Gaussian mixture. */
  readonly overlap: readonly (readonly number[])[]
  /** What became of the groups of the training before; undefined for the first one. */
  readonly history?: GroupHistory
  /** A sample of customers on the two main axes of their interests. */
  readonly map: readonly { readonly x: number; readonly y: number; readonly group: number }[]
}

/**
 * Groups customers by what they buy, as of the cut.
 * @throws AppError 'too_little_data' where too few customers bought enough or items have no topics or categories.
 */
export async function trainInterestGroups(training: Training): Promise<TrainedModel> {
  const { asOfMs, random } = training
  const topics = await loadTopics(training.database)
  const everyone = await loadInterests(training, topics?.version)
  const lines = columnOf(everyone, 'line_count')
  const names = everyone.featureNames.filter((name) => name !== 'line_count')
  const buyers = [...everyone.rowIds.keys()].filter((row) => (lines[row] ?? 0) > 0)
  const features = selectDataset(everyone, buyers, names)
  const tellers = selectDataset(
    everyone,
    buyers.filter((row) => (lines[row] ?? 0) >= leastLines),
    names,
  )
  if (names.length < 3)
    throw new AppError('too_little_data', {
      en: 'items have neither topics nor categories to group customers by',
      zh: '商品没有主题或类目，无法对顾客分群',
    })
  await pause(training.signal)
  const model = fitInterestGroups(tellers, {}, random.fork('interest-groups'))
  await pause(training.signal)
  const { groups: assigned, certainty } = assignInterestGroups(model, features)
  const people = {
    groupCount: model.groups.length,
    groupOf: new Map(features.rowIds.map((id, row) => [id, assigned[row] ?? 0])),
  }
  const categories = await loadCategoryNames(training.database)
  const called = model.groups.map((group) => nameGroup(group, topics?.topics ?? [], categories))
  const earlier = await loadEarlierGroups(training.database)
  const { groups, history } = carryGroups({ model, people, names: called }, earlier)
  const reasons = explainInterestGroups(model, features)
  const trial = model.trials.find((each) => each.groupCount === groups.length)
  const version = versionOf('interest-groups', asOfMs)
  await pause(training.signal)
  const soft = fitSoftGroups(model, tellers, random.fork('soft-groups'), training.signal)
  const record: InterestGroupsRecord = {
    groups,
    silhouette: trial?.silhouette ?? Number.NaN,
    stability: trial?.stability ?? Number.NaN,
    isGrouped: model.isGrouped,
    overlap: overlapOfGroups(softMemberships(soft, features), assigned, groups.length),
    ...(history && { history }),
    map: projectOnAxes(tellers, mapSize, random.fork('map')).map(({ row, x, y }) => ({
      x,
      y,
      group: assignInterestGroups(model, selectDataset(tellers, [row], names)).groups[0] ?? 0,
    })),
  }
  return {
    name: 'interest-groups',
    version,
    model: { ...model, ...record },
    scores: features.rowIds.map((profileId, row) => ({
      profileId,
      model: 'interest-group',
      version,
      horizonDays: 0,
      asOfMs,
      value: certainty[row] ?? Number.NaN,
      label: groups[assigned[row] ?? 0]?.label ?? '',
      reasons: toReasons(reasons[row] ?? []),
    })),
  }
}

/** The groups of a fit as of the training's cut. @throws AppError 'bad_input' when items have other categories or topics by now. */
export async function scoreInterestGroups(
  training: Training,
  model: InterestGroupsModel & InterestGroupsRecord,
  version: string,
): Promise<Score[]> {
  const { asOfMs } = training
  const topics = await loadTopics(training.database)
  const everyone = await loadInterests(training, topics?.version)
  const lines = columnOf(everyone, 'line_count')
  const names = everyone.featureNames.filter((name) => name !== 'line_count')
  const buyers = [...everyone.rowIds.keys()].filter((row) => (lines[row] ?? 0) > 0)
  const features = selectDataset(everyone, buyers, names)
  const { groups, certainty } = assignInterestGroups(model, features)
  const reasons = explainInterestGroups(model, features)
  return features.rowIds.map((profileId, row) => ({
    profileId,
    model: 'interest-group',
    version,
    horizonDays: 0,
    asOfMs,
    value: certainty[row] ?? Number.NaN,
    label: model.groups[groups[row] ?? 0]?.label ?? '',
    reasons: toReasons(reasons[row] ?? []),
  }))
}

async function loadInterests(
  { database, asOfMs, timeZone, signal }: Training,
  topicsVersion: string | undefined,
): Promise<Dataset> {
  const wanted = new Set<string>([...interestFeatures, 'line_count'])
  const { numbers } = await computeFeatures(database, {
    asOfMs,
    timeZone,
    definitions: featureDefinitions.filter((each) => wanted.has(each.name)),
    ...(topicsVersion === undefined ? {} : { topicsVersion }),
    ...(signal ? { signal } : {}),
  })
  const hasCategories = numbers.featureNames.filter((name) => name.startsWith('bought_category/')).length >= 2
  const left = hasCategories ? 'bought_topic/' : 'bought_category/'
  const names = numbers.featureNames.filter((name) => !name.startsWith(left))
  return selectDataset(numbers, [...numbers.rowIds.keys()], names)
}

/** Named by the two features that it has most more of than the rest. */
function nameGroup(group: InterestGroup, topics: readonly TopicName[], categories: CategoryNames): Bilingual {
  const more = group.traits.filter((trait) => trait.difference > 0).slice(0, 2)
  const parts = (more.length > 0 ? more : group.traits.slice(0, 1)).map((trait) =>
    nameInterest(trait.feature, topics, categories),
  )
  return { en: parts.map((part) => part.en).join(' · '), zh: parts.map((part) => part.zh).join(' · ') }
}

/** A column of interests as people say it: a topic, a category, or a price band. */
export function nameInterest(
  feature: string,
  topics: readonly TopicName[],
  categories: CategoryNames,
): Bilingual {
  const key = feature.slice(feature.indexOf('/') + 1)
  if (feature.startsWith('bought_topic/'))
    return topics.find(({ tag }) => tag === key)?.name ?? { en: key, zh: key }
  if (feature.startsWith('price_band/')) return { en: `price band ${key} of 5`, zh: `价格带 ${key}/5` }
  if (feature.startsWith('bought_category/')) return categories.get(key) ?? { en: key, zh: key }
  return describeColumn(feature).meaning
}
