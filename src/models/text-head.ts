import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import type { TextVectorEncoder } from '../text/text-encoder.ts'
import { checkSaved } from './check-learning.ts'
import type { FitControl, FittedModel, Learner, SavedModel, Task } from './learner.ts'
import { packModels, unpackModels } from './pack-models.ts'
import type { FittedTextModel, LearningTexts } from './text-network.ts'

const kind = 'text-head'
const formatVersion = 1

/** What is kept: whose vectors it reads, and how many numbers they have. */
type TextHeadCard = { readonly encoder: string; readonly width: number; readonly models: unknown }

export type TextHeadOptions<Settings extends object> = {
  readonly encoder: TextVectorEncoder
  readonly learner: Learner<Settings>
  readonly settings: Settings
}

/**
 * Any learner on the vectors of any encoder, which stays as it is. The encoder is the caller's to close.
 * @throws AppError as `Learner.fit` does.
 */
export async function fitTextHead<Settings extends object>(
  task: Task,
  { texts, labels, weights }: LearningTexts,
  { encoder, learner, settings }: TextHeadOptions<Settings>,
  control: Omit<FitControl, 'validation'>,
): Promise<FittedTextModel> {
  const dataset = await vectorsOf(encoder, texts, control.signal)
  const rows = { dataset, labels, ...(weights && { weights }) }
  return createModel(encoder, await learner.fit(task, rows, settings, control))
}

/** @throws AppError 'bad_config' for another kind, a newer format, damaged parts, or vectors of another encoder. */
export async function loadTextHead(
  saved: SavedModel,
  encoder: TextVectorEncoder,
  learner: Pick<Learner<object>, 'load'>,
): Promise<FittedTextModel> {
  checkSaved(saved, kind, formatVersion)
  const card = saved.card as Partial<TextHeadCard>
  if (card.encoder !== encoder.name || card.width !== encoder.width)
    throw new AppError(
      'bad_config',
      { en: 'the saved head reads vectors of another encoder', zh: '已保存的分类头使用另一编码器的向量' },
      {
        expected: `${card.encoder} of ${card.width} numbers`,
        received: `${encoder.name} of ${encoder.width} numbers`,
        wayOut: { en: 'Train the head again on this encoder.', zh: '请用当前编码器重新训练。' },
      },
    )
  const [head] = unpackModels(card.models, saved.parts)
  if (head === undefined) throw new Error('unpackModels answers a model or throws')
  return createModel(encoder, await learner.load(head))
}

function createModel(encoder: TextVectorEncoder, head: FittedModel): FittedTextModel {
  return {
    kind,
    predict: async (texts, signal) => head.predict(await vectorsOf(encoder, texts, signal)),
    save() {
      const { cards, parts } = packModels([head.save()])
      const card: TextHeadCard = { encoder: encoder.name, width: encoder.width, models: cards }
      return { kind, formatVersion, featureNames: [], card, parts }
    },
    [Symbol.asyncDispose]: () => head[Symbol.asyncDispose](),
  }
}

/** Rows are known by their texts, so that equal ones are held out together. */
async function vectorsOf(
  encoder: TextVectorEncoder,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Dataset> {
  return {
    featureNames: Array.from({ length: encoder.width }, (_, column) => `v${column}`),
    rowIds: texts,
    values: Float64Array.from(await encoder.encode(texts, signal)),
  }
}
