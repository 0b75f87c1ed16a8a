import { AppError, throwIfStopped } from '../core/errors.ts'
import { type Activation, dense } from '../tensor/dense.ts'
import { dropout } from '../tensor/dropout.ts'
import type { Network } from '../tensor/network.ts'
import { checkLearning, checkRows, checkSaved, weightsOf } from './check-learning.ts'
import type { FitControl, FittedModel, Learner, LearningRows, SavedModel, Task } from './learner.ts'
import { batchesOf } from './networks/batches.ts'
import {
  attachHead,
  fitHead,
  type Head,
  type NetworkTask,
  networkTasks,
  widthOfHead,
} from './networks/head.ts'
import { openAnswers } from './networks/open-answers.ts'
import { fitRowPreparation, prepareRows, type RowPreparation } from './networks/row-inputs.ts'
import type { Epoch } from './networks/run-epochs.ts'
import { splitRows } from './networks/split-rows.ts'
import {
  checkNetworkSettings,
  type NetworkSettings,
  trainNetwork,
  wrongSetting,
} from './networks/train-network.ts'
import { checkFeatureNames } from './prepare/scaler.ts'

export type PerceptronSettings = NetworkSettings & {
  /** Units of each hidden layer, the first one first; none for a linear model. */
  readonly layers: readonly number[]
  readonly activation: Exclude<Activation, 'none'>
  /** `robust` clips outliers and takes logarithms of skewed columns before it standardises; `standard` does that alone. */
  readonly scaling: 'robust' | 'standard'
}

/** What is kept of a perceptron beside its network; plain data. */
export type PerceptronCard = {
  readonly head: Head
  readonly preparation: RowPreparation
  readonly settings: PerceptronSettings
  readonly history: readonly Epoch[]
  readonly keptEpoch: number
}

const kind = 'perceptron'
const formatVersion = 1

/**
 * A multilayer perceptron over the columns of a row: dense layers, dropout between, Adam, early stopping on rows held out.
 * A missing value counts as the training rows' median and has a flag of its own; columns are standardised by training rows.
 */
export const perceptron: Learner<PerceptronSettings> = {
  kind,
  tasks: networkTasks,
  standard: {
    layers: [64, 64],
    activation: 'relu',
    scaling: 'robust',
    dropout: 0.1,
    epochs: 100,
    batchSize: 32,
    learningRate: 0.001,
    schedule: { kind: 'constant' },
    weightDecay: 0.0001,
    clipNorm: 5,
    patience: 10,
    validationShare: 0.2,
  },
  async fit(task, rows, settings, control) {
    checkLearning(perceptron, task, rows)
    if (task.kind === 'order') throw new Error('checkLearning lets no other task through')
    checkSettings(settings)
    throwIfStopped(control.signal)
    return fitPerceptron(task, rows, settings, control)
  },
  async load(saved) {
    checkSaved(saved, kind, formatVersion)
    return createModel(saved.featureNames, parseCard(saved), saved.parts.network)
  },
}

async function fitPerceptron(
  task: NetworkTask,
  rows: LearningRows,
  settings: PerceptronSettings,
  control: FitControl,
): Promise<FittedModel> {
  const { rest, held } = splitRows(
    rows,
    validationOf(task, rows, control),
    settings.validationShare,
    control.random,
  )
  const preparation = fitRowPreparation(rest, settings.scaling)
  const inputs = prepareRows(preparation, rest.dataset)
  const heldInputs = held && prepareRows(preparation, held.dataset)
  const head = fitHead(task, rest.labels, weightsOf(rest))
  const trained = await trainNetwork(
    networkOf(settings, head, inputs.width),
    {
      training: batchesOf(head, rest, (places) => ({ columns: inputs.feedOf(places) })),
      validation:
        heldInputs && held && batchesOf(head, held, (places) => ({ columns: heldInputs.feedOf(places) })),
    },
    settings,
    control,
  )
  const { onnx, history, keptEpoch } = trained
  const card: PerceptronCard = { head, preparation, settings, history, keptEpoch }
  return createModel(rows.dataset.featureNames, card, onnx)
}

function networkOf(
  { layers, activation, dropout: rate }: PerceptronSettings,
  head: Head,
  width: number,
): Network {
  return (graph) => {
    let values = graph.input('columns', ['rows', width])
    for (const [index, units] of layers.entries())
      values = dropout(dense(`hidden ${index + 1}`, values, { width: units, activation }), rate)
    return attachHead(head, dense('output', values, { width: widthOfHead(head) }))
  }
}

async function createModel(
  featureNames: readonly string[],
  card: PerceptronCard,
  onnx: Uint8Array | undefined,
): Promise<FittedModel> {
  const answers = await openAnswers(onnx, widthOfHead(card.head))
  return {
    kind,
    featureNames,
    async predict(dataset) {
      checkFeatureNames(featureNames, dataset)
      const inputs = prepareRows(card.preparation, dataset)
      return answers.answer(dataset.rowIds.length, (rows) => ({ columns: inputs.feedOf(rows) }))
    },
    save: () => ({ kind, formatVersion, featureNames, card, parts: { network: answers.onnx } }),
    [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose](),
  }
}

function validationOf(task: Task, rows: LearningRows, { validation }: FitControl): LearningRows | undefined {
  if (validation === undefined) return undefined
  checkFeatureNames(rows.dataset.featureNames, validation.dataset)
  checkRows(task, validation)
  return validation
}

function checkSettings(settings: PerceptronSettings): void {
  checkNetworkSettings(kind, settings)
  if (!settings.layers.every((units) => Number.isInteger(units) && units > 0))
    throw wrongSetting(kind, 'layers', 'whole numbers above 0', settings.layers)
}

function parseCard({ card }: SavedModel): PerceptronCard {
  const read = card as Partial<PerceptronCard>
  const isWhole =
    Array.isArray(read.head?.base) &&
    read.preparation?.scaler !== undefined &&
    read.settings !== undefined &&
    Array.isArray(read.history) &&
    typeof read.keptEpoch === 'number'
  if (isWhole) return card as PerceptronCard
  throw new AppError(
    'bad_config',
    { en: 'the card of a saved perceptron is not whole', zh: '已保存的感知机信息不完整' },
    { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
