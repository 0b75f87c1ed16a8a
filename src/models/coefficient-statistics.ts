import { elementAt, itemAt } from '../math/matrix.ts'
import type { LinearProblem } from './linear-learner.ts'

/** One coefficient of a linear model in the units of its column; null where the rows cannot tell. */
export type CoefficientStatistics = {
  readonly column: string
  readonly estimate: number
  readonly standardError: number | null
  /** Estimate over standard error: Student's t, or z where the dispersion is known. */
  readonly ratio: number | null
  /** Of a ratio so far from 0 on either side, were the coefficient 0. */
  readonly probability: number | null
}

/** JSON has no other numbers. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** How weights over scaled columns are told in the columns' own units. */
export type OwnUnits = {
  /** Of each kept column: scaled weight / deviation is the coefficient. */
  readonly deviations: readonly number[]
  /** The intercept at 0 of every column is this sum of the scaled weights of the kept columns and the scaled intercept. */
  readonly toIntercept: Float64Array
  /** The intercept first. */
  estimatesOf(weights: Float64Array, intercept: number): number[]
}

/** For columns that were scaled without clipping and logarithms; flags of missing values are in their own units already. */
export function toOwnUnits({ scaler }: Pick<LinearProblem, 'scaler'>, kept: readonly number[]): OwnUnits {
  const scales = kept.map((column) => scaler.columns[column] ?? { mean: 0, deviation: 1 })
  const deviations = scales.map(({ deviation }) => deviation)
  const toIntercept = Float64Array.of(...scales.map(({ mean, deviation }) => -mean / deviation), 1)
  return {
    deviations,
    toIntercept,
    estimatesOf: (weights, intercept) => {
      const own = kept.map((column) => elementAt(weights, column))
      const atZero = own.reduce(
        (sum, weight, place) => sum + weight * elementAt(toIntercept, place),
        intercept,
      )
      return [atZero, ...own.map((weight, place) => weight / itemAt(deviations, place))]
    },
  }
}
