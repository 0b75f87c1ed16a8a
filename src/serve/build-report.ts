import { loadCategoryNames } from '../catalog/load-category-names.ts'
import { describeCleaning } from '../collect/cleaning-lines.ts'
import { listImports } from '../collect/quarantine.ts'
import type { Bilingual, Language } from '../core/language.ts'
import type { Evaluation, TimedEvaluation } from '../evaluate/evaluation.ts'
import { renderReport } from '../evaluate/report.ts'
import type { ExampleFacts, InterestFacts, NeedFacts, ReportData } from '../evaluate/report-data.ts'
import { describeColumn } from '../features/describe-features.ts'
import { findProfiles, loadLatestCut } from '../profiles/find-profiles.ts'
import { loadProfile } from '../profiles/load-profile.ts'
import { loadPopulation } from '../profiles/population.ts'
import type { Profile, ProfileScore } from '../profiles/profile.ts'
import { loadGroupSizes, loadLifetimeTotals } from '../profiles/score-totals.ts'
import { loadTopicShares } from '../profiles/topic-shares.ts'
import { nameChanges } from '../train/carry-groups.ts'
import { listModels, loadModel } from '../train/registry.ts'
import { type InterestGroupsRecord, nameInterest } from '../train/train-interest-groups.ts'
import { type NeedsRecord, needsModelName } from '../train/train-needs.ts'
import { loadTopics } from '../train/train-topics.ts'
import { trainerNames } from '../train/trainers.ts'
import { holdsSimulatedShop } from './demo-marker.ts'
import type { Engine } from './engine.ts'
import { formatScore, scoreName } from './score-names.ts'

const traitsPerGroup = 3
const reasonsPerScore = 3
const partsShown = 16

/**
 * Gathers what is stored into the report's page.
 * @throws AppError 'not_built' before the first build.
 */
export async function buildReport(engine: Engine, language: Language): Promise<string> {
  const { config, database } = engine
  const asOfMs = await loadLatestCut(database)
  const imports = await listImports(database)
  // Newest first: also a fit that is not in use is told, with why.
  const judged = (await listModels(database)).filter(
    (entry) => Date.parse(entry.asOf) === asOfMs && entry.record?.kind !== 'rule',
  )
  const needs = await loadNeedsRecord(engine, asOfMs)
  const evaluations = trainerNames.flatMap((name): TimedEvaluation[] => {
    const evaluation = judged.find((entry) => entry.name === name)?.evaluation
    const further = name === needs?.name ? [needs.record.unitsEvaluation] : []
    return [...(evaluation ? [evaluation] : []), ...further].flatMap(onlyTimed)
  })
  const lifetime = await loadLifetimeTotals(database, asOfMs)
  const interests = await loadInterests(engine, asOfMs)
  const drivers = evaluations.flatMap((evaluation) => evaluation.drivers.map((driver) => driver.feature))
  const data: ReportData = {
    generatedAtMs: engine.now().getTime(),
    asOfMs,
    timeZone: config.timeZone,
    isSimulated: holdsSimulatedShop(config.data),
    seed: config.seed,
    files: imports.map((each) => ({
      fileName: each.fileName,
      format: each.format,
      rowCount: each.rowCount,
      storedCount: each.storedCount,
      duplicateCount: each.duplicateCount,
      quarantinedCount: each.quarantinedCount,
      lines: describeCleaning(each),
    })),
    customers: await loadPopulation(database, { asOfMs, timeZone: config.timeZone }),
    ...(interests ? { interests } : {}),
    ...(lifetime ? { lifetime } : {}),
    ...(needs ? { needs: toNeedFacts(needs) } : {}),
    evaluations,
    skipped: trainerNames
      .filter((name) => !judged.some((entry) => entry.name === name))
      .map((model) => ({ model, reason: untrained })),
    examples: await loadExamples(engine),
    featureNames: Object.fromEntries(drivers.map((feature) => [feature, describeColumn(feature).meaning])),
  }
  return renderReport(data, language)
}

const untrained: Bilingual = {
  en: 'not trained: the history is too short for its horizon, or holds too little to learn it from (`likeness train` says how much it needs); where a simple rule can answer, it does',
  zh: '未训练：历史长度不足以覆盖其预测期，或可供学习的数据太少（`likeness train` 会说明需要多少）；能用简单规则回答的，由规则回答',
}

function onlyTimed(evaluation: Evaluation): TimedEvaluation[] {
  return 'testCutMs' in evaluation.split ? [{ ...evaluation, split: evaluation.split }] : []
}

type NamedRecord = { readonly name: string; readonly horizonDays: number; readonly record: NeedsRecord }

async function loadNeedsRecord({ database }: Engine, asOfMs: number): Promise<NamedRecord | undefined> {
  const registered = await loadModel(database, needsModelName)
  if (registered === undefined || Date.parse(registered.asOf) !== asOfMs) return undefined
  if (registered.record?.kind === 'rule') return undefined
  const { record, horizonDays } = registered.model as Omit<NamedRecord, 'name'>
  return { name: registered.name, horizonDays, record }
}

function toNeedFacts({ horizonDays, record }: NamedRecord): NeedFacts {
  const { totals, parts, when, reference, heldItemShare, heldGroupShare } = record
  return {
    horizonDays,
    groups: totals.filter(({ kind }) => kind !== 'item'),
    items: totals.filter(({ kind }) => kind === 'item'),
    parts: parts.slice(0, partsShown).flatMap(({ name, shopperCount, meanUnits, meanExpected, deviance }) => {
      const against = deviance.find(({ baseline }) => baseline === reference.en)
      if (against === undefined) return []
      const share = (value: number) => value / against.other
      const { value, low, high } = against.gain
      const gain = { value: share(value), low: share(low), high: share(high) }
      return [{ name, shopperCount, meanUnits, meanExpected, gain, kind: against.kind }]
    }),
    ...{ heldItemShare, heldGroupShare },
    dayError: when.meanError,
    middleError: when.middleError,
  }
}

async function loadInterests({ database }: Engine, asOfMs: number): Promise<InterestFacts | undefined> {
  const registered = await loadModel(database, 'interest-groups')
  if (registered === undefined || Date.parse(registered.asOf) !== asOfMs) return undefined
  if (registered.record?.kind === 'rule') return undefined
  const { groups, silhouette, stability, map, isGrouped, history } = registered.model as InterestGroupsRecord
  const sizes = await loadGroupSizes(database, asOfMs)
  const topics = (await loadTopics(database))?.topics ?? []
  const categories = await loadCategoryNames(database)
  const shares = await loadTopicShares(database, asOfMs)
  return {
    silhouette,
    stability,
    // Trainings from before the gap statistic do not say.
    isGrouped: isGrouped ?? true,
    ...(history && { history: { ...history, changes: nameChanges(history, groups) } }),
    map,
    groups: groups.map((group) => {
      const size = sizes.find((each) => each.label === group.label)
      return {
        name: group.name,
        customerCount: size?.customerCount ?? 0,
        spend: size?.spend ?? 0,
        orderCount: size?.orderCount ?? 0,
        features: group.traits.slice(0, traitsPerGroup).map(({ feature, difference }) => ({
          name: nameInterest(feature, topics, categories),
          difference,
        })),
      }
    }),
    topics: topics
      .map(({ tag, name, itemCount }) => ({ name, itemCount, share: shares[tag] ?? 0 }))
      .sort((a, b) => b.share - a.share),
  }
}

/** The person of most value to come, a regular who may stay away, and a newcomer who will likely buy soon. */
async function loadExamples({ database }: Engine): Promise<ExampleFacts[]> {
  const everything = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE }
  const queries = [
    { score: { model: 'need-spend', horizonDays: 90, ...everything }, limit: 1 },
    {
      feature: { name: 'order_count', low: 4, high: 1e9 },
      score: { model: 'propensity', horizonDays: 90, low: 0, high: 0.35 },
      limit: 1,
    },
    {
      feature: { name: 'order_count', low: 1, high: 2 },
      score: { model: 'propensity', horizonDays: 30, ...everything },
      limit: 1,
    },
  ]
  const found = await Promise.all(queries.map((query) => findProfiles(database, query)))
  const ids = [...new Set(found.flat().map((profile) => profile.id))]
  const profiles = await Promise.all(ids.map((id) => loadProfile(database, id)))
  return profiles.map(toExample)
}

function toExample(profile: Profile): ExampleFacts {
  const shown = [
    ...profile.propensities.filter((score) => score.horizonDays === 90),
    ...profile.needs.filter((score) => score.model === 'need-spend'),
    ...profile.lifetime.filter((score) => score.model === 'alive'),
  ]
  return {
    id: profile.id,
    orderCount: profile.orderCount,
    spend: profile.spend,
    ...(profile.interestGroup ? { group: profile.interestGroup.name } : {}),
    scores: shown.map(toExampleScore),
  }
}

function toExampleScore(score: ProfileScore): ExampleFacts['scores'][number] {
  const write = (value: number) => formatScore(score.model, value)
  const { low, high } = score
  return {
    name: scoreName(score.model, score.horizonDays),
    value: write(score.value),
    ...(low === undefined || high === undefined ? {} : { interval: `${write(low)} … ${write(high)}` }),
    reasons: score.reasons.slice(0, reasonsPerScore).map((reason) => reason.text),
  }
}
