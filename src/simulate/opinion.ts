import type { Language } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { chooseOne, entryAt } from './choose.ts'
import type { DepartmentWords } from './words/department-words.ts'
import { ratingClosers, ratingOpeners, surveyQuestions } from './words/opinion-words.ts'
import { splitPair } from './words/split-pair.ts'

/** A review whose words match its rating 1..5: an opening, what was good or bad about such products, an ending. */
export function writeReview(
  rating: number,
  department: Pick<DepartmentWords, 'praise' | 'complaints'>,
  language: Language,
  random: Random,
): string {
  const opener = splitPair(chooseOne(entryAt(ratingOpeners, rating - 1), random))[language]
  const closer = splitPair(chooseOne(entryAt(ratingClosers, rating - 1), random))[language]
  const praise = splitPair(chooseOne(department.praise, random))[language]
  const complaint = splitPair(chooseOne(department.complaints, random))[language]
  if (language === 'zh') {
    const middle = rating === 3 ? `${praise}，不过${complaint}。` : `${rating > 3 ? praise : complaint}。`
    return `${opener}${middle}${closer}`
  }
  const middle =
    rating === 3 ? `${praise}. On the other hand: ${complaint}.` : `${rating > 3 ? praise : complaint}.`
  return `${opener} ${middle} ${closer}`
}

/** A question of the shop and an answer in the mood (standard normal) of the shopper. */
export function answerSurvey(
  mood: number,
  language: Language,
  random: Random,
): {
  readonly question: string
  readonly answer: string
  readonly rating: number
  readonly rating_max: number
} {
  const { question, answers, highestRating } = chooseOne(surveyQuestions, random)
  const share = 1 / (1 + Math.exp(-(0.9 + 1.1 * mood + 0.5 * random.normal())))
  const attitude = share < 0.45 ? 0 : share < 0.7 ? 1 : 2
  return {
    question: splitPair(question)[language],
    answer: splitPair(chooseOne(entryAt(answers, attitude), random))[language],
    rating: Math.max(1, Math.round(share * highestRating)),
    rating_max: highestRating,
  }
}
