import { boostingLearner } from './boosting-learner.ts'
import { contractOfLearner } from './learner.contract.ts'

contractOfLearner('boosting', {
  learner: boostingLearner,
  settings: { treeCount: 100, learningRate: 0.15, maxDepth: 4, minChildWeight: 0.5, l2: 0.5 },
  reaches: { amount: 0.9, count: 0.84, chance: 0.95, class: 0.85, order: 0.85 },
  // Fewer rows than bins: each value has its own, whatever it weighs.
  rowCount: 250,
})
