import { findIndependentColumns } from '../math/independent-columns.ts'
import { solveLeastSquares } from '../math/least-squares.ts'
import { elementAt, itemAt, type Matrix } from '../math/matrix.ts'
import { factorQr, solveUpperTransposed } from '../math/qr.ts'
import { twoSidedStudent, upperFisher } from '../math/tail-probabilities.ts'
import type { CoefficientStatistics } from './coefficient-statistics.ts'
import { finiteOrNull, toOwnUnits } from './coefficient-statistics.ts'
import {
  createLinearLearner,
  type LinearProblem,
  type LinearSolution,
  plainScaling,
} from './linear-learner.ts'

/** What least squares tells beside its weights; null where there are no degrees of freedom left to tell it. */
export type LinearStatistics = {
  readonly rowCount: number
  /** Rows less coefficients. */
  readonly residualDegrees: number
  readonly residualDeviation: number | null
  readonly rSquared: number | null
  readonly adjustedRSquared: number | null
  /** Of all columns together against the mean alone. */
  readonly f: number | null
  readonly fProbability: number | null
  /** In the units of the columns and the label, the intercept first. */
  readonly coefficients: readonly CoefficientStatistics[]
  /** Columns that depend on those before them, or do not vary: they have no coefficient. */
  readonly leftOut: readonly string[]
}

/**
 * Least squares by QR, refined in doubled precision, with its full statistics. Columns are taken as they are (missing values as
 * the median, with a flag); those that depend on others are left out. Weights are those of precision, so that degrees of freedom
 * count rows.
 * Source: Draper & Smith (1998), ch. 5 and 9; numbers agree with NIST's certified ones.
 */
export const linearLearner = createLinearLearner<Record<string, never>>({
  kind: 'linear',
  tasks: ['amount'],
  standard: {},
  scalingOf: () => plainScaling,
  complaintOf: () => undefined,
  solve: solveLinear,
})

function solveLinear(problem: LinearProblem): LinearSolution {
  const { design, columnNames, labels, rowWeights } = problem
  const roots = rowWeights.map(Math.sqrt)
  const kept = findIndependentColumns(design)
  const matrix = withOnes(design, kept, roots)
  const fit = solveLeastSquares(
    matrix,
    labels.map((label, row) => label * elementAt(roots, row)),
  )
  const weights = new Float64Array(design.columnCount)
  for (const [place, column] of kept.entries()) weights[column] = elementAt(fit.coefficients, place)
  const intercept = elementAt(fit.coefficients, kept.length)
  const scales = toOwnUnits(problem, kept)
  const errors = Float64Array.of(
    interceptError(matrix, fit.residualVariance, scales.toIntercept),
    ...fit.standardErrors,
  )
  const residualDegrees = labels.length - kept.length - 1
  const estimates = scales.estimatesOf(weights, intercept)
  return {
    link: 'identity',
    intercepts: [intercept],
    weights: [[...weights]],
    statistics: {
      ...wholeStatistics(problem, fit.residuals, kept.length),
      coefficients: estimates.map((estimate, place) => {
        const error = elementAt(errors, place) / (place === 0 ? 1 : itemAt(scales.deviations, place - 1))
        const ratio = estimate / error
        return {
          column: place === 0 ? '(intercept)' : (columnNames[itemAt(kept, place - 1)] ?? ''),
          estimate,
          standardError: finiteOrNull(error),
          ratio: finiteOrNull(ratio),
          probability: finiteOrNull(
            residualDegrees > 0 ? twoSidedStudent(ratio, residualDegrees) : Number.NaN,
          ),
        }
      }),
      leftOut: columnNames.filter((_, column) => !kept.includes(column)),
    } satisfies LinearStatistics,
  }
}

function wholeStatistics(
  { labels, rowWeights }: LinearProblem,
  residuals: Float64Array,
  columnCount: number,
) {
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0)
  const mean = labels.reduce((sum, label, row) => sum + elementAt(rowWeights, row) * label, 0) / total
  const around = labels.reduce((sum, label, row) => sum + elementAt(rowWeights, row) * (label - mean) ** 2, 0)
  const left = residuals.reduce((sum, residual) => sum + residual * residual, 0)
  const residualDegrees = labels.length - columnCount - 1
  const rSquared = 1 - left / around
  const variance = residualDegrees > 0 ? left / residualDegrees : Number.NaN
  const f = (around - left) / columnCount / variance
  return {
    rowCount: labels.length,
    residualDegrees,
    residualDeviation: finiteOrNull(Math.sqrt(variance)),
    rSquared: finiteOrNull(rSquared),
    adjustedRSquared: finiteOrNull(1 - (1 - rSquared) * ((labels.length - 1) / residualDegrees)),
    f: finiteOrNull(f),
    fProbability: finiteOrNull(upperFisher(f, columnCount, residualDegrees)),
  }
}

/** The columns and a last one of ones, each row by the root of its weight. */
function withOnes(
  { rowCount, columnCount, values }: Matrix,
  columns: readonly number[],
  roots: Float64Array,
): Matrix {
  const width = columns.length + 1
  const picked = new Float64Array(rowCount * width)
  for (let row = 0; row < rowCount; row++)
    for (let place = 0; place < width; place++)
      picked[row * width + place] =
        elementAt(roots, row) *
        (place < columns.length ? elementAt(values, row * columnCount + itemAt(columns, place)) : 1)
  return { rowCount, columnCount: width, values: picked }
}

/** The standard error of a sum of coefficients: √(s² cᵀ(AᵀA)⁻¹c), as the length of R⁻ᵀc. */
function interceptError(matrix: Matrix, residualVariance: number, sum: Float64Array): number {
  const factors = factorQr(matrix)
  const scaled = sum.map((value, place) => value / elementAt(factors.scale, place))
  const solved = solveUpperTransposed(factors, scaled)
  return Math.sqrt(residualVariance * solved.reduce((total, value) => total + value * value, 0))
}
