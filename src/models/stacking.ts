import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { checkLearning, checkSaved } from './check-learning.ts'
import type {
  FitControl,
  FittedModel,
  Learner,
  LearningRows,
  ModelReasons,
  SavedModel,
  Task,
} from './learner.ts'
import { foldLearningRows } from './learning-folds.ts'
import { packModels, unpackModels } from './pack-models.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import type { ChosenMember, StackMember } from './stack-member.ts'
import { applyBlend, type Blend, fitBlend } from './stacking/blend.ts'
import { familyOf, type StackTask, toAnswers, toScores } from './stacking/scores.ts'

export type StackSettings = {
  /** Folds that settings, weights and calibration are learned on. */
  readonly foldCount: number
}

/** What is known of a member beside its model. */
type MemberFacts = { readonly heldLoss: number; readonly settings: object }

/** Models side by side and how their answers become one. */
export type StackModel = FittedModel & {
  /** In the order that they were given. */
  readonly members: readonly FittedModel[]
  readonly facts: readonly MemberFacts[]
  readonly blend: Blend
}

const kind = 'stack'
const formatVersion = 1
const tasks = ['amount', 'count', 'chance'] as const

/**
 * Stacked models (Wolpert, 1992) behind the port: settings, weights and calibration are learned from answers on inner folds that
 * the members did not see, then every member learns from all rows.
 */
export function createStackLearner(members: readonly StackMember[]): Learner<StackSettings> {
  return {
    kind,
    tasks: tasks.filter((task) => members.every((member) => member.tasks.includes(task))),
    standard: { foldCount: 5 },
    fit: (task, rows, settings, control) => fitStack(members, task, rows, settings, control),
    load: (saved) => loadStack(saved, (inner, index) => loadMember(members, inner, index)),
  }
}

/**
 * Reads a saved stack, each model inside by `loadInner`.
 * @throws AppError 'bad_config' for another kind, a format of a newer version or a damaged card.
 */
export async function loadStack(
  saved: SavedModel,
  loadInner: (saved: SavedModel, index: number) => Promise<FittedModel>,
): Promise<StackModel> {
  checkSaved(saved, kind, formatVersion)
  const { models, task, facts, blend } = saved.card as Partial<StackCard>
  const inner = unpackModels(models, saved.parts)
  if (blend?.weights?.length !== inner.length || task === undefined)
    throw new AppError('bad_config', 'the card of a saved stack is damaged', {
      expected: `${inner.length} weights`,
      received: String(blend?.weights?.length),
      wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
    })
  const loaded: FittedModel[] = []
  for (const [index, each] of inner.entries()) loaded.push(await loadInner(each, index))
  return createStack({ task, facts: facts ?? [], blend, members: loaded, featureNames: saved.featureNames })
}

async function loadMember(
  members: readonly StackMember[],
  saved: SavedModel,
  index: number,
): Promise<FittedModel> {
  const member = members[index]
  if (member !== undefined) return member.load(saved)
  throw new AppError('bad_config', 'a saved stack has other members than this one', {
    expected: members.map((each) => each.kind).join(', '),
    received: saved.kind,
  })
}

/** As the learner does; the answer also tells of its members. Progress counts members. */
export async function fitStack(
  members: readonly StackMember[],
  task: Task,
  rows: LearningRows,
  { foldCount }: StackSettings,
  { random, signal, progress }: FitControl,
): Promise<StackModel> {
  checkLearning({ kind, tasks }, task, rows)
  if (task.kind !== 'amount' && task.kind !== 'count' && task.kind !== 'chance')
    throw new Error('checked above')
  if (!(Number.isInteger(foldCount) && foldCount >= 2 && foldCount <= 255 && members.length > 0))
    throw new AppError('bad_input', 'a stack needs members, and foldCount of 2..255', {
      received: String(foldCount),
    })
  await pause(signal)
  const folds = foldLearningRows(task, rows, foldCount, random.fork('folds'))
  const chosen: ChosenMember[] = []
  const fitted: FittedModel[] = []
  for (const [index, member] of members.entries()) {
    const own = await member.choose({ task, rows, folds, random: random.fork(`member ${index}`), signal })
    chosen.push(own)
    fitted.push(await own.fit())
    progress?.({ done: index + 1, total: members.length, loss: own.heldLoss })
    await pause(signal)
  }
  const blend = fitBlend({
    family: familyOf(task),
    scores: chosen.map(({ heldScores }) => heldScores),
    labels: rows.labels,
    rowWeights: rows.weights,
  })
  const facts = chosen.map(({ heldLoss, settings }) => ({ heldLoss, settings }))
  return createStack({ task, facts, blend, members: fitted, featureNames: rows.dataset.featureNames })
}

/** Fitted models and how their scores become one. */
export type StackParts = {
  readonly task: StackTask
  readonly facts: readonly MemberFacts[]
  readonly blend: Blend
  readonly members: readonly FittedModel[]
  readonly featureNames: readonly string[]
}

type StackCard = Omit<StackParts, 'members' | 'featureNames'> & { readonly models: readonly object[] }

/** Fitted models side by side, blended by weights that were learned elsewhere: on rows that none of them saw. */
export function createStack(parts: StackParts): StackModel {
  const { task, facts, blend, members, featureNames } = parts
  const model: StackModel = {
    kind,
    featureNames,
    members,
    facts,
    blend,
    async predict(dataset) {
      checkFeatureNames(featureNames, dataset)
      const scores: Float64Array[] = []
      for (const member of members) scores.push(toScores(task, await member.predict(dataset)))
      return toAnswers(task, applyBlend(blend, scores))
    },
    save(): SavedModel {
      const { cards, parts: bytes } = packModels(members.map((member) => member.save()))
      return {
        kind,
        formatVersion,
        featureNames,
        card: { task, facts, blend, models: cards } satisfies StackCard,
        parts: bytes,
      }
    },
    async [Symbol.asyncDispose]() {
      for (const member of members) await member[Symbol.asyncDispose]()
    },
  }
  // Amounts may be told by members that multiply, whose parts do not add to amounts.
  const hasParts = task.kind !== 'amount' && members.every((member) => member.explain !== undefined)
  return hasParts ? { ...model, explain: (dataset) => explainStack(parts, dataset) } : model
}

/** The members' parts, each by its weight: scores are blended, so reasons are. */
async function explainStack(
  { members, blend, featureNames }: StackParts,
  dataset: Dataset,
): Promise<ModelReasons> {
  checkFeatureNames(featureNames, dataset)
  const width = featureNames.length
  const places = new Map(featureNames.map((name, place) => [name, place]))
  const sums = new Float64Array(dataset.rowIds.length * width)
  let base = blend.intercept
  for (const [index, member] of members.entries()) {
    const weight = itemAt(blend.weights, index)
    const reasons = await member.explain?.(dataset)
    if (weight === 0 || reasons === undefined) continue
    base += weight * reasons.base
    for (const [row, parts] of reasons.contributions.entries())
      for (const { feature, contribution } of parts) {
        const place = row * width + (places.get(feature) ?? 0)
        sums[place] = elementAt(sums, place) + weight * contribution
      }
  }
  const contributions = dataset.rowIds.map((_, row) =>
    featureNames
      .map((feature, place) => ({ feature, contribution: elementAt(sums, row * width + place) }))
      .filter(({ contribution }) => contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  )
  return { base, contributions }
}
