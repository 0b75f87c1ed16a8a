import { z } from 'zod'
import { eventKinds, lineTypes } from '../core/event.ts'
import type { FeatureDefinition } from '../features/feature.ts'

const words = z.string().min(1).max(200)
const bilingual = z.strictObject({ en: words, zh: words })
const name = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'lower case letters, digits and _, at most 60')

const description = {
  name: name.describe('snake_case; part of what is stored'),
  meaning: bilingual,
  unit: z.enum([
    'count',
    'days',
    'currency',
    'units',
    'seconds',
    'share',
    'ratio',
    'score',
    'tier',
    'years',
    'name',
  ]),
  purpose: z.enum(['analytics', 'personalisation']).describe('what the feature may be used for'),
  audience: z.enum(['people', 'models']).exactOptional(),
  defaultValue: z.number().exactOptional(),
}

const lineText = z.enum(['name', 'source', 'item', 'session', 'coupon', 'country'])
const lineNumber = z.enum(['quantity', 'price', 'amount', 'rating', 'dwell_seconds'])
const condition = z.union([
  z.strictObject({ field: lineText, is: z.enum(['given', 'absent']) }),
  z.strictObject({
    field: lineText,
    is: z.enum(['one_of', 'none_of']),
    values: z.array(z.string().max(500)).min(1).max(1000).readonly(),
  }),
  z.strictObject({ field: lineNumber, is: z.enum(['at_least', 'at_most']), value: z.number() }),
])
const reads = z.discriminatedUnion('per', [
  z.strictObject({
    per: z.literal('line'),
    kinds: z.array(z.enum(eventKinds)).min(1).readonly().exactOptional(),
    lineTypes: z.array(z.enum(lineTypes)).min(1).readonly().exactOptional(),
    where: z.array(condition).max(20).readonly().exactOptional(),
  }),
  z.strictObject({
    per: z.literal('order'),
    kinds: z
      .array(z.enum(['purchase', 'refund']))
      .min(1)
      .readonly(),
  }),
  z.strictObject({ per: z.literal('visit') }),
])
const days = z.number().int().min(1).max(3650)
const window = z.union([
  z.literal('all'),
  z.strictObject({ days, untilDaysAgo: z.number().int().min(1).max(3650).exactOptional() }),
])

const measure = z.enum([
  ...['quantity', 'amount', 'price', 'clipped_quantity', 'clipped_amount', 'clipped_price'],
  ...['dwell_seconds', 'rating', 'sentiment', 'uses_coupon', 'visit_seconds', 'visit_events'],
  ...['visit_bounced', 'visit_carted', 'visit_ordered', 'visit_abandoned'],
] as const)
const halfLifeDays = z.number().min(0.01).max(3650)
const aggregate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count') }),
  z.strictObject({ kind: z.literal('sum'), of: measure }),
  z.strictObject({ kind: z.literal('mean'), of: measure }),
  z.strictObject({ kind: z.literal('spread'), of: measure }),
  z.strictObject({ kind: z.enum(['min', 'max']), of: measure }),
  z.strictObject({ kind: z.literal('distinct'), of: z.enum(['item', 'category', 'brand', 'day']) }),
  z.strictObject({ kind: z.literal('age'), of: z.enum(['first', 'last']) }),
  z.strictObject({ kind: z.literal('gaps'), statistic: z.enum(['mean', 'deviation']) }),
  z.strictObject({ kind: z.literal('decay'), of: measure.exactOptional(), halfLifeDays }),
  z.strictObject({ kind: z.enum(['first', 'last']), of: z.enum(['country', 'source']) }),
  z.strictObject({ kind: z.literal('top'), of: z.enum(['item', 'category', 'brand']) }),
  z.strictObject({
    kind: z.literal('affinity'),
    of: z.enum(['item', 'category', 'brand', 'topic', 'price_band']),
    limit: z.number().int().min(1).max(50),
    halfLifeDays: halfLifeDays.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('share'), of: z.enum(['category', 'brand', 'topic', 'text_topic']) }),
  z.strictObject({
    kind: z.literal('scale_share'),
    of: z.enum(['weekday', 'hour', 'day_part', 'price_band']),
  }),
])
const formula = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ratio'), of: name, to: name, atMost: z.number().exactOptional() }),
  z.strictObject({ kind: z.literal('trend'), recent: name, earlier: name }),
  z.strictObject({ kind: z.literal('tier'), of: name }),
])

/** One definition as a shop writes it, in JSON or in `likeness.features.ts`; the type is `FeatureDefinition`. */
export const featureSchema = z.discriminatedUnion('source', [
  z.strictObject({ ...description, source: z.literal('events'), reads, window, aggregate }),
  z.strictObject({ ...description, source: z.literal('features'), formula }),
  z.strictObject({
    ...description,
    source: z.literal('traits'),
    traits: z.array(words).min(1).max(50).readonly(),
    read: z.enum(['label', 'number', 'years', 'stated_days']),
  }),
]) satisfies z.ZodType<FeatureDefinition>
