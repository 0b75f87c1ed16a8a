import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Labels } from '../features/labels.ts'
import type { Score } from '../profiles/score.ts'
import { scoreInterestGroups, trainInterestGroups } from './train-interest-groups.ts'
import { ruleLifetime, scoreLifetime, trainLifetime } from './train-lifetime.ts'
import { type NeedTarget, ruleNeed, scoreNeed, trainNeed } from './train-need.ts'
import { needsHorizonDays, needsModelName, scoreNeedsAgain, trainNeeds } from './train-needs.ts'
import { rulePropensity, scorePropensity, trainPropensity } from './train-propensity.ts'
import type { TrainedModel, Training } from './training.ts'

/** The score that a model is watched by, and what tells whether it came so. */
export type Spoken = {
  readonly model: string
  readonly horizonDays: number
  readonly outcome?: {
    readonly kind: 'chance' | 'amount'
    of(labels: Labels): ArrayLike<number>
  }
}

/** What a fit says of everyone: scores, or needs of single things. */
export type Said = Pick<TrainedModel, 'scores' | 'needs'>

/** How one model is made, asked again later, and answered for where no fit is worth having. */
export type Trainer = {
  readonly family: string
  readonly name: string
  readonly stage: Bilingual
  readonly says: Spoken
  train(training: Training): Promise<TrainedModel>
  /**
   * What a registered fit says of everyone as of the training's cut.
   * @throws AppError 'bad_input' when the features are no longer those that it was fitted on.
   */
  score(training: Training, model: object, version: string): Promise<Said>
  /** The rule that answers meanwhile; undefined where none can. */
  rule?(training: Training, version: string): Promise<Score[]>
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

/** Fits as the registry keeps them: JSON of what the same trainer wrote. */
type Propensity = Parameters<typeof scorePropensity>[1]
type Need = Parameters<typeof scoreNeed>[2]
type Needs = Parameters<typeof scoreNeedsAgain>[1]
type Lifetime = Parameters<typeof scoreLifetime>[1]
type Groups = Parameters<typeof scoreInterestGroups>[1]

function propensityTrainer(days: number): Trainer {
  return {
    family: 'propensity',
    name: `propensity-${days}d`,
    stage: { en: `Training: buys again within ${days} days`, zh: `训练：${days} 天内再次购买` },
    says: {
      model: 'propensity',
      horizonDays: days,
      outcome: { kind: 'chance', of: (labels) => labels.hasBought },
    },
    train: (training) => trainPropensity(training, days),
    // Fits of before scoring was a step of its own do not name their horizon.
    score: async (training, model, version) => ({
      scores: await scorePropensity(training, { ...(model as Propensity), horizonDays: days }, version),
    }),
    rule: (training, version) => rulePropensity(training, days, version),
  }
}

function needTrainer(target: NeedTarget): Trainer {
  return {
    family: 'need',
    name: `${target.name}-90d`,
    stage: { en: `Training: ${target.question.en}`, zh: `训练：${target.question.zh}` },
    says: { model: target.name, horizonDays: 90, outcome: { kind: 'amount', of: target.label } },
    train: (training) => trainNeed(training, target, 90),
    score: async (training, model, version) => ({
      scores: await scoreNeed(training, target.name, model as Need, version),
    }),
    rule: (training, version) => ruleNeed(training, target, 90, version),
  }
}

/** Every model that `train` makes, in the order of the report. */
export const trainers: readonly Trainer[] = [
  ...[30, 60, 90].map(propensityTrainer),
  ...needTargets.map(needTrainer),
  {
    family: 'needs',
    name: needsModelName,
    stage: { en: 'Training: needs of single items and categories', zh: '训练：各商品与类目的需求' },
    says: { model: 'needs', horizonDays: needsHorizonDays },
    train: (training) => trainNeeds(training, needsHorizonDays),
    score: async (training, model, version) => ({
      scores: [],
      needs: await scoreNeedsAgain(training, model as Needs, version),
    }),
  },
  {
    family: 'lifetime',
    name: 'lifetime-90d',
    stage: { en: 'Training: who is still a customer', zh: '训练：谁仍是顾客' },
    says: {
      model: 'expected-orders',
      horizonDays: 90,
      outcome: { kind: 'amount', of: (labels) => labels.orderCount },
    },
    train: (training) => trainLifetime(training, 90),
    score: async (training, model, version) => ({
      scores: await scoreLifetime(training, { ...(model as Lifetime), horizonDays: 90 }, version),
    }),
    rule: (training, version) => ruleLifetime(training, 90, version),
  },
  {
    family: 'interest-groups',
    name: 'interest-groups',
    stage: { en: 'Training: interest groups', zh: '训练：兴趣群体' },
    says: { model: 'interest-group', horizonDays: 0 },
    train: trainInterestGroups,
    score: async (training, model, version) => ({
      scores: await scoreInterestGroups(training, model as Groups, version),
    }),
  },
]

/** What `train` fits when nothing else is asked for, in the order of the report. */
export const trainerNames: readonly string[] = trainers.map((trainer) => trainer.name)

/** Those of the given names or families; all for none. @throws AppError 'bad_usage' for a name that none has. */
export function chooseTrainers(names: readonly string[]): readonly Trainer[] {
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
