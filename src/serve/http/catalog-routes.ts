import type { IncomingMessage } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ItemRecord, loadItem } from '../../catalog/load-items.ts'
import { AppError } from '../../core/errors.ts'
import type { Engine } from '../engine.ts'
import { itemSchema } from './catalog/item-schema.ts'
import { takeItems } from './catalog/take-items.ts'
import { refusalSchema } from './ingest/ingest-schema.ts'
import { readSentBody, type SentBody } from './ingest/read-sent-body.ts'
import { sendRefusal } from './ingest/refusal.ts'
import { errorSchema } from './profile-schema.ts'
import { statusCodeOf } from './status-code.ts'

const maxBytes = 4 * 1024 * 1024
const retryAfterSeconds = 30

/** What a shop tells of its items, and what is known of one. */
export async function addCatalogRoutes(app: FastifyInstance, engine: Engine): Promise<void> {
  addReading(app, engine)
  await app.register(async (scope) => addWriting(scope, engine))
}

const answerSchema = z.object({
  success: z.literal(true),
  received: z.int().describe('stored + errors'),
  stored: z.int(),
  errors: z
    .array(
      z.object({
        index: z.int().describe('place among the items'),
        item_id: z.string().optional(),
        reason: z.enum(['bad_json', 'schema_violation']),
        detail: z.string(),
      }),
    )
    .describe('the items that were not taken'),
})

const refusals = {
  400: refusalSchema.describe('no items can be told apart in the body'),
  401: refusalSchema.describe('the write key is missing or unknown'),
  403: refusalSchema.describe('a browser’s key or one without the scope catalog:write may not do this'),
  413: refusalSchema.describe('too many items or bytes at a time'),
  503: refusalSchema.describe('the database does not answer or its disk is full: again after Retry-After'),
}

function addWriting(app: FastifyInstance, engine: Engine): void {
  // As with calls: the body is JSON whatever its headers say.
  app.addHook('onRequest', async (request) => void delete request.raw.headers['content-type'])
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readSentBody(payload, maxBytes),
  )
  answerTrouble(app)
  app.post<{ Body: SentBody | undefined }>(
    '/v1/catalog',
    {
      // It asks for a key of its own.
      config: { access: 'anybody', takesAnyHost: true },
      schema: {
        operationId: 'upsertItems',
        summary: 'States items, whole or in part; asks for a server’s key, or a secret key that may',
        tags: ['catalogue'],
        security: [{ writeKey: [] }, { writeKeyInAddress: [] }, { secret: ['catalog:write'] }],
        body: z
          .union([
            itemSchema,
            z.array(itemSchema).max(5000),
            z.object({ items: z.array(itemSchema).max(5000) }),
          ])
          .describe('or JSON lines, an item each; at most 5,000 items and 4 MB, plain or gzip'),
        response: { 200: answerSchema, ...refusals },
      },
      // The schema describes; items are checked one by one.
      validatorCompiler: () => () => true,
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const answer = await takeItems(request, engine)
      return 'kind' in answer ? sendRefusal(reply, answer) : answer
    },
  )
}

function answerTrouble(app: FastifyInstance): void {
  const outer = app.errorHandler
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    if (!(error instanceof AppError)) return outer.call(app, error, request, reply)
    const status = statusCodeOf(error.code)
    if (status === 503) reply.header('retry-after', String(retryAfterSeconds))
    return sendRefusal(reply, { kind: 'refused', status, reason: error.code, error })
  })
}

const recordSchema = z.object({
  item: z.object({
    item_id: z.string(),
    name: z.string(),
    name_zh: z.string(),
    description: z.string(),
    description_zh: z.string(),
    category: z.array(z.string()).readonly().describe('from the broadest to the narrowest'),
    category_zh: z
      .array(z.string())
      .readonly()
      .describe('the same levels in Chinese, where they were stated'),
    brand: z.string(),
    price: z.number().describe('0 when unknown'),
    currency: z.string(),
    attributes: z.record(z.string(), z.string()),
  }),
  source: z.string().describe('who told of it; event:… where only events did'),
  updated_at: z.string(),
})

function addReading(app: FastifyInstance, engine: Engine): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/catalog/:id',
    {
      config: { access: 'catalog:read' },
      schema: {
        operationId: 'getItem',
        summary: 'What is known of an item',
        tags: ['catalogue'],
        params: z.object({ id: z.string().min(1).max(255) }),
        response: { 200: recordSchema, 404: errorSchema },
      },
    },
    async ({ params }) => {
      const item = await loadItem(engine.database, params.id)
      if (item !== undefined) return toWire(item)
      throw new AppError('not_found', {
        en: `there is no item ${params.id}`,
        zh: `没有商品 ${params.id}`,
      })
    },
  )
}

function toWire(record: ItemRecord): z.output<typeof recordSchema> {
  const { id, nameZh, descriptionZh, categoryZh, source, updatedAt, ...rest } = record
  const item = {
    item_id: id,
    ...rest,
    name_zh: nameZh,
    description_zh: descriptionZh,
    category_zh: categoryZh,
  }
  return { item, source, updated_at: updatedAt }
}
