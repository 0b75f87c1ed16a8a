import { AppError } from '../core/errors.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'

/** The lower triangle L of A = L Lᵀ, [size × size] row-major. */
export type CholeskyFactor = { readonly size: number; readonly lower: Float64Array }

/**
 * Factors a symmetric positive definite matrix.
 * @throws AppError 'diverged' when it is not positive definite to working precision.
 */
export function factorCholesky({ rowCount: size, values }: Matrix): CholeskyFactor {
  const lower = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = elementAt(values, row * size + column)
      for (let k = 0; k < column; k++)
        sum -= elementAt(lower, row * size + k) * elementAt(lower, column * size + k)
      if (row === column && !(sum > 0))
        throw new AppError('diverged', 'a matrix that must be positive definite is not')
      lower[row * size + column] =
        row === column ? Math.sqrt(sum) : sum / elementAt(lower, column * size + column)
    }
  }
  return { size, lower }
}

/** Solves A x = b by the factor. */
export function solveCholesky({ size, lower }: CholeskyFactor, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size)
  for (let row = 0; row < size; row++) {
    let sum = itemAt(b, row)
    for (let k = 0; k < row; k++) sum -= elementAt(lower, row * size + k) * elementAt(x, k)
    x[row] = sum / elementAt(lower, row * size + row)
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = elementAt(x, row)
    for (let k = row + 1; k < size; k++) sum -= elementAt(lower, k * size + row) * elementAt(x, k)
    x[row] = sum / elementAt(lower, row * size + row)
  }
  return x
}

/** bᵀ A⁻¹ b: the squared length of L⁻¹ b. */
export function inverseQuadratic({ size, lower }: CholeskyFactor, b: ArrayLike<number>): number {
  const y = new Float64Array(size)
  let squares = 0
  for (let row = 0; row < size; row++) {
    let sum = itemAt(b, row)
    for (let k = 0; k < row; k++) sum -= elementAt(lower, row * size + k) * elementAt(y, k)
    y[row] = sum / elementAt(lower, row * size + row)
    squares += elementAt(y, row) ** 2
  }
  return squares
}

/** Σ over rows of weight · row rowᵀ, a symmetric [columns × columns] matrix; weights of 1 when left out. */
export function weightedGram({ rowCount, columnCount, values }: Matrix, weights?: ArrayLike<number>): Matrix {
  const gram = new Float64Array(columnCount * columnCount)
  for (let row = 0; row < rowCount; row++) {
    const start = row * columnCount
    const weight = weights ? itemAt(weights, row) : 1
    for (let i = 0; i < columnCount; i++) {
      const left = weight * elementAt(values, start + i)
      if (left === 0) continue
      for (let j = 0; j <= i; j++)
        gram[i * columnCount + j] = elementAt(gram, i * columnCount + j) + left * elementAt(values, start + j)
    }
  }
  for (let i = 0; i < columnCount; i++)
    for (let j = 0; j < i; j++) gram[j * columnCount + i] = elementAt(gram, i * columnCount + j)
  return { rowCount: columnCount, columnCount, values: gram }
}
