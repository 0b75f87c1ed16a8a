import { AppError, throwIfStopped } from '../core/errors.ts'
import { checkLearning, checkRows, checkSaved, weightsOf } from './check-learning.ts'
import { checkSequences, type EventSequences } from './event-sequences.ts'
import type { FitControl, LearningRows, SavedModel, Task } from './learner.ts'
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

export type SequenceNetworkSettings = NetworkSettings &
  SequenceShape & {
    /** The commonest so many items have vectors of their own; rarer ones share one. */
    readonly maxItems: number
  }

/** Shoppers' events, what came of each row, and how much it counts. */
export type LearningSequences = {
  readonly events: EventSequences
  /** One number a row, as the task has it. */
  readonly labels: ArrayLike<number>
  readonly weights?: ArrayLike<number>
}

export type SequenceFitControl = Omit<FitControl, 'validation'> & {
  /** Rows that tell when to stop; never learned from. Where undefined a share of people is held out. */
  readonly validation?: LearningSequences
}

/** What was learned of events, ready to answer. */
export type FittedSequenceModel = AsyncDisposable & {
  readonly kind: string
  /** One number a row; of a `class` task [rows × classes]. @throws AppError 'bad_input' for events that are not in order. */
  predict(events: EventSequences): Promise<Float64Array>
  save(): SavedModel
}

/** What is kept beside the network; plain data. */
export type SequenceNetworkCard = {
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
export const sequenceNetwork = {
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
  } satisfies SequenceNetworkSettings as SequenceNetworkSettings,

  /** @throws AppError as `Learner.fit` does. */
  async fit(
    task: Task,
    rows: LearningSequences,
    settings: SequenceNetworkSettings,
    control: SequenceFitControl,
  ): Promise<FittedSequenceModel> {
    checkSequences(rows.events)
    checkLearning({ kind, tasks: networkTasks }, task, toNumbered(rows))
    if (task.kind === 'order') throw new Error('checkLearning lets no other task through')
    checkSettings(settings)
    if (control.validation !== undefined) {
      checkSequences(control.validation.events)
      checkRows(task, toNumbered(control.validation))
    }
    throwIfStopped(control.signal)
    return fitNetwork(task, rows, settings, control)
  },

  /** @throws AppError 'bad_config' for another kind, a format of a newer version or damaged parts. */
  async load(saved: SavedModel): Promise<FittedSequenceModel> {
    checkSaved(saved, kind, formatVersion)
    return createModel(parseCard(saved), saved.parts.network)
  },
}

async function fitNetwork(
  task: NetworkTask,
  rows: LearningSequences,
  settings: SequenceNetworkSettings,
  { validation, ...control }: SequenceFitControl,
): Promise<FittedSequenceModel> {
  const given = validation && toNumbered(validation)
  const { rest, held } = splitRows(toNumbered(rows), given, settings.validationShare, control.random)
  const training = pickEvents(rows.events, rest)
  const vocabulary = fitVocabulary(training.sequences, settings.maxItems)
  const head = fitHead(task, rest.labels, weightsOf(rest))
  const inputs = prepareSequences(vocabulary, training, settings.moments)
  const heldEvents = held && pickEvents(validation?.events ?? rows.events, held)
  const heldInputs = heldEvents && prepareSequences(vocabulary, heldEvents, settings.moments)
  const batches = {
    training: batchesOf(head, rest, inputs.feedOf),
    validation: held && heldInputs && batchesOf(head, held, heldInputs.feedOf),
  }
  const network = sequenceGraph(settings, vocabulary, head)
  const { onnx, history, keptEpoch } = await trainNetwork(network, batches, settings, control)
  return createModel({ head, vocabulary, settings, history, keptEpoch }, onnx)
}

async function createModel(
  card: SequenceNetworkCard,
  onnx: Uint8Array | undefined,
): Promise<FittedSequenceModel> {
  const answers = await openAnswers(onnx, widthOfHead(card.head))
  return {
    kind,
    async predict(events) {
      checkSequences(events)
      const { feedOf } = prepareSequences(card.vocabulary, events, card.settings.moments)
      return answers.answer(events.rowIds.length, feedOf)
    },
    save: () => ({ kind, formatVersion, featureNames: [], card, parts: { network: answers.onnx } }),
    [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose](),
  }
}

/** Rows of which the one column is their number, so that what is done with rows can be done with sequences. */
function toNumbered({ events: { rowIds }, labels, weights }: LearningSequences): LearningRows {
  const values = Float64Array.from(rowIds.keys())
  return { dataset: { featureNames: ['number'], rowIds, values }, labels, ...(weights && { weights }) }
}

function pickEvents(events: EventSequences, { dataset }: LearningRows): EventSequences {
  const numbers = [...dataset.values]
  return {
    rowIds: dataset.rowIds,
    sequences: numbers.map((row) => events.sequences[row] ?? []),
    asOfMs: numbers.map((row) => events.asOfMs[row] ?? Number.NaN),
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
