import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import { splitInput, splitProfile } from '../operations/split-profile.ts'
import { readProfile } from '../read-profile.ts'
import { errorSchema, profileSchema } from './profile-schema.ts'

const identitySchema = z.object({ kind: z.string(), id: z.string() })
const splitSchema = z.object({
  profileId: z.string(),
  identities: z.array(identitySchema).readonly(),
  restProfileId: z.string(),
  restIdentities: z.array(identitySchema).readonly(),
})
const profileParams = z.object({ id: z.string().min(1).max(500) })

/** `GET /v1/profiles/:id` and `POST /v1/profiles/:id/split`. */
export function addProfileRoutes(app: FastifyInstance, engine: Engine, stopSignal: AbortSignal): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/profiles/:id',
    {
      schema: {
        operationId: 'getProfile',
        tags: ['profiles'],
        summary: 'The profile of one person as it is now, with the reasons of each score',
        params: profileParams,
        response: { 200: profileSchema, 404: errorSchema, 409: errorSchema },
      },
    },
    (request) => readProfile(engine, request.params.id),
  )
  typed.post(
    '/v1/profiles/:id/split',
    {
      schema: {
        operationId: 'splitProfile',
        tags: ['profiles'],
        summary: 'Takes an id out of a profile that it was merged into wrongly; history follows',
        params: profileParams,
        body: splitInput.omit({ profileId: true }),
        response: { 200: splitSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    ({ params, body }) => {
      const context = { engine, progress: () => undefined, signal: stopSignal }
      return splitProfile.run({ profileId: params.id, ...body }, context)
    },
  )
}
