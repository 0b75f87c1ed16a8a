import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { fitSentiment, readRatedTexts } from '../models/sentiment.ts'
import { judgeSentiment } from './judge-sentiment.ts'
import { registerModel } from './registry.ts'
import { versionOf } from './training.ts'

const selectReviews = sqlFile(import.meta.url, './sql/rated-reviews.sql')

/** The newest reviews that are learned from: a build takes some 20 s of CPU for so many, and more would teach little. */
const reviewLimit = 20_000
/** Of five folds one is judged on. */
const foldCount = 5

export type SentimentOptions = {
  /** Only reviews by then are learned from. */
  readonly asOfMs: number
  readonly now: Date
  readonly random: Random
  readonly signal?: AbortSignal
}

/** What was learned, or why nothing was. */
export type LearnedSentiment =
  | { readonly kind: 'learned'; readonly version: string; readonly reviewCount: number }
  | { readonly kind: 'too_little'; readonly reason: Bilingual }

/**
 * Learns from the shop's own rated reviews how texts feel, judges it on a fifth of them that was not learned from, and
 * registers it. Where too few are rated nothing is registered, and what was learned before stays in use.
 */
export async function trainSentiment(
  database: Database,
  options: SentimentOptions,
): Promise<LearnedSentiment> {
  const { asOfMs, signal } = options
  const random = options.random.fork('sentiment')
  const { texts, labels } = await loadRated(database, options)
  try {
    const rated = await readRatedTexts(texts, labels, signal)
    const folds = groupedFolds(labels, texts, foldCount, random.fork('folds'))
    const { evaluation, settings } = await judgeSentiment(rated, (row) => folds[row] === 0, random, signal)
    const model = await fitSentiment(rated, settings, signal)
    const version = versionOf('sentiment', asOfMs)
    await registerModel(database, { name: 'sentiment', version, model, evaluation }, options)
    return { kind: 'learned', version: model.version, reviewCount: texts.length }
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_little_data')
      return { kind: 'too_little', reason: error.text }
    throw error
  }
}

/**
 * On the shop's scale 70 % of the highest rating and more is good, 40 % and less is bad, what lies between teaches nothing.
 * The highest is that of the best hundredth, so that one slip of a shopper does not stretch the scale.
 */
export function labelRatings(ratings: readonly number[]): (0 | 1 | undefined)[] {
  const highest = ratings.toSorted((a, b) => a - b)[Math.ceil(0.99 * ratings.length) - 1] ?? 0
  return ratings.map((rating) => {
    if (rating >= 0.7 * highest) return 1
    return rating <= 0.4 * highest ? 0 : undefined
  })
}

async function loadRated(
  database: Database,
  { asOfMs, signal }: SentimentOptions,
): Promise<{ readonly texts: readonly string[]; readonly labels: Uint8Array }> {
  const reviews = await database.query<{ text: string; rating: number }>(selectReviews, {
    parameters: { as_of_ms: asOfMs, limit: reviewLimit },
    ...(signal && { signal }),
  })
  const labels = labelRatings(reviews.map((review) => review.rating))
  return {
    texts: reviews.filter((_, row) => labels[row] !== undefined).map((review) => review.text),
    labels: Uint8Array.from(labels.filter((label) => label !== undefined)),
  }
}
