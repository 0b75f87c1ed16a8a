import { AppError, throwIfStopped } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Progress } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { loadHistoryRange } from '../events/history-range.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import type { Random } from '../math/random.ts'
import { createRowSource } from './row-source.ts'
import { trainInterestGroups } from './train-interest-groups.ts'
import { trainLifetime } from './train-lifetime.ts'
import { type NeedTarget, trainNeed } from './train-need.ts'
import { needsHorizonDays, needsModelName, trainNeeds } from './train-needs.ts'
import { trainPropensity } from './train-propensity.ts'
import type { TrainedModel, Training } from './training.ts'

export type TrainAllOptions = {
  /** People are scored as of this cut; nothing after it is read. */
  readonly asOfMs: number
  readonly timeZone: string
  /** Names to train (`propensity`, `need`, `needs`, `lifetime`, `interest-groups`); empty for all. */
  readonly models: readonly string[]
  readonly random: Random
  /** What rows are made of; undefined: the features that ship. */
  readonly definitions?: readonly FeatureDefinition[]
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export type TrainedModels = {
  readonly models: readonly TrainedModel[]
  /** What could not be trained on these data, with the reason. */
  readonly skipped: readonly { readonly model: string; readonly reason: Bilingual }[]
}

const needTargets: readonly NeedTarget[] = [
  {
    name: 'need-units',
    question: {
      en: 'How many units will each customer buy in 90 days?',
      zh: '每位顾客在 90 天内会购买多少件？',
    },
    label: (labels) => labels.keptUnits,
    past: 'unit_count_clipped',
  },
  {
    name: 'need-spend',
    question: { en: 'How much will each customer spend in 90 days?', zh: '每位顾客在 90 天内会消费多少？' },
    label: (labels) => labels.keptSpend,
    past: 'spend_clipped',
  },
]

type Trainer = {
  readonly family: string
  readonly name: string
  readonly stage: Bilingual
  train(training: Training): Promise<TrainedModel>
}

const trainers: readonly Trainer[] = [
  ...[30, 60, 90].map((days) => ({
    family: 'propensity',
    name: `propensity-${days}d`,
    stage: { en: `Training: buys again within ${days} days`, zh: `训练：${days} 天内再次购买` },
    train: (training: Training) => trainPropensity(training, days),
  })),
  ...needTargets.map((target) => ({
    family: 'need',
    name: `${target.name}-90d`,
    stage: { en: `Training: ${target.question.en}`, zh: `训练：${target.question.zh}` },
    train: (training: Training) => trainNeed(training, target, 90),
  })),
  {
    family: 'needs',
    name: needsModelName,
    stage: { en: 'Training: needs of single items and categories', zh: '训练：各商品与类目的需求' },
    train: (training) => trainNeeds(training, needsHorizonDays),
  },
  {
    family: 'lifetime',
    name: 'lifetime-90d',
    stage: { en: 'Training: who is still a customer', zh: '训练：谁仍是顾客' },
    train: (training) => trainLifetime(training, 90),
  },
  {
    family: 'interest-groups',
    name: 'interest-groups',
    stage: { en: 'Training: interest groups', zh: '训练：兴趣群体' },
    train: trainInterestGroups,
  },
]

/** What `train` fits when nothing else is asked for, in the order of the report. */
export const trainerNames: readonly string[] = trainers.map((trainer) => trainer.name)

/**
 * Trains and judges the models that are asked for. One that these data are too little for is skipped with the reason;
 * any other error ends the work.
 * @throws AppError 'bad_usage' for a name that no model has, 'stopped'.
 */
export async function trainAll(database: Database, options: TrainAllOptions): Promise<TrainedModels> {
  const chosen = chooseTrainers(options.models)
  const control = options.signal ? { signal: options.signal } : {}
  const range = await loadHistoryRange(database)
  if (range === undefined)
    throw new AppError('not_built', { en: 'there are no events yet', zh: '还没有任何事件' })
  const training: Training = {
    database,
    rows: createRowSource({
      database,
      timeZone: options.timeZone,
      definitions: options.definitions,
      ...control,
    }),
    asOfMs: options.asOfMs,
    firstMs: range.firstMs,
    timeZone: options.timeZone,
    random: options.random,
    signal: options.signal,
  }
  const models: TrainedModel[] = []
  const skipped: { model: string; reason: Bilingual }[] = []
  for (const [index, trainer] of chosen.entries()) {
    throwIfStopped(options.signal)
    options.progress({ stage: trainer.stage, done: index, total: chosen.length })
    try {
      models.push(await trainer.train(training))
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'too_little_data')) throw error
      skipped.push({ model: trainer.name, reason: error.text })
    }
  }
  return { models, skipped }
}

function chooseTrainers(names: readonly string[]): readonly Trainer[] {
  if (names.length === 0) return trainers
  const unknown = names.find((name) => !trainers.some((each) => each.family === name || each.name === name))
  if (unknown === undefined)
    return trainers.filter((each) => names.includes(each.family) || names.includes(each.name))
  const known = [...new Set(trainers.map((each) => each.family))].join(', ')
  throw new AppError(
    'bad_usage',
    { en: `there is no model ${unknown}`, zh: `没有模型 ${unknown}` },
    { expected: known, received: unknown },
  )
}
