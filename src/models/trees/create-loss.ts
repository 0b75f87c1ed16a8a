import type { Loss, LossOptions, LossRows } from './loss.ts'
import { createPointwiseLoss } from './pointwise-loss.ts'
import { createRankingLoss } from './ranking-loss.ts'
import { createSoftmaxLoss } from './softmax-loss.ts'

/** The loss of the given rows under an objective. */
export function createLoss(options: LossOptions, rows: LossRows): Loss {
  switch (options.objective) {
    case 'softmax':
      return createSoftmaxLoss(rows, options.classCount)
    case 'ranking':
      return createRankingLoss(rows, options.rankCount)
    default:
      return createPointwiseLoss(options.objective, rows, options.tweediePower)
  }
}
