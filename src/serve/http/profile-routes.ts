import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Engine } from '../engine.ts'
import { splitInput, splitProfile } from '../operations/split-profile.ts'
import { explainMissing, missingReasons, readAnswer, readProfile, readProfiles } from '../read-profiles.ts'
import { chooseParts, parseChoice, profileFields } from './profile/choose-parts.ts'
import { anyId, chosenProfileSchema, errorSchema, profileParams } from './profile-schema.ts'
import { sendReady, sendTagged } from './send-tagged.ts'

const maxBatch = 100
const maxNames = 500

const identitySchema = z.object({ kind: z.string(), id: z.string() })
const splitSchema = z.object({
  profileId: z.string(),
  identities: z.array(identitySchema).readonly(),
  restProfileId: z.string(),
  restIdentities: z.array(identitySchema).readonly(),
})

const words = z.string().max(20_000)
const choiceInQuery = z.object({
  fields: words.optional().describe(`parts, by commas; of ${profileFields.join(', ')}`),
  features: words.optional().describe('features by name, by commas'),
})
const batchBody = z.object({
  ids: z.array(anyId).min(1).max(maxBatch),
  fields: z
    .array(z.string().max(100))
    .max(maxNames)
    .optional()
    .describe(`of ${profileFields.join(', ')}`),
  features: z.array(z.string().max(200)).max(maxNames).optional().describe('features by name'),
})
const batchAnswer = z.object({
  results: z
    .array(
      z.discriminatedUnion('found', [
        z.object({ id: z.string(), found: z.literal(true), profile: chosenProfileSchema }),
        z.object({
          id: z.string(),
          found: z.literal(false),
          reason: z.enum(missingReasons),
          message: z.string(),
          messageZh: z.string(),
        }),
      ]),
    )
    .readonly()
    .describe('in the order of the ids'),
})

/** `/v1/profiles`: by any id, many at a time, and taking ids apart. */
export function addProfileRoutes(app: FastifyInstance, engine: Engine, stopSignal: AbortSignal): void {
  addReading(app, engine)
  addSplitting(app, engine, stopSignal)
}

function addReading(
  app: FastifyInstance,
  { profiles, features: shop }: Pick<Engine, 'profiles' | 'features'>,
): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/profiles/:id',
    {
      config: { access: 'profiles:read' },
      schema: {
        operationId: 'getProfile',
        tags: ['profiles'],
        summary:
          'The profile of one person as it is now by any id, whole or in parts, with the reasons of each score',
        params: profileParams,
        querystring: choiceInQuery,
        response: { 200: chosenProfileSchema, ...errors },
      },
    },
    async (request, reply) => {
      const { fields, features } = request.query
      if (fields === undefined && features === undefined)
        return sendReady(request, reply, await readAnswer(profiles, request.params.id))
      const choice = parseChoice({ fields: fields?.split(','), features: features?.split(',') }, shop.all())
      const profile = await readProfile(profiles, request.params.id)
      return sendTagged(request, reply, chooseParts(profile, choice))
    },
  )
  typed.post(
    '/v1/profiles/batch',
    {
      config: { access: 'profiles:read' },
      schema: {
        operationId: 'getProfiles',
        tags: ['profiles'],
        summary: 'Up to 100 profiles by any ids, each found or not with the reason',
        body: batchBody,
        response: { 200: batchAnswer, 400: errorSchema, 409: errorSchema },
      },
      // A hundred profiles are not checked on their way out: their types are.
      serializerCompiler: () => JSON.stringify,
    },
    async ({ body }, reply) => {
      const choice = parseChoice(body, shop.all())
      const answers = await readProfiles(profiles, body.ids)
      reply.header('cache-control', 'no-store')
      return {
        results: answers.map((answer, index) => {
          const id = body.ids[index] ?? ''
          if (answer.kind === 'found') {
            return { id, found: true as const, profile: chooseParts(answer.profile, choice) }
          }
          const { en, zh } = explainMissing(id, answer.reason).text
          return { id, found: false as const, reason: answer.reason, message: en, messageZh: zh }
        }),
      }
    },
  )
}

const errors = { 400: errorSchema, 404: errorSchema, 409: errorSchema }

function addSplitting(app: FastifyInstance, engine: Engine, stopSignal: AbortSignal): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/profiles/:id/split',
    {
      config: { access: 'profiles:write' },
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
