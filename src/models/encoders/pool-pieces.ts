/** How a text's vector comes from those of its pieces: their mean, or that of the first, which stands for the text. */
export type Pooling = 'mean' | 'first'

export type PoolOptions = {
  /** To which the texts of the batch are filled up. */
  readonly length: number
  readonly pooling: Pooling
  /** Whether there is one vector a text already. */
  readonly isPooled: boolean
}

/**
 * One vector a text, of length 1, from [texts × length × width]; undefined where the numbers are not so many or not finite.
 * Padding has no part in a mean.
 */
export function poolPieces(
  values: Float32Array,
  texts: readonly (readonly number[])[],
  { length, pooling, isPooled }: PoolOptions,
): Float32Array[] | undefined {
  const moments = isPooled ? 1 : length
  const width = values.length / (texts.length * moments)
  if (!(Number.isInteger(width) && width > 0)) return undefined
  const vectors = texts.map((ids, row) => {
    const taken = pooling === 'first' || isPooled ? 1 : Math.max(1, ids.length)
    const sum = new Float64Array(width)
    for (let place = 0; place < taken; place++)
      for (let column = 0; column < width; column++)
        sum[column] = (sum[column] ?? 0) + (values[(row * moments + place) * width + column] ?? Number.NaN)
    const norm = Math.hypot(...sum)
    return Float32Array.from(sum, (value) => (norm > 0 ? value / norm : value))
  })
  return vectors.every((vector) => vector.every(Number.isFinite)) ? vectors : undefined
}
