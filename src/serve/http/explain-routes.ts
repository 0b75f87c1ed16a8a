import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import { explainFeature } from '../explain-feature.ts'
import { explainScores } from '../operations/explain-profile.ts'
import { explanationSchema } from './profile/explanation-schema.ts'
import { errorSchema, profileParams, scoreSchema } from './profile-schema.ts'
import { sendTagged } from './send-tagged.ts'

const errors = { 400: errorSchema, 404: errorSchema, 409: errorSchema }

/** `/v1/profiles/:id/explain`: the reasons of scores, and the events behind a feature. */
export function addExplainRoutes(app: FastifyInstance, engine: Engine, stopSignal: AbortSignal): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/profiles/:id/explain',
    {
      config: { access: 'profiles:read' },
      schema: {
        operationId: 'explainScores',
        tags: ['profiles'],
        summary: 'The reasons of the scores of one person',
        params: profileParams,
        querystring: z.object({
          score: z.string().min(1).max(100).optional().describe('only this one, e.g. propensity'),
        }),
        response: { 200: z.object({ id: z.string(), scores: z.array(scoreSchema).readonly() }), ...errors },
      },
    },
    async (request, reply) =>
      sendTagged(request, reply, await explainScores(engine, request.params.id, request.query.score)),
  )
  typed.get(
    '/v1/profiles/:id/explain/:feature',
    {
      config: { access: 'events:read' },
      schema: {
        operationId: 'explainFeature',
        tags: ['profiles'],
        summary: 'The value of a feature for one person, and the events behind it',
        params: profileParams.extend({
          feature: z.string().min(1).max(500).describe('of shares also one key: bought_category/Kitchen'),
        }),
        querystring: z.object({
          limit: z.coerce
            .number()
            .int()
            .min(1)
            .max(1000)
            .default(100)
            .describe('lines under each feature that reads events'),
        }),
        response: { 200: explanationSchema, ...errors },
      },
    },
    async (request, reply) => {
      const asked = { ...request.params, ...request.query, signal: stopSignal }
      return sendTagged(request, reply, await explainFeature(engine, asked))
    },
  )
}
