import { elementAt, itemAt, type Matrix } from './matrix.ts'
import { applyTransposedQ, factorQr, type QrFactors, solveUpper } from './qr.ts'
import { solveSigned } from './signed-solve.ts'

export type RidgeProblem = {
  /** Rows of columns, without one of ones: the intercept is free and found by centring. */
  readonly design: Matrix
  readonly target: ArrayLike<number>
  /** How much each row counts; 1 each when left out. */
  readonly rowWeights?: ArrayLike<number> | undefined
  /** The only sign that each weight may have, 0 for any; all free when left out or empty. */
  readonly signs?: readonly number[]
}

export type RidgeFit = { readonly weights: Float64Array; readonly intercept: number }

/** Keeps columns that do not vary or repeat each other from breaking the factors; far below any penalty that tells. */
const leastPenalty = 1e-10

/**
 * min weighted mean of (y − b − wᵀx)² + alpha·‖w‖² for each penalty (Hoerl & Kennard, 1970). The rows are brought to a triangle
 * once by Householder QR, under which the root of each penalty is then stacked: the condition of the columns is never squared.
 * Where signs are asked for, the weights are those of least loss among such.
 * Source: Golub & Van Loan (2013), §6.1.4 (ridge as least squares of the stacked rows).
 */
export function solveRidgePath(problem: RidgeProblem, alphas: readonly number[]): RidgeFit[] {
  const { means, meanTarget, triangle, right } = toTriangle(problem)
  const signs = Float64Array.from(means, (_, column) => problem.signs?.[column] ?? 0)
  const hasSigns = signs.some((sign) => sign !== 0)
  return alphas.map((alpha) => {
    const added = Math.max(0, alpha - leastPenalty)
    const weights = hasSigns
      ? solveWithSigns(triangle, right, signs, added)
      : solveStacked(triangle, right, added)
    const intercept = weights.reduce(
      (sum, weight, column) => sum - weight * elementAt(means, column),
      meanTarget,
    )
    return { weights, intercept }
  })
}

type Triangle = {
  readonly means: Float64Array
  readonly meanTarget: number
  /** R of the centred and weighed rows over the least penalty, [columns × columns]. */
  readonly triangle: Matrix
  /** Qᵀy. */
  readonly right: Float64Array
}

function toTriangle({ design, target, rowWeights }: RidgeProblem): Triangle {
  const { rowCount, columnCount, values } = design
  const shares = sharesOf(rowCount, rowWeights)
  const means = new Float64Array(columnCount)
  let meanTarget = 0
  for (let row = 0; row < rowCount; row++) {
    const share = elementAt(shares, row)
    meanTarget += share * itemAt(target, row)
    for (let column = 0; column < columnCount; column++)
      means[column] = elementAt(means, column) + share * elementAt(values, row * columnCount + column)
  }
  const rows = new Float64Array((rowCount + columnCount) * columnCount)
  const y = new Float64Array(rowCount + columnCount)
  for (let row = 0; row < rowCount; row++) {
    const root = Math.sqrt(elementAt(shares, row))
    y[row] = root * (itemAt(target, row) - meanTarget)
    for (let column = 0; column < columnCount; column++) {
      const place = row * columnCount + column
      rows[place] = root * (elementAt(values, place) - elementAt(means, column))
    }
  }
  for (let column = 0; column < columnCount; column++)
    rows[(rowCount + column) * columnCount + column] = Math.sqrt(leastPenalty)
  const factors = factorQr({ rowCount: rowCount + columnCount, columnCount, values: rows })
  applyTransposedQ(factors, y)
  return { means, meanTarget, triangle: triangleOf(factors), right: y.subarray(0, columnCount) }
}

/** The weights of the rows as shares of their sum. */
function sharesOf(rowCount: number, rowWeights: ArrayLike<number> | undefined): Float64Array {
  const weights = Float64Array.from({ length: rowCount }, (_, row) =>
    rowWeights ? itemAt(rowWeights, row) : 1,
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** R in the units of the columns, row-major. */
function triangleOf({ rowCount, columnCount, packed, diagonal, scale }: QrFactors): Matrix {
  const values = new Float64Array(columnCount * columnCount)
  for (let row = 0; row < columnCount; row++)
    for (let column = row; column < columnCount; column++) {
      const entry = column === row ? elementAt(diagonal, row) : elementAt(packed, column * rowCount + row)
      values[row * columnCount + column] = entry * elementAt(scale, column)
    }
  return { rowCount: columnCount, columnCount, values }
}

function solveStacked({ columnCount, values }: Matrix, right: Float64Array, penalty: number): Float64Array {
  const stacked = new Float64Array(2 * columnCount * columnCount)
  stacked.set(values)
  for (let column = 0; column < columnCount; column++)
    stacked[(columnCount + column) * columnCount + column] = Math.sqrt(penalty)
  const factors = factorQr({ rowCount: 2 * columnCount, columnCount, values: stacked })
  const y = new Float64Array(2 * columnCount)
  y.set(right)
  applyTransposedQ(factors, y)
  return solveUpper(factors, y).map((weight, column) => weight / elementAt(factors.scale, column))
}

function solveWithSigns(
  { columnCount, values }: Matrix,
  right: Float64Array,
  signs: Float64Array,
  penalty: number,
): Float64Array {
  const gram = new Float64Array(columnCount * columnCount)
  const slopes = new Float64Array(columnCount)
  for (let k = 0; k < columnCount; k++)
    for (let i = k; i < columnCount; i++) {
      const left = elementAt(values, k * columnCount + i)
      slopes[i] = elementAt(slopes, i) + left * elementAt(right, k)
      for (let j = k; j < columnCount; j++)
        gram[i * columnCount + j] =
          elementAt(gram, i * columnCount + j) + left * elementAt(values, k * columnCount + j)
    }
  for (let column = 0; column < columnCount; column++) {
    const place = column * columnCount + column
    gram[place] = elementAt(gram, place) + penalty
  }
  return solveSigned({ rowCount: columnCount, columnCount, values: gram }, slopes, signs)
}
