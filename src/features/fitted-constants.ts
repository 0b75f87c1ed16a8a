/** What features need to know of all customers and items as of the cut; plain data, so that a live fold can hold it. */
export type FittedConstants = {
  /** Model features cut the quantity and price of a line here (99.9 % of product lines lie below). */
  readonly quantityLimit: number
  readonly priceLimit: number
  /** Prices that part five equally frequent bands of bought lines, ascending [4]. */
  readonly priceBandEdges: readonly number[]
  /** Derived tier feature → the values that part customers into fifths, ascending [4]. */
  readonly tierEdges: Readonly<Record<string, readonly number[]>>
  /** The broadest categories and the brands that sold most, heaviest first; share columns exist for these. */
  readonly categories: readonly string[]
  readonly brands: readonly string[]
  /** The tags of the topics version; empty without one. */
  readonly topics: readonly string[]
}
