import { AppError } from '../core/errors.ts'
import type { SavedModel } from './learner.ts'

/** Several saved models as the card and the parts of one. */
export type PackedModels = {
  readonly cards: readonly Omit<SavedModel, 'parts'>[]
  /** Each part under the number of its model: `2/graph`. */
  readonly parts: SavedModel['parts']
}

export function packModels(models: readonly SavedModel[]): PackedModels {
  return {
    cards: models.map(({ kind, formatVersion, featureNames, card }) => ({
      kind,
      formatVersion,
      featureNames,
      card,
    })),
    parts: Object.fromEntries(
      models.flatMap(({ parts }, index) =>
        Object.entries(parts).map(([name, bytes]) => [`${index}/${name}`, bytes] as const),
      ),
    ),
  }
}

/** @throws AppError 'bad_config' when there are no cards. */
export function unpackModels(cards: unknown, parts: SavedModel['parts']): SavedModel[] {
  if (!Array.isArray(cards) || cards.length === 0)
    throw new AppError('bad_config', 'the card of a saved model names no models inside it', {
      wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
    })
  return (cards as readonly Omit<SavedModel, 'parts'>[]).map((card, index) => ({
    ...card,
    parts: Object.fromEntries(
      Object.entries(parts)
        .filter(([name]) => name.startsWith(`${index}/`))
        .map(([name, bytes]) => [name.slice(`${index}/`.length), bytes] as const),
    ),
  }))
}
