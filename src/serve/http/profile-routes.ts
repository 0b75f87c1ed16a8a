import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { loadProfile } from '../../profiles/load-profile.ts'
import type { Engine } from '../engine.ts'
import { errorSchema, profileSchema } from './profile-schema.ts'

/** `GET /v1/profiles/:id`. */
export function addProfileRoutes(app: FastifyInstance, engine: Engine): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/profiles/:id',
    {
      schema: {
        operationId: 'getProfile',
        summary: 'The profile of one person as of the latest cut, with the reasons of each score',
        params: z.object({ id: z.string().min(1).max(500) }),
        response: { 200: profileSchema, 404: errorSchema, 409: errorSchema },
      },
    },
    (request) => loadProfile(engine.database, request.params.id),
  )
}
