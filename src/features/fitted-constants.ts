/** What features need to know of all customers and items as of the cut; plain data, so that a live fold can hold it. */
export type FittedConstants = {
  /** Model features cut the quantity and price of a line here (99.9 % of product lines lie at or below). */
  readonly quantityLimit: number
  readonly priceLimit: number
  /** Prices that part five equally frequent bands of bought lines, ascending [4]; a price on an edge is below it. */
  readonly priceBandEdges: readonly number[]
  /** Derived tier feature → the values that part customers into fifths, ascending [4]. */
  readonly tierEdges: Readonly<Record<string, readonly number[]>>
  /** The broadest categories and the brands of the items, those with most lines first (at most `vocabularyLimit`). */
  readonly categories: readonly string[]
  readonly brands: readonly string[]
  /** The tags of the topics version, in order; empty without one. */
  readonly topics: readonly string[]
}

/** Categories or brands beyond this many are not told apart. */
export const vocabularyLimit = 1000
/** Share columns exist for this many categories and brands. */
export const shareKeyLimit = 24

/**
 * Edges of tiers are values of people: whoever has that very value must lie below it, however their sum is rounded, in SQL
 * and live alike.
 */
export function liftEdge(edge: number): number {
  return edge + 1e-9 * Math.abs(edge)
}
