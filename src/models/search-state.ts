/** Settings that were tried. */
export type Trial = {
  /** In the unit cube, a coordinate for each setting by name; empty for the settings that the search begins with. */
  readonly point: readonly number[]
  /** By rung: the loss on held rows; a fit that failed is `null`, as JSON has no infinity. */
  readonly losses: readonly (number | null)[]
  readonly failure?: string
}

/** A search as far as it is: plain data, to be kept after each trial and gone on with later. */
export type SearchState = {
  readonly formatVersion: 1
  readonly trials: readonly Trial[]
  /** Spent so far, over all sittings. */
  readonly seconds: number
}
