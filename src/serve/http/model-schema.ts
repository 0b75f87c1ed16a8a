import { z } from 'zod'
import { bilingual } from './profile-schema.ts'

/** JSON has no NaN: a figure that could not be reckoned is null. */
const figure = z.number().nullable()

const metricValue = z.object({ value: figure, low: figure.optional(), high: figure.optional() })

const verdict = z.object({
  kind: z.enum(['better', 'unclear', 'worse']),
  metric: z.string(),
  baseline: bilingual,
  difference: metricValue.describe('above 0 where the model is better, with its 95 % interval'),
})

/** A registered fit in a list. */
export const entrySchema = z.object({
  name: z.string(),
  version: z.string(),
  status: z.enum(['candidate', 'active', 'retired']),
  asOf: z.string().describe('nothing after it was read'),
  registeredAt: z.string().describe('when its status changed last'),
  verdict: verdict.optional(),
  reason: bilingual.optional().describe('why it is in use, or is not'),
})

const record = z.object({
  learnedFrom: z
    .object({
      rowCount: z.int(),
      featureNames: z.array(z.string()).readonly(),
      checksum: z.string().describe('SHA-256 over names, ids, values and labels'),
    })
    .optional(),
  parents: z.array(z.string()).readonly(),
  kind: z.enum(['fit', 'rule']),
  reason: bilingual,
  isForced: z.boolean(),
})

const moved = z.object({
  column: z.string(),
  stabilityIndex: figure.describe('population stability index'),
  grade: z.enum(['stable', 'moderate', 'strong']),
})

const health = z.object({
  name: z.string(),
  version: z.string(),
  checkedAt: z.string(),
  between: z.tuple([z.string(), z.string()]).readonly().optional(),
  scoreDrift: moved.optional(),
  featureDrift: z.array(moved).readonly(),
  realised: z
    .array(
      z.object({
        asOf: z.string(),
        versions: z.array(z.string()).readonly(),
        rowCount: z.int(),
        meanPredicted: figure,
        meanActual: figure,
        metrics: z.record(z.string(), z.looseObject({})),
      }),
    )
    .readonly(),
  alarms: z
    .array(
      z.object({
        kind: z.enum(['ranking', 'calibration', 'amounts', 'score_drift', 'feature_drift']),
        text: bilingual,
      }),
    )
    .readonly(),
})

/** A fit by itself; the parts of an evaluation are told in docs/api.md. */
export const shownSchema = entrySchema.omit({ verdict: true, reason: true }).extend({
  evaluation: z
    .looseObject({ model: z.string(), question: bilingual, verdict: z.looseObject({}) })
    .optional(),
  record: record.optional(),
  health: health.optional(),
})

export const promotedSchema = z.object({ name: z.string(), version: z.string(), scoreCount: z.int() })
