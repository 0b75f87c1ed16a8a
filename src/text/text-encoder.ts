/** Makes vectors of texts: near each other where texts say the like. Vectors of different encoders do not go together. */
export type TextVectorEncoder = AsyncDisposable & {
  /** Names what was learned: the same name stands for the same vectors. */
  readonly name: string
  readonly width: number
  /**
   * [texts × width], row-major, finite; of each text by itself, whatever stands beside it. A text without words has a vector, too.
   * @throws AppError 'stopped'.
   */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>
}
