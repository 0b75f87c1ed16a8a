import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import { exportNetwork, type NetworkWeights } from '../tensor/network.ts'
import { createSubwordEncoder, type SubwordVocabulary } from '../text/subword-vocabulary.ts'
import type { TextVectorEncoder } from '../text/text-encoder.ts'
import { checkSaved } from './check-learning.ts'
import type { SavedModel } from './learner.ts'
import type { PretrainingRound } from './networks/pretraining-state.ts'
import { openTextAnswers, type TextForms } from './networks/text-answers.ts'
import { type TextShape, textVectorGraph, widthOfTextVector } from './networks/text-graph.ts'
import { lengthsUpTo } from './networks/text-lengths.ts'

/** Where a network of texts begins: how texts are cut and read, and what was learned of them, if anything was. */
export type TextStart = {
  readonly vocabulary: SubwordVocabulary
  readonly shape: TextShape
  readonly weights?: NetworkWeights
}

/** What is kept of a pretrained Transformer beside its network; plain data. */
export type TextTransformerCard = {
  readonly vocabulary: SubwordVocabulary
  readonly shape: TextShape
  readonly history: readonly PretrainingRound[]
}

/** A Transformer that has read texts without labels: it makes vectors of texts as it is, or a network goes on from it. */
export type TextTransformer = TextVectorEncoder & {
  readonly card: TextTransformerCard
  readonly start: TextStart
  save(): SavedModel
}

const kind = 'text-transformer'
const formatVersion = 1

export async function createTextTransformer(
  card: TextTransformerCard,
  weights: NetworkWeights,
): Promise<TextTransformer> {
  const { networkOf, lengths } = formsOf(card)
  return openTransformer(card, exportNetwork(networkOf(lengths.at(-1) ?? card.shape.length), weights))
}

/** @throws AppError 'bad_config' for another kind, a format of a newer version or damaged parts. */
export async function loadTextTransformer(saved: SavedModel): Promise<TextTransformer> {
  checkSaved(saved, kind, formatVersion)
  return openTransformer(parseCard(saved), saved.parts.network)
}

async function openTransformer(
  card: TextTransformerCard,
  onnx: Uint8Array | undefined,
): Promise<TextTransformer> {
  const encoder = createSubwordEncoder(card.vocabulary)
  const forms = formsOf(card)
  const answers = await openTextAnswers(onnx, forms)
  const network = onnx ?? new Uint8Array()
  return {
    name: `${kind} ${createHash('sha256').update(network).digest('hex').slice(0, 12)}`,
    width: forms.width,
    card,
    start: { vocabulary: card.vocabulary, shape: card.shape, weights: answers.weights },
    encode: (texts, signal) =>
      answers.answer(
        texts.map((text) => encoder.encode(text, card.shape.length)),
        signal,
      ),
    save: () => ({ kind, formatVersion, featureNames: [], card, parts: { network } }),
    [Symbol.asyncDispose]: () => answers[Symbol.asyncDispose](),
  }
}

function formsOf({ vocabulary, shape }: TextTransformerCard): TextForms {
  const { idCount } = createSubwordEncoder(vocabulary)
  return {
    lengths: lengthsUpTo(shape.length),
    networkOf: (length) => textVectorGraph({ shape, idCount, dropout: 0, length }),
    output: 'vector',
    width: widthOfTextVector(shape),
  }
}

function parseCard({ card }: SavedModel): TextTransformerCard {
  const read = card as Partial<TextTransformerCard>
  const isWhole =
    Array.isArray(read.vocabulary?.characters) &&
    Array.isArray(read.vocabulary?.merges) &&
    Object.values(read.shape ?? { none: 0 }).every((size) => Number.isInteger(size) && size > 0) &&
    Array.isArray(read.history)
  if (isWhole) return card as TextTransformerCard
  throw new AppError(
    'bad_config',
    { en: 'the card of a saved text transformer is not whole', zh: '已保存的文本 Transformer 信息不完整' },
    { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
