import { AppError } from '../core/errors.ts'
import { type Calibration, calibrate } from './calibration.ts'
import { checkSaved } from './check-learning.ts'
import type { FittedModel, SavedModel } from './learner.ts'
import { mapReasons } from './map-reasons.ts'
import { scoreOfAnswer } from './model-answers.ts'
import { packModels, unpackModels } from './pack-models.ts'

const kind = 'calibrated'
const formatVersion = 1

type CalibratedCard = { readonly calibration: Calibration; readonly models: readonly object[] }

/** A model of chances whose answers are brought to what came; its reasons grow or shrink along. */
export function createCalibratedModel(inner: FittedModel, calibration: Calibration): FittedModel {
  const { featureNames } = inner
  const scoreOf = (odds: number) =>
    scoreOfAnswer('chance', calibrate(calibration, [1 / (1 + Math.exp(-odds))])[0] ?? Number.NaN)
  const model: FittedModel = {
    kind,
    featureNames,
    predict: async (dataset) => calibrate(calibration, await inner.predict(dataset)),
    save(): SavedModel {
      const { cards, parts } = packModels([inner.save()])
      return {
        kind,
        formatVersion,
        featureNames,
        card: { calibration, models: cards } satisfies CalibratedCard,
        parts,
      }
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
  if (inner.explain === undefined) return model
  return {
    ...model,
    async explain(dataset) {
      const reasons = await inner.explain?.(dataset)
      if (reasons === undefined) throw new Error('asked for above')
      return mapReasons(reasons, scoreOf)
    },
  }
}

/** @throws AppError 'bad_config' for another kind, a format of a newer version or a damaged card. */
export async function loadCalibratedModel(
  saved: SavedModel,
  loadInner: (saved: SavedModel) => Promise<FittedModel>,
): Promise<FittedModel> {
  checkSaved(saved, kind, formatVersion)
  const { calibration, models } = saved.card as Partial<CalibratedCard>
  const [inner] = unpackModels(models, saved.parts)
  const isWhole =
    (calibration?.kind === 'platt' && [calibration.slope, calibration.intercept].every(Number.isFinite)) ||
    (calibration?.kind === 'isotonic' &&
      calibration.scores.length > 0 &&
      calibration.scores.length === calibration.probabilities.length)
  if (inner !== undefined && isWhole) return createCalibratedModel(await loadInner(inner), calibration)
  throw new AppError(
    'bad_config',
    { en: 'the card of a saved calibration is damaged', zh: '已保存的校准信息已损坏' },
    { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
  )
}
