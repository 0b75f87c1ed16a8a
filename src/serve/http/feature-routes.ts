import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import { featureSchema } from '../feature-schema.ts'
import { errorSchema } from './profile-schema.ts'

const origin = z.enum(['shipped', 'file', 'api'])
const listed = z.object({ features: z.array(z.object({ origin, definition: featureSchema })).readonly() })
const named = z.object({ name: z.string().min(1).max(100) })

/** The definitions of features: `GET` and `POST /v1/features`, `DELETE /v1/features/:name`. */
export function addFeatureRoutes(app: FastifyInstance, { features, living }: Engine): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/features',
    {
      config: { access: 'features:read' },
      schema: {
        operationId: 'listFeatures',
        tags: ['features'],
        summary: 'Every definition, those that ship and the shop’s own',
        response: { 200: listed },
      },
    },
    () => ({
      features: features.all().map((definition) => ({
        origin: features.originOf(definition.name) ?? 'api',
        definition,
      })),
    }),
  )
  typed.post(
    '/v1/features',
    {
      config: { access: 'features:write' },
      schema: {
        operationId: 'defineFeature',
        tags: ['features'],
        summary: 'Defines a feature without code, or replaces one that was; profiles have it from then on',
        body: featureSchema,
        response: { 201: featureSchema, 400: errorSchema },
      },
    },
    async ({ body }, reply) => {
      await features.put(body)
      living.lenses.define(features.all())
      return reply.code(201).send(body)
    },
  )
  typed.delete(
    '/v1/features/:name',
    {
      config: { access: 'features:write' },
      schema: {
        operationId: 'removeFeature',
        tags: ['features'],
        summary: 'Takes a feature back that was defined through the API',
        params: named,
        response: { 204: z.null(), 400: errorSchema, 404: errorSchema },
      },
    },
    async ({ params }, reply) => {
      await features.remove(params.name)
      living.lenses.define(features.all())
      return reply.code(204).send(null)
    },
  )
}
