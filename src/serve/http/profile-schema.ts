import { z } from 'zod'

/** The id of somebody, of whatever kind. */
export const anyId = z
  .string()
  .min(1)
  .max(500)
  .describe('of a profile, user or device, or KIND:ID, e.g. user_id:42, email:ann@shop.example')
export const profileParams = z.object({ id: anyId })

export const bilingual = z.object({ en: z.string(), zh: z.string() })

const reason = z.object({
  feature: z.string(),
  share: z.number().describe('signed share of all contributions; above 0 it raises the score'),
  text: bilingual,
})

const trust = z.object({
  verdict: z.enum(['better', 'unclear', 'worse']).describe('against the best simple rule, on a later time'),
  metric: z.string(),
  difference: z.number(),
})

export const scoreSchema = z.object({
  model: z.string(),
  version: z.string(),
  horizonDays: z.number().optional(),
  value: z.number(),
  low: z.number().optional().describe('lower bound of the 95 % interval'),
  high: z.number().optional().describe('upper bound of the 95 % interval'),
  reasons: z.array(reason).readonly(),
  trust: trust.optional(),
})

const needSchema = z.object({
  kind: z.enum(['item', 'category', 'topic']),
  target: z.string().describe('an item id, a category, or the tag of a topic'),
  name: bilingual,
  version: z.string(),
  horizonDays: z.number(),
  probability: z.number().describe('of at least one purchase that is kept'),
  units: z.number().describe('expected units within the horizon'),
  low: z.number().optional().describe('lower bound of the 95 % interval of the units'),
  high: z.number().optional().describe('upper bound of the 95 % interval of the units'),
  days: z.number().describe('expected days to the next purchase'),
  reasons: z.array(reason).readonly(),
  trust: trust.optional(),
})

/** The profile on the wire; the type is `Profile` of profiles/profile.ts. */
const profileSchema = z.object({
  id: z.string(),
  version: z.number().describe('counts the changes of what is kept of the person'),
  asOf: z.string(),
  orderCount: z.number(),
  spend: z.number(),
  country: z.string().optional(),
  identities: z.array(z.object({ kind: z.string(), id: z.string() })).readonly(),
  traits: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        source: z.string(),
        purpose: z.string(),
        at: z.string(),
      }),
    )
    .readonly(),
  consents: z.array(z.object({ category: z.string(), isGranted: z.boolean(), at: z.string() })).readonly(),
  features: z.record(z.string(), z.union([z.number(), z.string()])),
  affinities: z.array(z.object({ kind: z.string(), name: z.string(), weight: z.number() })).readonly(),
  interestGroup: z.object({ name: bilingual, reasons: z.array(reason).readonly() }).optional(),
  needs: z.array(scoreSchema).readonly(),
  topNeeds: z.array(needSchema).readonly().describe('of single items and categories, likeliest first'),
  propensities: z.array(scoreSchema).readonly(),
  lifetime: z.array(scoreSchema).readonly(),
  freshness: z.object({
    updatedAt: z.string().describe('when the record last changed'),
    lastEventAt: z.string().optional(),
    featuresAsOf: z.string().describe('ages, windows and decays are told as of this moment'),
    traitsAt: z.string().optional().describe('when the latest trait was stated'),
    scoresAsOf: z.string().optional().describe('what models say rests on what was known by then'),
  }),
})

const text = z.string().optional()
const number = z.number().optional()
/** A line on the wire; what it does not say is left out. */
export const lineSchema = z.object({
  ...{ eventId: z.string(), lineIndex: z.int(), at: z.string(), kind: z.string() },
  ...{ name: text, source: text, sessionId: text, orderId: text, itemId: text, lineType: text },
  ...{ quantity: number, price: number, amount: number, currency: text, country: text },
  ...{ query: text, rating: number, text, coupon: text, refundOf: text },
  marks: z.array(z.string()).readonly().optional().describe('what cleaning said of it'),
})

/** The parts of a profile that were asked for. */
export const chosenProfileSchema = profileSchema.partial().required({ id: true, asOf: true })

export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  messageZh: z.string().optional(),
  expected: z.string().optional(),
  received: z.string().optional(),
  where: z.string().optional(),
  wayOut: bilingual.optional(),
})
