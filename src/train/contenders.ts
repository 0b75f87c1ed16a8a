import type { Bilingual } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { type BoostingSettings, boostingLearner } from '../models/boosting-learner.ts'
import type { FitControl, FittedModel, Learner, LearningRows, Task } from '../models/learner.ts'
import { type LogisticLearnerSettings, logisticLearner } from '../models/logistic-learner.ts'
import type { PaceSettings } from '../models/own-pace.ts'
import { createPaceLearner } from '../models/pace-learner.ts'
import { type PerceptronSettings, perceptron } from '../models/perceptron.ts'
import { type RidgeLearnerSettings, ridgeLearner } from '../models/ridge-learner.ts'
import { searchSettings } from '../models/search-settings.ts'
import type { SearchSpace } from '../models/search-space.ts'
import { type SequenceNetworkSettings, sequenceNetwork } from '../models/sequence-network.ts'

/** How much is tried: in the minute that a first report may take, or as long as it needs. */
export type Effort = 'quick' | 'thorough'

/** What a search of one model's settings may take; by the effort where left out. */
export type TuneBudget = { readonly trials?: number | undefined; readonly minutes?: number | undefined }

type TuneOptions = {
  readonly budget: TuneBudget
  readonly random: Random
  /** Milliseconds of a clock that only runs forward. */
  readonly clock: () => number
  readonly signal: AbortSignal | undefined
  readonly onTrial: (done: number, total: number) => void
}

/** Settings that were chosen on held rows. */
export type Tuned = {
  readonly name: Bilingual
  readonly settings: object
  readonly trialCount: number
  /** Whether it needs the events behind each row. */
  readonly readsEvents: boolean
  fit(rows: LearningRows, control: FitControl): Promise<FittedModel>
}

/** A model that may answer a question, with what is tried of its settings. */
export type Contender = {
  readonly name: Bilingual
  tune(rest: LearningRows, held: LearningRows, options: TuneOptions): Promise<Tuned>
}

/** What is asked: the probability of an act, or an amount as a multiple of a pace. */
export type AskedTask = { readonly kind: 'chance' } | { readonly kind: 'count'; readonly pace: PaceSettings }

const names = {
  logistic: { en: 'logistic regression', zh: '逻辑回归' },
  linear: { en: 'linear regression', zh: '线性回归' },
  boosting: { en: 'boosted trees', zh: '梯度提升树' },
  perceptron: { en: 'multilayer perceptron', zh: '多层感知机' },
  recurrence: { en: 'recurrent network over events', zh: '事件循环网络' },
  convolution: { en: 'convolutional network over events', zh: '事件卷积网络' },
} as const

const readers = ['recurrence', 'convolution'] as const

/** Weights keep the signs of their columns, so that reasons of like features do not contradict each other. */
const logistic: LogisticLearnerSettings = {
  alpha: 0.01,
  mix: 0,
  classWeights: 'equal',
  hasPlainReasons: true,
}
const logisticSpace: SearchSpace<LogisticLearnerSettings> = {
  alpha: { kind: 'log-uniform', low: 1e-4, high: 0.1 },
}
const ridge: RidgeLearnerSettings = { alpha: 0.1, hasPlainReasons: true }
/** Shallow trees of few columns each: what a shop of some thousand customers bears (docs/adr/0035). */
const boosting: BoostingSettings = {
  ...{ treeCount: 60, learningRate: 0.08, maxDepth: 3, maxLeaves: 6 },
  ...{ rowShare: 0.7, columnShare: 0.3, minChildWeight: 10, l2: 10 },
}
const boostingSpace: SearchSpace<BoostingSettings> = {
  treeCount: { kind: 'log-integer', low: 30, high: 200 },
  learningRate: { kind: 'log-uniform', low: 0.03, high: 0.2 },
  maxLeaves: { kind: 'log-integer', low: 3, high: 16 },
  minChildWeight: { kind: 'log-uniform', low: 2, high: 40 },
  l2: { kind: 'log-uniform', low: 0.3, high: 30 },
  columnShare: { kind: 'uniform', low: 0.2, high: 0.8 },
}
const network: PerceptronSettings = {
  ...perceptron.standard,
  ...{ layers: [32], epochs: 30, batchSize: 128, patience: 4, dropout: 0.3, weightDecay: 0.01 },
}
const networkSpace: SearchSpace<PerceptronSettings> = {
  learningRate: { kind: 'log-uniform', low: 3e-4, high: 5e-3 },
  dropout: { kind: 'uniform', low: 0, high: 0.5 },
  weightDecay: { kind: 'log-uniform', low: 1e-4, high: 0.1 },
}
const ofEvents = (reader: SequenceNetworkSettings['reader']): SequenceNetworkSettings => ({
  ...sequenceNetwork.standard,
  ...{ reader, epochs: 15, batchSize: 128, patience: 3, dropout: 0.2, weightDecay: 0.01 },
})
const ofEventsSpace: SearchSpace<SequenceNetworkSettings> = {
  learningRate: { kind: 'log-uniform', low: 5e-4, high: 0.01 },
  width: { kind: 'log-integer', low: 16, high: 64 },
}
const variancePower = { kind: 'choice', values: [1, 1.5, 2] } as const

/** The models that are asked, the plainest first: where two are level, it answers. */
export function contendersFor(task: AskedTask, effort: Effort): readonly Contender[] {
  const [few, many, reads] = effort === 'quick' ? [3, 4, 0] : [8, 24, 3]
  if (task.kind === 'chance') {
    const own = (trials: number) => ({ task, trials })
    return [
      contenderOf(names.logistic, logisticLearner, logistic, logisticSpace, own(few)),
      contenderOf(names.boosting, boostingLearner, boosting, boostingSpace, own(many)),
      ...(effort === 'quick'
        ? []
        : [
            contenderOf(names.perceptron, perceptron, network, networkSpace, own(few)),
            ...readers.map((reader) =>
              contenderOf(names[reader], sequenceNetwork, ofEvents(reader), ofEventsSpace, own(reads)),
            ),
          ]),
    ]
  }
  const { pace } = task
  const count = { kind: 'count' } as const
  const own = (trials: number) => ({ task: count, trials })
  const power = { variancePower: 1.5 }
  return [
    contenderOf(
      names.linear,
      createPaceLearner(ridgeLearner, pace),
      { ...ridge, ...power },
      { alpha: { kind: 'log-uniform', low: 0.003, high: 3 }, variancePower },
      own(many),
    ),
    contenderOf(
      names.boosting,
      createPaceLearner(boostingLearner, pace),
      { ...boosting, ...power },
      { ...boostingSpace, variancePower },
      own(many),
    ),
    ...(effort === 'quick'
      ? []
      : [
          contenderOf(
            names.perceptron,
            createPaceLearner(perceptron, pace),
            { ...network, ...power },
            { ...networkSpace, variancePower },
            own(few),
          ),
          ...readers.map((reader) =>
            contenderOf(
              names[reader],
              createPaceLearner(sequenceNetwork, pace),
              { ...ofEvents(reader), ...power },
              { ...ofEventsSpace, variancePower },
              own(reads),
            ),
          ),
        ]),
  ]
}

function contenderOf<Settings extends object>(
  name: Bilingual,
  learner: Learner<Settings>,
  from: Settings,
  space: SearchSpace<Settings>,
  { task, trials }: { readonly task: Task; readonly trials: number },
): Contender {
  return {
    name,
    async tune(rest, held, { budget, random, clock, signal, onTrial }) {
      const most = budget.trials ?? trials
      const { best, state } = await searchSettings(
        learner,
        { task, rows: { kind: 'slice', rest, held } },
        {
          ...{ space, from, random, clock, signal },
          budget: { trials: most, ...(budget.minutes !== undefined && { minutes: budget.minutes }) },
          onTrial: (step) => onTrial(step.state.trials.length, most),
        },
      )
      return {
        name,
        settings: best.settings,
        trialCount: state.trials.length,
        readsEvents: 'reader' in from,
        fit: (rows, control) => learner.fit(task, rows, best.settings, control),
      }
    },
  }
}
