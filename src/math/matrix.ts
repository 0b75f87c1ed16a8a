/** A dense matrix. */
export type Matrix = {
  readonly rowCount: number
  readonly columnCount: number
  /** [rowCount × columnCount], row-major. */
  readonly values: Float64Array
}

/** The element, or NaN outside the matrix; keeps indexed loops free of undefined. */
export function elementAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN
}

/** Σ a[i] b[i] over `length` elements from the given offsets. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0
  for (let index = 0; index < length; index++)
    sum += elementAt(a, aStart + index) * elementAt(b, bStart + index)
  return sum
}
