import { elementAt } from '../math/matrix.ts'
import { solveRidgePath } from '../math/ridge-path.ts'
import { createLinearLearner } from './linear-learner.ts'
import { chooseColumns, pickColumns } from './prepare/choose-columns.ts'
import type { ScalerOptions } from './prepare/scaler.ts'

export type RidgeLearnerSettings = {
  /** Penalty on squared weights per row; the intercept is free. */
  readonly alpha: number
  readonly scaling?: ScalerOptions
  /**
   * Fits on columns that tell something and do not repeat each other, each weight with the sign of its column's own correlation, so
   * that no two reasons of like features contradict each other.
   */
  readonly hasPlainReasons?: boolean
}

/** Linear regression with a penalty on squared weights, by QR. */
export const ridgeLearner = createLinearLearner<RidgeLearnerSettings>({
  kind: 'ridge',
  tasks: ['amount'],
  standard: { alpha: 0.01 },
  scalingOf: ({ scaling }) => scaling ?? {},
  complaintOf: ({ alpha }) =>
    alpha >= 0 && Number.isFinite(alpha) ? undefined : `alpha must be at least 0, got ${alpha}`,
  solve({ design, columnNames, labels, rowWeights }, { alpha, hasPlainReasons }) {
    const rowIds = Array.from(labels, (_, row) => String(row))
    const scaled = { featureNames: columnNames, rowIds, values: design.values }
    const { columns, directions } = hasPlainReasons
      ? chooseColumns(scaled, labels, rowWeights)
      : { columns: [...columnNames.keys()], directions: [] }
    const picked = { ...design, columnCount: columns.length, values: pickColumns(scaled, columns) }
    const [fit] = solveRidgePath({ design: picked, target: labels, rowWeights, signs: directions }, [alpha])
    if (fit === undefined) throw new Error('a path of one penalty gave no fit')
    const weights = new Array<number>(design.columnCount).fill(0)
    for (const [place, column] of columns.entries()) weights[column] = elementAt(fit.weights, place)
    return { link: 'identity', intercepts: [fit.intercept], weights: [weights] }
  },
})
