/** The words of an event line: what was searched for, or what a review or an answer says; an absent text is empty. */
export type WordsOfLine = { readonly query: string; readonly text: string }

/** What models say of the words of a line. */
export type TextReading = {
  /** A tag of the topics model; empty where it finds none. */
  readonly topic: string
  /** How a review or an answer feels, −1 bad … 1 good; NaN where nothing is said, and of searches. */
  readonly sentiment: number
}

/** Models that read words as they arrive. The same version says the same of the same words. */
export type TextReader = {
  readonly version: string
  /** Undefined where it finds nothing. */
  read(words: WordsOfLine): TextReading | undefined
}
