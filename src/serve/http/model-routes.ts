import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { languages } from '../../core/language.ts'
import { renderModelCard, writeModelCard } from '../../evaluate/model-card.ts'
import { loadModelChecks } from '../../train/check-models.ts'
import { listActiveModels, listModels, requireModel } from '../../train/registry.ts'
import type { Engine } from '../engine.ts'
import { loadModelCard } from '../load-model-card.ts'
import { promoteModel, rollbackModel } from '../operations/promote-model.ts'
import { entrySchema, promotedSchema, shownSchema } from './model-schema.ts'
import { errorSchema } from './profile-schema.ts'
import { writeModelMetrics } from './write-model-metrics.ts'

const key = z.string().min(1).max(200).describe('a name, for the fit in use, or a version')
const errors = { 400: errorSchema, 404: errorSchema, 409: errorSchema }

/** The registry: `GET /v1/models`, one of them, its card; `POST` promote and rollback; `GET /metrics`. */
export function addModelRoutes(app: FastifyInstance, engine: Engine, stopSignal: AbortSignal): void {
  addReadingRoutes(app, engine)
  addDecidingRoutes(app, engine, stopSignal)
  app.get(
    '/metrics',
    { config: { access: 'models:read' }, schema: { hide: true } },
    async (_request, reply) => {
      const [active, checks] = [
        await listActiveModels(engine.database),
        await loadModelChecks(engine.database),
      ]
      const text = writeModelMetrics(active, checks, engine.now().getTime())
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text)
    },
  )
}

function addReadingRoutes(app: FastifyInstance, engine: Engine): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const { database } = engine
  typed.get(
    '/v1/models',
    {
      config: { access: 'models:read' },
      schema: {
        operationId: 'listModels',
        tags: ['models'],
        summary: 'Every registered fit, newest first',
        response: { 200: z.object({ models: z.array(entrySchema).readonly() }) },
      },
    },
    async () => ({
      models: (await listModels(database)).map(({ evaluation, record, ...entry }) => ({
        ...entry,
        ...(evaluation && { verdict: evaluation.verdict }),
        ...(record && { reason: record.reason }),
      })),
    }),
  )
  typed.get(
    '/v1/models/:key',
    {
      config: { access: 'models:read' },
      schema: {
        operationId: 'getModel',
        tags: ['models'],
        summary: 'A fit with its evaluation, what stands behind it and how it is doing; without its weights',
        params: z.object({ key }),
        response: { 200: shownSchema, ...errors },
      },
    },
    async ({ params }) => {
      const { model: _, ...entry } = await requireModel(database, params.key)
      const health = (await loadModelChecks(database)).get(entry.version)
      return { ...entry, ...(health && { health }) }
    },
  )
  typed.get(
    '/v1/models/:key/card',
    {
      config: { access: 'models:read' },
      schema: {
        operationId: 'getModelCard',
        tags: ['models'],
        summary: 'Its model card, a page or Markdown',
        params: z.object({ key }),
        querystring: z.object({
          lang: z.enum(languages).default('en'),
          as: z.enum(['html', 'md']).default('html'),
        }),
      },
    },
    async ({ params, query }, reply) => {
      const card = await loadModelCard(engine, params.key)
      return query.as === 'md'
        ? reply.type('text/markdown; charset=utf-8').send(writeModelCard(card, query.lang))
        : reply.type('text/html; charset=utf-8').send(renderModelCard(card, query.lang))
    },
  )
}

function addDecidingRoutes(app: FastifyInstance, engine: Engine, signal: AbortSignal): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const context = { engine, signal, progress: () => undefined }
  typed.post(
    '/v1/models/promote',
    {
      config: { access: 'models:write' },
      schema: {
        operationId: 'promoteModel',
        tags: ['models'],
        summary: 'Puts a registered fit into use; it scores everybody first',
        body: z.object({
          version: z.string().min(1).max(200),
          force: z.boolean().default(false).describe('also where it does not beat its baseline'),
        }),
        response: { 200: promotedSchema, ...errors },
      },
    },
    ({ body }) => promoteModel.run(body, context),
  )
  typed.post(
    '/v1/models/rollback',
    {
      config: { access: 'models:write' },
      schema: {
        operationId: 'rollbackModel',
        tags: ['models'],
        summary: 'Puts the fit into use that was before the present one',
        body: z.object({ name: z.string().min(1).max(200) }),
        response: { 200: promotedSchema, ...errors },
      },
    },
    ({ body }) => rollbackModel.run(body, context),
  )
}
