import { AppError, throwIfStopped } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { type BoostingModel, type BoostingRun, predictBoosting, runBoosting } from './boosting.ts'
import type { BoostingOptions } from './boosting-options.ts'
import { explainBoostingByPath } from './boosting-path-reasons.ts'
import { explainBoosting } from './boosting-reasons.ts'
import { checkLearning, checkRows, checkSaved } from './check-learning.ts'
import { holdOut } from './hold-out.ts'
import type { FitControl, FittedModel, Learner, LearningRows, SavedModel, Task } from './learner.ts'
import { flattenTrees } from './trees/flat-trees.ts'
import { parseBoostingCard } from './trees/parse-card.ts'

/** What may be chosen of boosted trees; what is not told stands in `BoostingOptions`. */
export type BoostingSettings = Omit<
  BoostingOptions,
  'objective' | 'classCount' | 'categorical' | 'weights' | 'queries' | 'validation'
> & {
  /** Of amounts: `gamma` where all are above 0, `tweedie` where many are 0; squared error where left out. */
  readonly amountLoss?: 'squared_error' | 'gamma' | 'tweedie'
  /** Weights of classes 0, 1 … on top of the rows' own; `balanced` gives each class the same total. */
  readonly classWeights?: 'balanced' | readonly number[]
  /** Growth stops so many rounds after the best loss on validation rows; 30 by default. */
  readonly patience?: number
  /**
   * Without validation rows: the share of people (of queries) held out to find the number of rounds, with which all rows are then
   * learned from. 0, the default, grows `treeCount` rounds.
   */
  readonly heldShare?: number
}

/** Gradient boosted trees behind the port: numbers, counts, chances, classes and orders. */
export const boostingLearner: Learner<BoostingSettings> = {
  kind: 'boosting',
  tasks: ['amount', 'count', 'chance', 'class', 'order'],
  standard: { treeCount: 300, learningRate: 0.05, maxDepth: 6, maxLeaves: 31 },
  async fit(task, rows, settings, control) {
    throwIfStopped(control.signal)
    checkLearning(boostingLearner, task, rows)
    const options = toOptions(task, rows, settings)
    if (control.validation !== undefined) {
      checkRows(task, control.validation)
      return answerWith(await run(rows, options, settings, control, control.validation))
    }
    const { heldShare = 0 } = settings
    if (!(heldShare >= 0 && heldShare < 1))
      throw new AppError('bad_input', 'heldShare must be at least 0 and below 1', {
        received: String(heldShare),
      })
    const parts = heldShare > 0 ? holdOut(rows, heldShare, control.random.fork('held out')) : undefined
    if (parts === undefined) return answerWith(await run(rows, options, settings, control))
    const tried = await run(parts.rest, toOptions(task, parts.rest, settings), settings, control, parts.held)
    const chosen = { ...options, treeCount: tried.roundCount() }
    return answerWith(await run(rows, chosen, settings, control))
  },
  async load(saved) {
    checkSaved(saved, 'boosting', 1)
    const { featureNames, card } = saved
    return answer({
      kind: 'boosting',
      formatVersion: 1,
      featureNames,
      ...parseBoostingCard(card, featureNames.length),
    })
  },
}

function toOptions(task: Task, rows: LearningRows, settings: BoostingSettings): BoostingOptions {
  const { amountLoss = 'squared_error', classWeights, patience: _, heldShare: __, ...options } = settings
  const weights = weighClasses(task, rows, classWeights)
  return {
    ...options,
    ...(rows.categorical && { categorical: rows.categorical }),
    ...(weights && { weights }),
    ...(rows.queries && { queries: rows.queries }),
    ...objectiveOf(task, amountLoss),
  }
}

function objectiveOf(
  task: Task,
  amountLoss: NonNullable<BoostingSettings['amountLoss']>,
): Pick<BoostingOptions, 'objective' | 'classCount'> {
  switch (task.kind) {
    case 'amount':
      return { objective: amountLoss }
    case 'count':
      return { objective: 'poisson' }
    case 'chance':
      return { objective: 'logistic' }
    case 'class':
      return { objective: 'softmax', classCount: task.classCount }
    case 'order':
      return { objective: 'ranking' }
    default:
      return task satisfies never
  }
}

/** The rows' weights times those of their classes. */
function weighClasses(
  task: Task,
  { labels, weights }: LearningRows,
  classWeights: BoostingSettings['classWeights'],
): ArrayLike<number> | undefined {
  if (classWeights === undefined) return weights
  const classCount = task.kind === 'class' ? task.classCount : task.kind === 'chance' ? 2 : 0
  if (classCount === 0)
    throw new AppError('bad_input', `a task of kind '${task.kind}' has no classes to weigh`)
  const totals = new Float64Array(classCount)
  const weightAt = (row: number) => (weights === undefined ? 1 : (weights[row] ?? 0))
  let total = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0
    totals[label] = (totals[label] ?? 0) + weightAt(row)
    total += weightAt(row)
  }
  const factors = classWeights === 'balanced' ? totals.map((own) => total / (classCount * own)) : classWeights
  if (factors.length !== classCount)
    throw new AppError('bad_input', 'classWeights must have a weight for each class', {
      expected: String(classCount),
      received: String(factors.length),
    })
  return Float64Array.from(labels, (label, row) => weightAt(row) * (factors[label] ?? 1))
}

async function run(
  { dataset, labels }: LearningRows,
  options: BoostingOptions,
  { patience, treeCount = 300 }: BoostingSettings,
  { random, signal, progress }: FitControl,
  validation?: LearningRows,
): Promise<BoostingRun> {
  const watched = validation && {
    dataset: validation.dataset,
    labels: validation.labels,
    ...(validation.weights && { weights: validation.weights }),
    ...(validation.queries && { queries: validation.queries }),
    ...(patience !== undefined && { patience }),
  }
  const growing = runBoosting(
    dataset,
    labels,
    watched ? { ...options, validation: watched } : options,
    random,
  )
  const total = options.treeCount ?? treeCount
  await pause(signal)
  for (let done = 1; growing.step(); done++) {
    const loss = growing.loss()
    progress?.({ done, total, ...(loss !== undefined && { loss }) })
    await pause(signal)
  }
  return growing
}

function answerWith(growing: BoostingRun): FittedModel {
  return answer(growing.build())
}

function answer(model: BoostingModel): FittedModel {
  const flat = flattenTrees(model.trees)
  const { kind, formatVersion, featureNames, ...card } = model
  return {
    kind,
    featureNames,
    predict: async (dataset) => predictBoosting(model, dataset, flat),
    ...(model.objective !== 'softmax' && {
      explain: async (dataset) => explainBoosting(model, dataset),
      explainQuickly: async (dataset) => explainBoostingByPath(model, dataset),
    }),
    save: (): SavedModel => ({ kind, formatVersion, featureNames, card, parts: {} }),
    async [Symbol.asyncDispose]() {},
  }
}
