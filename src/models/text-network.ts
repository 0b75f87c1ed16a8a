import { AppError, throwIfStopped } from '../core/errors.ts'
import { createSubwordEncoder, type SubwordVocabulary } from '../text/subword-vocabulary.ts'
import { checkLearning, checkSaved, weightsOf } from './check-learning.ts'
import type { FitControl, LearningRows, SavedModel, Task } from './learner.ts'
import { batchesOf } from './networks/batches.ts'
import { fitHead, type Head, type NetworkTask, networkTasks, widthOfHead } from './networks/head.ts'
import type { Epoch } from './networks/run-epochs.ts'
import { splitRows } from './networks/split-rows.ts'
import { openTextAnswers, type TextForms } from './networks/text-answers.ts'
import { type TextShape, textHeadGraph } from './networks/text-graph.ts'
import { cutByLength, feedPieces, formOf, lengthsUpTo } from './networks/text-lengths.ts'
import { checkNetworkSettings, type NetworkSettings, trainNetwork } from './networks/train-network.ts'
import type { TextStart } from './text-transformer.ts'

/** Texts, what came of each, and how much it counts. */
export type LearningTexts = {
  readonly texts: readonly string[]
  /** One number a text, as the task has it. */
  readonly labels: ArrayLike<number>
  readonly weights?: ArrayLike<number>
}

export type TextFitControl = Omit<FitControl, 'validation'> & {
  /** A pretrained Transformer's, or, without its weights, the same network from scratch. */
  readonly start: TextStart
}

/** What was learned of texts, ready to answer. */
export type FittedTextModel = AsyncDisposable & {
  readonly kind: string
  /** One number a text; of a `class` task [texts × classes]. Never NaN: a text without words is answered, too. */
  predict(texts: readonly string[], signal?: AbortSignal): Promise<Float64Array>
  save(): SavedModel
}

/** What is kept beside the network; plain data. */
export type TextNetworkCard = {
  readonly head: Head
  readonly vocabulary: SubwordVocabulary
  readonly shape: TextShape
  readonly history: readonly Epoch[]
  readonly keptEpoch: number
}

const kind = 'text-network'
const formatVersion = 1

/**
 * A Transformer over the pieces of a text, for any label: it goes on from one that was pretrained without labels, all of whose weights
 * change. Equal texts are held out together.
 */
export const textNetwork = {
  kind,
  tasks: networkTasks,
  standard: {
    dropout: 0.1,
    epochs: 6,
    batchSize: 16,
    learningRate: 0.001,
    schedule: { kind: 'cosine', warmupShare: 0.1 },
    weightDecay: 0.01,
    clipNorm: 1,
    patience: 2,
    validationShare: 0.1,
  } satisfies NetworkSettings as NetworkSettings,

  /** @throws AppError as `Learner.fit` does. */
  async fit(
    task: Task,
    rows: LearningTexts,
    settings: NetworkSettings,
    control: TextFitControl,
  ): Promise<FittedTextModel> {
    checkLearning({ kind, tasks: networkTasks }, task, toNumbered(rows))
    if (task.kind === 'order') throw new Error('checkLearning lets no other task through')
    checkNetworkSettings(kind, settings)
    throwIfStopped(control.signal)
    return fitNetwork(task, rows, settings, control)
  },

  /** @throws AppError 'bad_config' for another kind, a format of a newer version or damaged parts. */
  async load(saved: SavedModel): Promise<FittedTextModel> {
    checkSaved(saved, kind, formatVersion)
    return createModel(parseCard(saved), saved.parts.network)
  },
}

async function fitNetwork(
  task: NetworkTask,
  rows: LearningTexts,
  settings: NetworkSettings,
  control: TextFitControl,
): Promise<FittedTextModel> {
  const { vocabulary, shape, weights } = control.start
  const { rest, held } = splitRows(toNumbered(rows), undefined, settings.validationShare, control.random)
  const encoder = createSubwordEncoder(vocabulary)
  const lengths = lengthsUpTo(shape.length)
  const head = fitHead(task, rest.labels, weightsOf(rest))
  const batchesFor = (part: LearningRows) => {
    const texts = Array.from(part.dataset.values, (row) =>
      encoder.encode(rows.texts[row] ?? '', shape.length),
    )
    return { ...batchesOf(head, part, feedOf(texts, lengths)), ...shaping(texts, lengths) }
  }
  const [first, ...more] = lengths.map((length) =>
    textHeadGraph({ shape, idCount: encoder.idCount, dropout: settings.dropout, length }, head),
  )
  if (first === undefined) throw new Error('there is a length')
  const { onnx, history, keptEpoch } = await trainNetwork(
    [first, ...more],
    { training: batchesFor(rest), validation: held && batchesFor(held) },
    settings,
    { ...control, start: weights },
  )
  return createModel({ head, vocabulary, shape, history, keptEpoch }, onnx)
}

function feedOf(texts: readonly Int32Array[], lengths: readonly number[]) {
  return (rows: Uint32Array) => ({
    pieces: feedPieces(
      Array.from(rows, (row) => texts[row] ?? new Int32Array()),
      lengths[formOf(lengths, texts, rows)] ?? 0,
    ),
  })
}

/** Texts of the greatest length that are answered in one run while training. */
const mostAtOnce = 64

function shaping(texts: readonly Int32Array[], lengths: readonly number[]) {
  return {
    cut: (order: Uint32Array, size: number) => cutByLength(lengths, texts, order, Math.min(size, mostAtOnce)),
    formOf: (rows: Uint32Array) => formOf(lengths, texts, rows),
  }
}

async function createModel(card: TextNetworkCard, onnx: Uint8Array | undefined): Promise<FittedTextModel> {
  const { head, vocabulary, shape } = card
  const encoder = createSubwordEncoder(vocabulary)
  const forms: TextForms = {
    lengths: lengthsUpTo(shape.length),
    networkOf: (length) => textHeadGraph({ shape, idCount: encoder.idCount, dropout: 0, length }, head),
    output: 'answer',
    width: widthOfHead(head),
  }
  const answers = await openTextAnswers(onnx, forms)
  return {
    kind,
    async predict(texts, signal) {
      const pieces = texts.map((text) => encoder.encode(text, shape.length))
      return Float64Array.from(await answers.answer(pieces, signal))
    },
    save: () => ({
      kind,
      formatVersion,
      featureNames: [],
      card,
      parts: { network: onnx ?? new Uint8Array() },
    }),
    [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose](),
  }
}

/** Rows of which the one column is their number, and whose ids are the texts: what is done with rows can be done with texts. */
function toNumbered({ texts, labels, weights }: LearningTexts): LearningRows {
  const values = Float64Array.from(texts.keys())
  return { dataset: { featureNames: ['number'], rowIds: texts, values }, labels, ...(weights && { weights }) }
}

function parseCard({ card }: SavedModel): TextNetworkCard {
  const read = card as Partial<TextNetworkCard>
  const isWhole =
    Array.isArray(read.head?.base) &&
    Array.isArray(read.vocabulary?.characters) &&
    Array.isArray(read.vocabulary?.merges) &&
    typeof read.shape?.length === 'number' &&
    Array.isArray(read.history) &&
    typeof read.keptEpoch === 'number'
  if (isWhole) return card as TextNetworkCard
  throw new AppError(
    'bad_config',
    { en: 'the card of a saved text network is not whole', zh: '已保存的文本网络信息不完整' },
    { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
