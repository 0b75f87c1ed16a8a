/** One text in both languages, written `English|中文` to keep the lists readable; `splitPair` reads it. */
export type Pair = string

/** The words of one narrow category: every style fits every noun, every sentence fits every product. */
export type LeafWords = {
  readonly name: Pair
  /** Price of a middling product, in the shop's currency. */
  readonly basePrice: number
  /** Used up and bought again. */
  readonly isConsumable: boolean
  /** What buyers often look for next: the English name of another narrow category. */
  readonly goesWith: string
  readonly nouns: readonly Pair[]
  readonly styles: readonly Pair[]
  readonly features: readonly Pair[]
  readonly uses: readonly Pair[]
}

/** The words of one broad category. */
export type DepartmentWords = {
  readonly name: Pair
  /** Month of the most demand, 1..12, and how far it swings around the mean, 0..1. */
  readonly peakMonth: number
  readonly swing: number
  readonly brands: readonly Pair[]
  /** What reviews praise and what they complain of. */
  readonly praise: readonly Pair[]
  readonly complaints: readonly Pair[]
  readonly leaves: readonly LeafWords[]
}
