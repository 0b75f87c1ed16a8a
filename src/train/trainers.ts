import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Labels } from '../features/labels.ts'
import { groupByRule, groupRule, ruleGroups } from './group-by-rule.ts'
import { type PersonQuestion, personQuestions } from './person-questions.ts'
import { scoreInterestGroups, trainInterestGroups } from './train-interest-groups.ts'
import { ruleLifetime, scoreLifetime, trainLifetime } from './train-lifetime.ts'
import {
  answerNeedsByRule,
  needsHorizonDays,
  needsModelName,
  scoreNeedsAgain,
  trainNeeds,
} from './train-needs.ts'
import { answerByRule, scoreQuestion, trainQuestion } from './train-question.ts'
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
  rule?(training: Training, version: string): Promise<Said>
  /** What the rule is called and what else the registry keeps of it; the past rate where left out. */
  readonly ruleRecord?: { readonly rule: Bilingual; readonly groups?: readonly object[] }
}

/** Fits as the registry keeps them: JSON of what the same trainer wrote. */
type Needs = Parameters<typeof scoreNeedsAgain>[1]
type Lifetime = Parameters<typeof scoreLifetime>[1]
type Groups = Parameters<typeof scoreInterestGroups>[1]

/** One that asks a question about each customer. */
function questionTrainer(question: PersonQuestion): Trainer {
  const { family, name, stage, scoreName, horizonDays, task, label } = question
  return {
    ...{ family, name, stage },
    says: {
      ...{ model: scoreName, horizonDays },
      outcome: { kind: task.kind === 'chance' ? 'chance' : 'amount', of: label },
    },
    train: (training) => trainQuestion(training, question),
    score: async (training, model, version) => ({
      scores: await scoreQuestion(training, question, model, version),
    }),
    rule: async (training, version) => ({ scores: await answerByRule(training, question, version) }),
  }
}

/** Every model that `train` makes, in the order of the report. */
export const trainers: readonly Trainer[] = [
  ...personQuestions.map(questionTrainer),
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
    rule: async (training, version) => ({
      scores: [],
      needs: await answerNeedsByRule(training, needsHorizonDays, version),
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
    rule: async (training, version) => ({ scores: await ruleLifetime(training, 90, version) }),
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
    rule: async (training, version) => ({ scores: await groupByRule(training, version) }),
    ruleRecord: { rule: groupRule, groups: ruleGroups },
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
