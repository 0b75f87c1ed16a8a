import { AppError, throwIfStopped } from '../core/errors.ts'
import { checkLearning, checkRows, checkSaved, weightsOf } from './check-learning.ts'
import { checkSequences, type EventSequences } from './event-sequences.ts'
import type { FitControl, FittedModel, Learner, LearningRows, ModelRows, SavedModel } from './learner.ts'
import { batchesOf } from './networks/batches.ts'
import { fitHead, type Head, type NetworkTask, networkTasks, widthOfHead } from './networks/head.ts'
import { openAnswers } from './networks/open-answers.ts'
import type { Epoch } from './networks/run-epochs.ts'
import { type SequenceShape, sequenceGraph } from './networks/sequence-graph.ts'
import { fitVocabulary, prepareSequences, type Vocabulary } from './networks/sequence-inputs.ts'
import { splitRows } from './networks/split-rows.ts'
import {
  checkNetworkSettings,
  type NetworkSettings,
  trainNetwork,
  wrongSetting,
} from './networks/train-network.ts'
import { checkFeatureNames } from './prepare/scaler.ts'

export type SequenceNetworkSettings = NetworkSettings &
  SequenceShape & {
    /** The commonest so many items have vectors of their own; rarer ones share one. */
    readonly maxItems: number
  }

/** What is kept beside the network; plain data. */
type SequenceNetworkCard = {
  readonly head: Head
  readonly vocabulary: Vocabulary
  readonly settings: SequenceNetworkSettings
  readonly history: readonly Epoch[]
  readonly keptEpoch: number
}

const kind = 'sequence-network'
const formatVersion = 1

/**
 * A network over the events of a shopper themselves, for any label: kinds, items and the times between them, read by convolutions
 * over time or by a gated recurrence. It sees the order of events, which columns of counts do not.
 */
export const sequenceNetwork: Learner<SequenceNetworkSettings> = {
  kind,
  tasks: networkTasks,
  standard: {
    reader: 'recurrence',
    moments: 32,
    kindWidth: 8,
    itemWidth: 16,
    width: 32,
    kernel: 3,
    maxItems: 10_000,
    dropout: 0.1,
    epochs: 30,
    batchSize: 64,
    learningRate: 0.003,
    schedule: { kind: 'constant' },
    weightDecay: 0.0001,
    clipNorm: 1,
    patience: 5,
    validationShare: 0.2,
  },
  async fit(task, rows, settings, control) {
    checkLearning({ kind, tasks: networkTasks }, task, rows)
    if (task.kind === 'order') throw new Error('checkLearning lets no other task through')
    checkSettings(settings)
    eventsOf(rows.dataset)
    if (control.validation !== undefined) {
      checkRows(task, control.validation)
      eventsOf(control.validation.dataset)
    }
    throwIfStopped(control.signal)
    return fitNetwork(task, rows, settings, control)
  },
  async load(saved) {
    checkSaved(saved, kind, formatVersion)
    return createModel(saved.featureNames, parseCard(saved), saved.parts.network)
  },
}

/** The events behind rows. @throws AppError 'bad_input' where there are none or they are not in order. */
function eventsOf({ rowIds, events }: ModelRows): EventSequences {
  if (events === undefined)
    throw new AppError('bad_input', {
      en: 'a model of sequences needs the events behind each row',
      zh: '序列模型需要每一行对应的事件',
    })
  checkSequences(events, rowIds.length)
  return events
}

async function fitNetwork(
  task: NetworkTask,
  rows: LearningRows,
  settings: SequenceNetworkSettings,
  { validation, ...control }: FitControl,
): Promise<FittedModel> {
  const { rest, held } = splitRows(rows, validation, settings.validationShare, control.random)
  const training = eventsOf(rest.dataset)
  const vocabulary = fitVocabulary(training.sequences, settings.maxItems)
  const head = fitHead(task, rest.labels, weightsOf(rest))
  const inputs = prepareSequences(vocabulary, training, settings.moments)
  const heldInputs = held && prepareSequences(vocabulary, eventsOf(held.dataset), settings.moments)
  const batches = {
    training: batchesOf(head, rest, inputs.feedOf),
    validation: held && heldInputs && batchesOf(head, held, heldInputs.feedOf),
  }
  const network = sequenceGraph(settings, vocabulary, head)
  const { onnx, history, keptEpoch } = await trainNetwork(network, batches, settings, control)
  return createModel(rows.dataset.featureNames, { head, vocabulary, settings, history, keptEpoch }, onnx)
}

/** Columns are not read, but have to be those of the rows that it learned from, as of any model. */
async function createModel(
  featureNames: readonly string[],
  card: SequenceNetworkCard,
  onnx: Uint8Array | undefined,
): Promise<FittedModel> {
  const answers = await openAnswers(onnx, widthOfHead(card.head))
  return {
    kind,
    featureNames,
    async predict(rows) {
      checkFeatureNames(featureNames, rows)
      const { feedOf } = prepareSequences(card.vocabulary, eventsOf(rows), card.settings.moments)
      return answers.answer(rows.rowIds.length, feedOf)
    },
    save: () => ({ kind, formatVersion, featureNames, card, parts: { network: answers.onnx } }),
    [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose](),
  }
}

function checkSettings(settings: SequenceNetworkSettings): void {
  checkNetworkSettings(kind, settings)
  for (const name of ['moments', 'kindWidth', 'itemWidth', 'width', 'kernel', 'maxItems'] as const)
    if (!(Number.isInteger(settings[name]) && settings[name] > 0))
      throw wrongSetting(kind, name, 'a whole number above 0', settings[name])
}

function parseCard({ card }: SavedModel): SequenceNetworkCard {
  const read = card as Partial<SequenceNetworkCard>
  const isWhole =
    Array.isArray(read.head?.base) &&
    Array.isArray(read.vocabulary?.kinds) &&
    Array.isArray(read.vocabulary?.items) &&
    typeof read.settings?.moments === 'number' &&
    Array.isArray(read.history) &&
    typeof read.keptEpoch === 'number'
  if (isWhole) return card as SequenceNetworkCard
  throw new AppError(
    'bad_config',
    { en: 'the card of a saved sequence network is not whole', zh: '已保存的序列网络信息不完整' },
    { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
