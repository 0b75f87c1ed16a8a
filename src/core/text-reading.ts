import type { EventLine } from './event.ts'

/**
 * What a line needs to be read: of a search the query, of a review the text. Other lines are not: views and clicks repeat the
 * query that led to them, and what models learn from reviews says nothing of other texts.
 */
export type WordsOfLine = Pick<EventLine, 'kind' | 'query' | 'text'>

/** What models say of the words of a line. */
export type TextReading = {
  /** A tag of the topics model; empty where it finds none. */
  readonly topic: string
  /** How a review feels, −1 bad … 1 good; NaN where nothing is said, and of searches. */
  readonly sentiment: number
}

/** Models that read words as they arrive. The same version says the same of the same words. */
export type TextReader = {
  readonly version: string
  /** Undefined where it finds nothing. */
  read(words: WordsOfLine): TextReading | undefined
}
