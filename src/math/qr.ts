import { AppError } from '../core/errors.ts'
import { elementAt, itemAt, type Matrix } from './matrix.ts'

/** Householder factors of a tall matrix whose columns were scaled to length 1. */
export type QrFactors = {
  readonly rowCount: number
  readonly columnCount: number
  /** [rowCount × columnCount], column-major: R above the diagonal, the Householder vectors on and below it. */
  readonly packed: Float64Array
  /** Diagonal of R. */
  readonly diagonal: Float64Array
  /** Length of each column before scaling. */
  readonly scale: Float64Array
}

/**
 * A = Q R by Householder reflections (Golub & Van Loan, algorithm 5.2.1), after scaling columns to length 1.
 * @throws AppError 'bad_input' when a column depends on those before it to working precision.
 */
export function factorQr({ rowCount, columnCount, values }: Matrix): QrFactors {
  const packed = new Float64Array(rowCount * columnCount)
  const scale = new Float64Array(columnCount)
  for (let column = 0; column < columnCount; column++) {
    let squares = 0
    for (let row = 0; row < rowCount; row++) squares += elementAt(values, row * columnCount + column) ** 2
    const length = Math.sqrt(squares)
    scale[column] = length
    for (let row = 0; row < rowCount; row++)
      packed[column * rowCount + row] = elementAt(values, row * columnCount + column) / (length || 1)
  }
  const diagonal = new Float64Array(columnCount)
  const factors = { rowCount, columnCount, packed, diagonal, scale }
  for (let column = 0; column < columnCount; column++) reflect(factors, column)
  return factors
}

function reflect({ rowCount, columnCount, packed, diagonal }: QrFactors, column: number): void {
  const start = column * rowCount
  let squares = 0
  for (let row = column; row < rowCount; row++) squares += elementAt(packed, start + row) ** 2
  const length = Math.sqrt(squares)
  if (!(length > 1e-14)) {
    throw new AppError('bad_input', `column ${column} depends on the columns before it`, {
      wayOut: { en: 'Leave that column out.', zh: '请去掉该列。' },
    })
  }
  const first = elementAt(packed, start + column)
  const signed = first > 0 ? -length : length
  diagonal[column] = signed
  packed[start + column] = first - signed
  for (let other = column + 1; other < columnCount; other++)
    applyReflection(packed, start, packed, other * rowCount, { column, rowCount, signed })
}

/** Reflects the vector at `target` by the Householder vector stored in `column`. */
function applyReflection(
  packed: Float64Array,
  start: number,
  vector: Float64Array,
  target: number,
  { column, rowCount, signed }: { column: number; rowCount: number; signed: number },
): void {
  let product = 0
  for (let row = column; row < rowCount; row++)
    product += elementAt(packed, start + row) * elementAt(vector, target + row)
  const factor = product / (signed * elementAt(packed, start + column))
  for (let row = column; row < rowCount; row++)
    vector[target + row] = elementAt(vector, target + row) + factor * elementAt(packed, start + row)
}

/** Overwrites the vector with Qᵀ times it. */
export function applyTransposedQ(factors: QrFactors, vector: Float64Array): void {
  for (let column = 0; column < factors.columnCount; column++) applyColumn(factors, column, vector)
}

/** Overwrites the vector with Q times it. */
export function applyQ(factors: QrFactors, vector: Float64Array): void {
  for (let column = factors.columnCount - 1; column >= 0; column--) applyColumn(factors, column, vector)
}

function applyColumn({ rowCount, packed, diagonal }: QrFactors, column: number, vector: Float64Array): void {
  const signed = elementAt(diagonal, column)
  applyReflection(packed, column * rowCount, vector, 0, { column, rowCount, signed })
}

/** Solves R x = y for the first columnCount elements of y. */
export function solveUpper(
  { rowCount, columnCount, packed, diagonal }: QrFactors,
  y: ArrayLike<number>,
): Float64Array {
  const x = new Float64Array(columnCount)
  for (let row = columnCount - 1; row >= 0; row--) {
    let sum = itemAt(y, row)
    for (let column = row + 1; column < columnCount; column++)
      sum -= elementAt(packed, column * rowCount + row) * elementAt(x, column)
    x[row] = sum / elementAt(diagonal, row)
  }
  return x
}

/** Solves Rᵀ x = y. */
export function solveUpperTransposed(
  { rowCount, columnCount, packed, diagonal }: QrFactors,
  y: ArrayLike<number>,
): Float64Array {
  const x = new Float64Array(columnCount)
  for (let row = 0; row < columnCount; row++) {
    let sum = itemAt(y, row)
    for (let column = 0; column < row; column++)
      sum -= elementAt(packed, row * rowCount + column) * elementAt(x, column)
    x[row] = sum / elementAt(diagonal, row)
  }
  return x
}
