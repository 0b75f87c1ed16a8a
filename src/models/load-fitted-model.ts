import { AppError } from '../core/errors.ts'
import { boostingLearner } from './boosting-learner.ts'
import { loadCalibratedModel } from './calibrated-model.ts'
import type { FittedModel, SavedModel } from './learner.ts'
import { poissonLearner } from './log-linear-learners.ts'
import { logisticLearner } from './logistic-learner.ts'
import { loadPaceModel } from './pace-learner.ts'
import { perceptron } from './perceptron.ts'
import { ridgeLearner } from './ridge-learner.ts'
import { sequenceNetwork } from './sequence-network.ts'
import { loadStack } from './stacking.ts'

/** What loads a fit of one kind. */
type Loader = { readonly kind: string; load(saved: SavedModel): Promise<FittedModel> }

const loaders: readonly Loader[] = [
  logisticLearner,
  ridgeLearner,
  poissonLearner,
  boostingLearner,
  perceptron,
  sequenceNetwork,
  { kind: 'pace', load: (saved) => loadPaceModel(saved, loadFittedModel) },
  { kind: 'calibrated', load: (saved) => loadCalibratedModel(saved, loadFittedModel) },
  { kind: 'stack', load: (saved) => loadStack(saved, loadFittedModel) },
]

/**
 * A saved model of any kind, ready to answer, and those inside it.
 * @throws AppError 'bad_config' for a kind that nothing here loads, a newer format, and a card or parts that are damaged.
 */
export async function loadFittedModel(saved: SavedModel): Promise<FittedModel> {
  const loader = loaders.find(({ kind }) => kind === saved.kind)
  if (loader !== undefined) return loader.load(saved)
  throw new AppError(
    'bad_config',
    {
      en: `models of kind '${saved.kind}' cannot be loaded here`,
      zh: `此版本无法加载“${saved.kind}”类型的模型`,
    },
    {
      expected: loaders.map(({ kind }) => kind).join(', '),
      received: String(saved.kind),
      wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
    },
  )
}
