import type { EventLine } from '../../core/event.ts'
import { type Fields, takeNumber, takeWords } from './fields.ts'

const ratingRange = { max: 100, expected: 'a rating from 0 to 100' }
const reviewKeys = ['review_body', 'review_text', 'review', 'comment', 'text', 'body']
const answerKeys = ['answer', 'response', 'text', 'comment']

/**
 * What the shopper thinks: the rating and the words of a review or of a survey's answer (its `question` stays among
 * the properties). In other events a `rating` is the item's, by all shoppers, and stays there too.
 */
export function readOpinion(line: EventLine, fields: Fields): EventLine {
  if (line.kind !== 'review' && line.kind !== 'survey') return line
  const isReview = line.kind === 'review'
  const rating = takeNumber(fields, isReview ? ['rating'] : ['rating', 'score'], ratingRange)
  const text = takeWords(fields, isReview ? reviewKeys : answerKeys)
  return { ...line, text: text || line.text, rating: rating ?? line.rating }
}
