/** A dense matrix. */
export type Matrix = {
  readonly rowCount: number
  readonly columnCount: number
  /** [rowCount × columnCount], row-major. */
  readonly values: Float64Array
}

/**
 * The element, or NaN outside; keeps indexed loops free of undefined. For Float64Array only: the engine compiles one fast
 * load for it, where a function that had also seen other kinds of array would be slow in every loop (measured: 6 times).
 */
export function elementAt(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN
}

/** The same for any list of numbers, outside of inner loops. */
export function itemAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN
}

/** Σ a[i] b[i] over `length` elements from the given offsets, in four interleaved sums that need not wait for each other. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  let index = 0
  for (; index + 3 < length; index += 4) {
    first += elementAt(a, aStart + index) * elementAt(b, bStart + index)
    second += elementAt(a, aStart + index + 1) * elementAt(b, bStart + index + 1)
    third += elementAt(a, aStart + index + 2) * elementAt(b, bStart + index + 2)
    fourth += elementAt(a, aStart + index + 3) * elementAt(b, bStart + index + 3)
  }
  for (; index < length; index++) first += elementAt(a, aStart + index) * elementAt(b, bStart + index)
  return first + second + (third + fourth)
}

/** target += factor · vector, over the elements of `target`, the vector's from the given offset. */
export function addScaled(target: Float64Array, factor: number, vector: Float64Array, start = 0): void {
  for (let index = 0; index < target.length; index++)
    target[index] = elementAt(target, index) + factor * elementAt(vector, start + index)
}
