import { AppError } from '../../core/errors.ts'
import { bytesOf } from '../../tensor/onnx-model.ts'
import type { TrainerState } from '../../tensor/trainer.ts'
import type { SubwordVocabulary } from '../../text/subword-vocabulary.ts'
import { checkSaved } from '../check-learning.ts'
import type { SavedModel } from '../learner.ts'

/** How one round went: mean −ln of the right piece's share over the pieces that were hidden. */
export type PretrainingRound = {
  /** Read so far, each as often as it was read. */
  readonly textCount: number
  readonly loss: number
  /** Of texts that are never learned from; undefined where none are held out. */
  readonly heldLoss?: number
}

/** A pretraining as far as it is. */
export type PretrainingState = {
  /** Of texts and settings: another one is another pretraining. */
  readonly digest: string
  readonly vocabulary: SubwordVocabulary
  readonly history: readonly PretrainingRound[]
  readonly trainer: TrainerState
}

const kind = 'text-pretraining'
const formatVersion = 1
const partNames = ['values', 'mean', 'meanSquare'] as const

export function savePretraining({ digest, vocabulary, history, trainer }: PretrainingState): SavedModel {
  return {
    kind,
    formatVersion,
    featureNames: [],
    card: { digest, vocabulary, history, stepCount: trainer.stepCount },
    parts: Object.fromEntries(partNames.map((name) => [name, bytesOf(trainer[name]).slice()])),
  }
}

/** @throws AppError 'bad_config' for something else, a newer format or damaged parts; 'bad_input' for other texts or settings. */
export function loadPretraining(saved: SavedModel, digest: string): PretrainingState {
  checkSaved(saved, kind, formatVersion)
  const card = saved.card as Partial<PretrainingState & { stepCount: number }>
  const { vocabulary, history, stepCount } = card
  const [values, mean, meanSquare] = partNames.map((name) => readFloats(saved.parts[name]))
  if (!vocabulary || !Array.isArray(history) || stepCount === undefined || !values || !mean || !meanSquare)
    throw new AppError(
      'bad_config',
      { en: 'the saved state of a pretraining is not whole', zh: '已保存的预训练状态不完整' },
      { wayOut: { en: 'Begin the pretraining anew.', zh: '请重新开始预训练。' } },
    )
  if (card.digest !== digest)
    throw new AppError(
      'bad_input',
      {
        en: 'the saved state is of a pretraining on other texts or with other settings',
        zh: '已保存的状态属于另一次预训练（文本或设置不同）',
      },
      {
        expected: digest,
        received: String(card.digest),
        wayOut: {
          en: 'Go on with the texts and settings that it began with, or begin anew without it.',
          zh: '请使用当初的文本与设置继续，或不带该状态重新开始。',
        },
      },
    )
  return { digest, vocabulary, history, trainer: { stepCount, values, mean, meanSquare } }
}

function readFloats(bytes: Uint8Array | undefined): Float32Array | undefined {
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
