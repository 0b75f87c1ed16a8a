import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { defaultValueOf } from '../../features/default-value.ts'
import type { Engine } from '../engine.ts'
import { refuseUnknownFeatures } from '../feature-names.ts'
import { errorSchema } from './profile-schema.ts'

const maxEntities = 100
const askSchema = z.strictObject({
  features: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(500)
    .readonly()
    .describe('names, also as `profile:NAME`'),
  entities: z.strictObject({
    profile_id: z
      .array(z.string().min(1).max(500))
      .min(1)
      .max(maxEntities)
      .readonly()
      .describe('ids of any kind'),
  }),
  full_feature_names: z.boolean().optional().describe('name them `profile__NAME`'),
})
const statusSchema = z.enum(['PRESENT', 'NULL_VALUE', 'NOT_FOUND'])
type Status = z.output<typeof statusSchema>
const value = z.union([z.number(), z.string(), z.null()])
const answerSchema = z.object({
  metadata: z.object({ feature_names: z.array(z.string()).readonly() }),
  results: z
    .array(
      z.object({
        values: z.array(value).readonly(),
        statuses: z.array(statusSchema).readonly(),
        event_timestamps: z.array(z.string()).readonly(),
      }),
    )
    .readonly()
    .describe('one for each feature name, a value for each profile'),
})

/** What is told of one profile, column by column. */
type Told = {
  readonly isKnown: boolean
  readonly atMs: number
  readonly values: Readonly<Record<string, number | string>>
}

/**
 * `POST /v1/features/online`: features of some profiles as of now, asked and answered as by Feast's feature server. Of
 * somebody unknown the status is NOT_FOUND and the value the default of the feature.
 */
export function addOnlineFeaturesRoute(app: FastifyInstance, engine: Engine): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/features/online',
    {
      config: { access: 'features:read' },
      schema: {
        operationId: 'getOnlineFeatures',
        tags: ['features'],
        summary: `Features of up to ${maxEntities} profiles as of now, in the form of Feast’s feature server`,
        body: askSchema,
        response: { 200: answerSchema, 400: errorSchema },
      },
    },
    async ({ body }, reply) => {
      const names = body.features.map((name) => name.replace(/^profile:/, ''))
      refuseUnknownFeatures(names, {
        where: 'features',
        kinds: 'single',
        definitions: engine.features.all(),
      })
      const ids = body.entities.profile_id
      const told = await Promise.all(ids.map((id) => readOne(id, engine)))
      const shown = names.map((name) => (body.full_feature_names === true ? `profile__${name}` : name))
      reply.header('cache-control', 'no-store')
      return {
        metadata: { feature_names: ['profile_id', ...shown] },
        results: [columnOf(ids, told), ...names.map((name) => featureColumn(name, told, engine))],
      }
    },
  )
}

async function readOne(id: string, { profiles, living }: Engine): Promise<Told> {
  const resolved = profiles.resolve(id)
  const profileId = 'profileId' in resolved ? resolved.profileId : undefined
  const features = profileId === undefined ? undefined : await living.readFeatures(profileId)
  if (features === undefined) return { isKnown: false, atMs: 0, values: {} }
  return { isKnown: true, atMs: features.lastEventMs, values: { ...features.labels, ...features.numbers } }
}

function featureColumn(name: string, told: readonly Told[], { features }: Engine) {
  const definition = features.all().find((each) => each.name === name)
  const missing = (definition && defaultValueOf(definition)) ?? null
  const values = told.map((each) => each.values[name] ?? (each.isKnown ? null : missing))
  return { ...columnOf(values, told), statuses: told.map((each) => statusOf(each, name)) }
}

function columnOf(values: readonly (string | number | null)[], told: readonly Told[]) {
  return {
    values,
    statuses: told.map((): Status => 'PRESENT'),
    event_timestamps: told.map(({ atMs }) => new Date(atMs).toISOString()),
  }
}

function statusOf({ isKnown, values }: Told, name: string): Status {
  if (!isKnown) return 'NOT_FOUND'
  return values[name] === undefined ? 'NULL_VALUE' : 'PRESENT'
}
