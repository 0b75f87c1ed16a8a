import type { FeatureDefinition } from '../feature.ts'
import { linesOf } from './select.ts'

const shared = { source: 'events', purpose: 'personalisation', window: 'all' } as const

/** What people say: ratings, reviews, surveys, and the words they search with. */
export const opinionFeatures: readonly FeatureDefinition[] = [
  {
    ...shared,
    name: 'review_count',
    meaning: { en: 'Reviews written', zh: '评价数' },
    unit: 'count',
    reads: linesOf('review'),
    aggregate: { kind: 'count' },
  },
  {
    ...shared,
    name: 'rating_mean',
    meaning: { en: 'Mean rating given in reviews', zh: '评价的平均评分' },
    unit: 'score',
    reads: linesOf('review'),
    aggregate: { kind: 'mean', of: 'rating' },
  },
  {
    ...shared,
    name: 'rating_min',
    meaning: { en: 'Lowest rating given in reviews', zh: '评价的最低评分' },
    unit: 'score',
    reads: linesOf('review'),
    aggregate: { kind: 'min', of: 'rating' },
  },
  {
    ...shared,
    name: 'sentiment_mean',
    meaning: { en: 'How reviews feel, −1 bad to 1 good', zh: '评价情感倾向（−1 差评至 1 好评）' },
    unit: 'score',
    reads: linesOf('review'),
    aggregate: { kind: 'mean', of: 'sentiment' },
  },
  {
    ...shared,
    name: 'survey_count',
    meaning: { en: 'Answers to surveys', zh: '问卷回答数' },
    unit: 'count',
    reads: linesOf('survey'),
    aggregate: { kind: 'count' },
  },
  {
    ...shared,
    name: 'satisfaction_mean',
    meaning: { en: 'Mean rating given in surveys', zh: '问卷平均评分（满意度）' },
    unit: 'score',
    reads: linesOf('survey'),
    aggregate: { kind: 'mean', of: 'rating' },
  },
  {
    ...shared,
    name: 'searched_topic',
    meaning: { en: 'Share of searches by topic of their words', zh: '各主题的搜索占比' },
    unit: 'share',
    reads: linesOf('search'),
    aggregate: { kind: 'share', of: 'text_topic' },
  },
  {
    ...shared,
    name: 'reviewed_topic',
    meaning: { en: 'Share of reviews by topic of their words', zh: '各主题的评价占比' },
    unit: 'share',
    reads: linesOf('review'),
    aggregate: { kind: 'share', of: 'text_topic' },
  },
]
