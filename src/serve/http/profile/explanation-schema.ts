import { z } from 'zod'
import { bilingual, lineSchema } from '../profile-schema.ts'

const lines = z.object({
  kind: z.literal('lines'),
  per: z
    .enum(['line', 'order', 'visit'])
    .describe('what the feature counts: lines, or whole orders or visits'),
  total: z.int().describe('how many lines it reads; fewer may be listed'),
  order: z.enum(['latest_first', 'earliest_first']),
  lines: z
    .array(
      lineSchema.extend({
        reading: z
          .union([z.number(), z.string()])
          .optional()
          .describe('the number or key that the feature reads off the line, its order or its visit'),
      }),
    )
    .readonly(),
})

const statements = z.object({
  kind: z.literal('statements'),
  total: z.int(),
  statements: z
    .array(z.object({ name: z.string(), value: z.string(), source: z.string(), at: z.string() }))
    .readonly()
    .describe('the first one counts'),
})

const named = {
  feature: z.string(),
  meaning: bilingual,
  unit: bilingual,
  method: bilingual,
  value: z
    .union([z.number(), z.string(), z.array(z.object({ key: z.string(), share: z.number() })).readonly()])
    .optional()
    .describe('absent where it is missing'),
}

const whole = z.object({ ...named, evidence: z.discriminatedUnion('kind', [lines, statements]) })
/** A feature that is made of a feature that is made of others. */
const middle = z.object({
  ...named,
  evidence: z.discriminatedUnion('kind', [
    lines,
    statements,
    z.object({ kind: z.literal('parts'), parts: z.array(whole).readonly() }),
  ]),
})

/** The value of a feature for one person and what it comes from. */
export const explanationSchema = z.object({
  ...{ profileId: z.string(), asOf: z.string() },
  ...named,
  evidence: z.discriminatedUnion('kind', [
    lines,
    statements,
    z.object({
      kind: z.literal('parts').describe('it is computed from other features, which tell theirs'),
      parts: z.array(middle).readonly(),
    }),
  ]),
})
