import { loadCategoryNames } from '../catalog/load-category-names.ts'
import { loadItems } from '../catalog/load-items.ts'
import type { Bilingual } from '../core/language.ts'
import { pause } from '../core/pause.ts'
import { findHistorySource } from '../database/history-source.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'
import { choosePairGroups, type PairGroups } from '../features/pair-groups.ts'
import type { PairSource } from '../features/pair-source.ts'
import { keyOf, type PairTarget } from '../features/pair-targets.ts'
import type { PersonNeeds } from '../profiles/needs.ts'
import {
  type ChanceSettings,
  chooseChance,
  completeNeeds,
  type FitOptions,
  fitChance,
  type NeedsModel,
  type OpenNeeds,
  openNeeds,
} from './needs/fit-needs.ts'
import { judgeNeeds, type NeedsJudgement, type NeedsPart, partName } from './needs/judge-needs.ts'
import {
  loadPairSplit,
  loadPairsToScore,
  openPairs,
  openTrainingPairs,
  type PairSplit,
  type RowLimits,
} from './needs/labelled-pairs.ts'
import { sameAsLastQuarter } from './needs/needs-baselines.ts'
import { type NeedNaming, ruleNeeds, scoreNeeds } from './needs/score-needs.ts'
import { slicePairs } from './needs/slice-pairs.ts'
import { loadTopics, type TopicName } from './train-topics.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** What the main job can afford in some seconds; `npm run bench -- needs` reads more. */
const standardLimits: RowLimits = { train: 24_000, judge: 12_000 }
const shownTotals = 12
/** Numbers of candidates a shopper that are told apart, whatever number is asked about. */
const toldCandidates = [50, 100, 200]

/** What every shopper is asked about, and the fit that answers it in the registry. */
export const needsHorizonDays = 90
export const needsModelName = `needs-${needsHorizonDays}d`

/** What all shoppers together will likely need of a thing. */
type NeedTotal = {
  readonly kind: 'item' | 'category' | 'topic'
  readonly target: string
  readonly name: Bilingual
  /** Expected units within the horizon, and expected buyers, of the shoppers who were asked about it. */
  readonly units: number
  readonly buyerCount: number
}

/** What the registry keeps beside the fit, for the report. */
export type NeedsRecord = {
  readonly unitsEvaluation: Evaluation
  /** The baseline that categories are told against. */
  readonly reference: Bilingual
  readonly parts: readonly (NeedsPart & { readonly name: Bilingual })[]
  readonly when: NeedsJudgement['when']
  readonly heldItemShare: number
  readonly heldGroupShare: number
  /** Of the items that shoppers bought the share that so many candidates of each would hold. */
  readonly coverage: readonly { readonly candidateCount: number; readonly share: number }[]
  readonly totals: readonly NeedTotal[]
}

export type TrainedNeeds = TrainedModel & {
  readonly model: NeedsModel & { readonly record: NeedsRecord }
  readonly needs: readonly PersonNeeds[]
}

/**
 * What each shopper needs of single items and categories: one model over rows of a shopper and a thing. Settings are chosen on
 * the validation cut, which also calibrates what was learned before it; that is judged on the test cut. Everyone is scored by a
 * last fit that learned up to the validation cut and was calibrated on the test cut.
 * @throws AppError 'too_little_data' when the history is too short or too few of the pairs were bought.
 */
export async function trainNeeds(
  training: Training,
  horizonDays: number,
  limits: RowLimits = standardLimits,
): Promise<TrainedNeeds> {
  const random = training.random.fork(`needs-${horizonDays}`)
  const topics = await loadTopics(training.database)
  const groups = await chooseGroups(training, horizonDays, topics?.version)
  const opened = await openTrainingPairs(training, horizonDays, groups)
  const pairs = await loadPairSplit(training, opened, { horizonDays, limits })
  await pause(training.signal)
  const control = { random, signal: training.signal }
  const chosen = await chooseChance(pairs.train, pairs.validation, control)
  await pause(training.signal)
  const judged = await completeNeeds(chosen.chance, pairs.train, pairs.validation, {
    horizonDays,
    ...control,
  })
  await pause(training.signal)
  const judgement = await judgeNeeds(
    {
      fitted: judged,
      known: pairs.train,
      validation: pairs.validation,
      test: pairs.test,
      split: pairs.split,
      settings: describeSettings(chosen.settings, groups),
      slices: await slicePairs(training, opened.cuts.testMs, pairs.test.table),
    },
    random.fork('judge'),
  )
  const coverage = opened.source
    .coverageOf(opened.cuts.testMs, pairs.test.table, toldCandidates)
    .map((share, place) => ({ candidateCount: toldCandidates[place] ?? 0, share }))
  await pause(training.signal)
  const fitted = await fitLast(pairs, chosen.settings, { horizonDays, ...control })
  const naming = await createNaming(training, groups, topics?.topics ?? [])
  return scoreEverybody(training, { fitted, judgement, coverage, source: opened.source, naming })
}

/** Groups are those of the items known by the validation cut: nothing later decides what is asked. */
async function chooseGroups(
  { database, asOfMs, signal }: Training,
  horizonDays: number,
  topicsVersion: string | undefined,
): Promise<PairGroups> {
  const cutMs = asOfMs - 2 * horizonDays * 86_400_000
  const history = await findHistorySource(database)
  return choosePairGroups(database, { cutMs, history, topicsVersion, signal })
}

async function fitLast(
  { train, validation, test }: PairSplit,
  settings: ChanceSettings,
  options: FitOptions & { readonly horizonDays: number },
): Promise<OpenNeeds> {
  const known = [...train, validation]
  return completeNeeds(await fitChance(known, settings, options), known, test, options)
}

function describeSettings(settings: ChanceSettings, groups: PairGroups): Record<string, string | number> {
  const { kind, ...rest } = settings
  const level = groups.kind === 'category' ? { level: groups.level } : {}
  return { learner: kind, ...rest, groups: groups.kind, ...level }
}

type Fitted = {
  readonly fitted: OpenNeeds
  readonly judgement: NeedsJudgement
  readonly coverage: NeedsRecord['coverage']
  readonly source: PairSource
  readonly naming: NeedNaming
}

async function scoreEverybody(
  training: Training,
  { fitted, judgement, coverage, source, naming }: Fitted,
): Promise<TrainedNeeds> {
  const { asOfMs, signal } = training
  const { model } = fitted
  const { chance: evaluation, units: unitsEvaluation, parts, ...rest } = judgement
  const name = evaluation.model
  const version = versionOf(name, asOfMs)
  const needs: PersonNeeds[] = []
  const totals = new Map<string, NeedTotal>()
  for await (const table of loadPairsToScore(training, source)) {
    const scored = await scoreNeeds(fitted, table, { ...naming, version, asOfMs })
    for (const person of scored.people) needs.push(person)
    for (const [target, sums] of scored.totals) addTotal(totals, target, sums, naming)
    await pause(signal)
  }
  const record: NeedsRecord = {
    ...rest,
    unitsEvaluation,
    coverage,
    reference: sameAsLastQuarter,
    parts: parts.map((part) => ({ ...part, name: partName(part, groupName(naming, part.group)) })),
    totals: largestTotals([...totals.values()]),
  }
  return { name, version, model: { ...model, record }, evaluation, scores: [], needs }
}

/** What a registered fit says of everyone as of the training's cut. */
export async function scoreNeedsAgain(
  training: Training,
  model: NeedsModel,
  version: string,
): Promise<PersonNeeds[]> {
  const { database, asOfMs, signal } = training
  const fitted = await openNeeds(model)
  const topics = await loadTopics(database)
  const groups = await chooseGroups(training, model.horizonDays, topics?.version)
  const naming = await createNaming(training, groups, topics?.topics ?? [])
  const needs: PersonNeeds[] = []
  const source = await openPairs(training, { horizonDays: model.horizonDays, groups, cutsMs: [asOfMs] })
  for await (const table of loadPairsToScore(training, source)) {
    const { people } = await scoreNeeds(fitted, table, { ...naming, version, asOfMs })
    for (const person of people) needs.push(person)
    await pause(signal)
  }
  return needs
}

/** The rule where no fit is worth having: everyone goes on at the own pace, thing by thing. */
export async function answerNeedsByRule(
  training: Training,
  horizonDays: number,
  version: string,
): Promise<PersonNeeds[]> {
  const { database, asOfMs, signal } = training
  const topics = await loadTopics(database)
  const groups = await chooseGroups(training, horizonDays, topics?.version)
  const naming = await createNaming(training, groups, topics?.topics ?? [])
  const source = await openPairs(training, { horizonDays, groups, cutsMs: [asOfMs] })
  const needs: PersonNeeds[] = []
  for await (const table of loadPairsToScore(training, source)) {
    needs.push(...ruleNeeds(table, { ...naming, version, asOfMs, horizonDays }))
    await pause(signal)
  }
  return needs
}

function addTotal(
  totals: Map<string, NeedTotal>,
  target: PairTarget,
  { units, buyers }: { readonly units: number; readonly buyers: number },
  { groupKind, nameOf }: NeedNaming,
): void {
  const key = keyOf(target.isGroup, target.id)
  const own = totals.get(key)
  totals.set(key, {
    kind: target.isGroup ? groupKind : 'item',
    target: target.id,
    name: own?.name ?? nameOf(target),
    units: (own?.units ?? 0) + units,
    buyerCount: (own?.buyerCount ?? 0) + buyers,
  })
}

/** Of categories and of items those with most expected buyers. */
function largestTotals(totals: readonly NeedTotal[]): NeedTotal[] {
  const sorted = totals.toSorted((a, b) => b.buyerCount - a.buyerCount)
  const of = (isItem: boolean) =>
    sorted.filter(({ kind }) => (kind === 'item') === isItem).slice(0, shownTotals)
  return [...of(false), ...of(true)]
}

function groupName({ nameOf }: NeedNaming, id: string): Bilingual {
  return nameOf({ ...namelessGroup, id, group: id })
}

const namelessGroup = {
  isGroup: true,
  buyerCount: 0,
  weight: 0,
  gapDays: Number.NaN,
  repeatShare: 0,
  unitsPerPurchase: 1,
  price: Number.NaN,
  trend: 0,
  season: 1,
} as const

/** Names of items as the catalogue has them, of topics as they were named, of categories as items state them in Chinese. */
async function createNaming(
  { database, signal }: Training,
  groups: PairGroups,
  topics: readonly TopicName[],
): Promise<NeedNaming> {
  const items = new Map<string, Bilingual>()
  for await (const batch of loadItems(database, signal ? { signal } : {}))
    for (const { id, name, nameZh } of batch)
      items.set(id, { en: name || nameZh || id, zh: nameZh || name || id })
  const groupNames =
    groups.kind === 'topic'
      ? new Map(topics.map(({ tag, name }) => [tag, name]))
      : await loadCategoryNames(database)
  return {
    groupKind: groups.kind === 'topic' ? 'topic' : 'category',
    nameOf: ({ isGroup, id }) => (isGroup ? groupNames : items).get(id) ?? { en: id, zh: id },
  }
}
