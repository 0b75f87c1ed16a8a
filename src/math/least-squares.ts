import { AppError } from '../core/errors.ts'
import { residualOf } from './double-double.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'
import { applyQ, applyTransposedQ, factorQr, type QrFactors, solveUpper, solveUpperTransposed } from './qr.ts'

export type LeastSquaresFit = {
  /** One a column. */
  readonly coefficients: Float64Array
  readonly standardErrors: Float64Array
  /** One a row: target minus fitted. */
  readonly residuals: Float64Array
  /** Residual sum of squares / (rows − columns); NaN when there are no degrees of freedom. */
  readonly residualVariance: number
}

/** Rounds of refinement; each gains the digits that the condition of the matrix left. */
const refinementRounds = 6

/**
 * min ‖A x − b‖₂ by Householder QR with iterative refinement of solution and residual together, residuals of the
 * augmented system in doubled precision.
 * Source: Björck (1967), "Iterative refinement of linear least squares solutions I"; Golub & Van Loan §5.3.8.
 * @throws AppError 'bad_input' with fewer rows than columns or dependent columns.
 */
export function solveLeastSquares(matrix: Matrix, target: ArrayLike<number>): LeastSquaresFit {
  const { rowCount, columnCount } = matrix
  if (rowCount < columnCount || target.length !== rowCount)
    throw new AppError(
      'bad_input',
      `${rowCount} rows and ${target.length} targets cannot fit ${columnCount} columns`,
    )
  const scaled = scaleColumns(matrix, factorQr(matrix))
  const residuals = Float64Array.from(target)
  const solution = new Float64Array(columnCount)
  for (let round = 0; round <= refinementRounds; round++)
    refine(scaled, target, residuals, solution, round === 0)
  const { factors } = scaled
  const coefficients = solution.map((value, column) => value / elementAt(factors.scale, column))
  const squares = residuals.reduce((sum, value) => sum + value * value, 0)
  const residualVariance = rowCount > columnCount ? squares / (rowCount - columnCount) : Number.NaN
  return { coefficients, standardErrors: errorsOf(factors, residualVariance), residuals, residualVariance }
}

type Scaled = { readonly factors: QrFactors; readonly matrix: Matrix }

/** The scaled columns as the factors saw them: the refinement must meet the same matrix. */
function scaleColumns({ rowCount, columnCount, values }: Matrix, factors: QrFactors): Scaled {
  const scaled = values.map((value, index) => value / (elementAt(factors.scale, index % columnCount) || 1))
  return { factors, matrix: { rowCount, columnCount, values: scaled } }
}

/** One correction of (r, x) towards r + A x = b, Aᵀ r = 0. */
function refine(
  { factors, matrix }: Scaled,
  target: ArrayLike<number>,
  residuals: Float64Array,
  solution: Float64Array,
  isFirst: boolean,
): void {
  const { rowCount, columnCount, values } = matrix
  const f = new Float64Array(rowCount)
  const g = new Float64Array(columnCount)
  if (isFirst) {
    f.set(Float64Array.from(target))
    residuals.fill(0)
  } else {
    for (let row = 0; row < rowCount; row++)
      f[row] = residualOf(
        itemAt(target, row),
        columnCount + 1,
        (column) => (column < columnCount ? elementAt(values, row * columnCount + column) : 1),
        (column) => (column < columnCount ? elementAt(solution, column) : elementAt(residuals, row)),
      )
    for (let column = 0; column < columnCount; column++)
      g[column] = residualOf(
        0,
        rowCount,
        (row) => elementAt(values, row * columnCount + column),
        (row) => elementAt(residuals, row),
      )
  }
  correct(factors, f, g, residuals, solution)
}

/** Solves the augmented system for the corrections by the factors and adds them. */
function correct(
  factors: QrFactors,
  f: Float64Array,
  g: Float64Array,
  residuals: Float64Array,
  solution: Float64Array,
): void {
  const { columnCount } = factors
  const h = solveUpperTransposed(factors, g)
  applyTransposedQ(factors, f)
  const change = solveUpper(
    factors,
    h.map((value, column) => elementAt(f, column) - value),
  )
  for (let column = 0; column < columnCount; column++) f[column] = elementAt(h, column)
  applyQ(factors, f)
  for (const [row, value] of f.entries()) residuals[row] = elementAt(residuals, row) + value
  for (const [column, value] of change.entries()) solution[column] = elementAt(solution, column) + value
}

/** √(s² · diag((AᵀA)⁻¹)), the diagonal from the rows of R⁻¹. */
function errorsOf(factors: QrFactors, residualVariance: number): Float64Array {
  const { columnCount } = factors
  const squares = new Float64Array(columnCount)
  for (let column = 0; column < columnCount; column++) {
    const unit = new Float64Array(columnCount)
    unit[column] = 1
    for (const [row, value] of solveUpper(factors, unit).entries())
      squares[row] = elementAt(squares, row) + value * value
  }
  return squares.map(
    (value, column) => Math.sqrt(value * residualVariance) / elementAt(factors.scale, column),
  )
}
