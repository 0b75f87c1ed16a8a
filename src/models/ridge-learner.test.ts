import { contractOfLearner } from './learner.contract.ts'
import { ridgeLearner } from './ridge-learner.ts'

contractOfLearner('ridge regression', {
  learner: ridgeLearner,
  settings: { alpha: 1e-4 },
  reaches: { amount: 0.99 },
})
