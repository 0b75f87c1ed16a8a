import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import { answerOnline, featureServices } from './profile/answer-online.ts'
import { anyId, errorSchema } from './profile-schema.ts'

const maxEntities = 100

const askedSchema = z.object({
  features: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(1000)
    .optional()
    .describe('by name; a view before a colon is left aside'),
  feature_service: z.enum(featureServices).optional().describe('all features of an audience instead'),
  entities: z.object({ profile_id: z.array(anyId).min(1).max(maxEntities).describe('ids of any kind') }),
  full_feature_names: z.boolean().optional().describe('names with their view, as `profile__spend`'),
})

const status = z.enum(['PRESENT', 'NULL_VALUE', 'NOT_FOUND'])
const answerSchema = z.object({
  metadata: z.object({ feature_names: z.array(z.string()).readonly() }),
  results: z
    .array(
      z.object({
        values: z.array(z.union([z.number(), z.string(), z.null()])).readonly(),
        statuses: z.array(status).readonly(),
        event_timestamps: z.array(z.string()).readonly(),
      }),
    )
    .readonly()
    .describe('one for each of feature_names, with a value for each entity'),
})

/** `POST /v1/features/online`: features of up to 100 people now, asked and answered as Feast's feature server does. */
export function addOnlineRoute(app: FastifyInstance, engine: Engine): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/features/online',
    {
      config: { access: 'features:read' },
      schema: {
        operationId: 'getOnlineFeatures',
        tags: ['features'],
        summary: 'Features of up to 100 people as of now, in the shape of Feast’s feature server',
        body: askedSchema,
        response: { 200: answerSchema, 400: errorSchema },
      },
      // What goes out is typed; a hundred people with all features are many values.
      serializerCompiler: () => JSON.stringify,
    },
    async ({ body }, reply) => {
      reply.header('cache-control', 'no-store')
      return answerOnline(engine, {
        features: body.features,
        service: body.feature_service,
        ids: body.entities.profile_id,
        hasFullNames: body.full_feature_names === true,
      })
    },
  )
}
