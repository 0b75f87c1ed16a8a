import { solveRidgePath } from '../math/ridge-path.ts'
import { createLinearLearner } from './linear-learner.ts'
import type { ScalerOptions } from './prepare/scaler.ts'

export type RidgeLearnerSettings = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
}

/** Linear regression with a penalty on squared weights, by QR. */
export const ridgeLearner = createLinearLearner<RidgeLearnerSettings>({
  kind: 'ridge',
  tasks: ['amount'],
  standard: { alpha: 0.01 },
  scalingOf: ({ scaling }) => scaling ?? {},
  complaintOf: ({ alpha }) =>
    alpha >= 0 && Number.isFinite(alpha) ? undefined : `alpha must be at least 0, got ${alpha}`,
  solve({ design, labels, rowWeights }, { alpha }) {
    const [fit] = solveRidgePath({ design, target: labels, rowWeights }, [alpha])
    if (fit === undefined) throw new Error('a path of one penalty gave no fit')
    return { link: 'identity', intercepts: [fit.intercept], weights: [[...fit.weights]] }
  },
})
