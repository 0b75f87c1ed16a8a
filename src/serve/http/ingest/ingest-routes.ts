import type { IncomingMessage } from 'node:http'
import cors from '@fastify/cors'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import type { DeliveryRoute } from '../../../collect/delivery.ts'
import { AppError } from '../../../core/errors.ts'
import { statusCodeOf } from '../status-code.ts'
import { describeAnswers, describeBody } from './ingest-schema.ts'
import { readSentBody, type SentBody } from './read-sent-body.ts'
import { sendRefusal } from './refusal.ts'
import { addSettingsRoutes } from './settings-routes.ts'
import { type IngestOptions, type IngestRoute, takeDelivery } from './take-delivery.ts'

const callTypes = [
  'identify',
  'track',
  'page',
  'screen',
  'group',
  'alias',
  'batch',
] as const satisfies DeliveryRoute[]

/** They carry a write key, and a shop may pass them on under a name of its own. */
const config = { access: 'anybody', takesAnyHost: true } as const

/**
 * The routes that Segment's and RudderStack's SDKs send to. Any page may ask them, without credentials; nothing can be
 * read from them but what the sender sent.
 */
export async function addIngestRoutes(parent: FastifyInstance, options: IngestOptions): Promise<void> {
  await parent.register(async (app) => {
    openToOtherSites(app)
    await app.register(cors, { origin: '*', exposedHeaders: 'Retry-After', maxAge: 86_400 })
    readEveryBody(app)
    answerTrouble(app)
    for (const type of callTypes) {
      addRoute(app, `/v1/${type}`, { route: type, isHistoric: false }, options)
      addRoute(app, `/v1/${type.charAt(0)}`, { route: type, isHistoric: false }, options, true)
    }
    addRoute(app, '/v1/import', { route: 'batch', isHistoric: true }, options)
    // RudderStack's beacon has a path of its own.
    addRoute(app, '/beacon/v1/batch', { route: 'batch', isHistoric: false }, options, true)
    takeMetrics(app)
    addSettingsRoutes(app, options.sources)
  })
}

/** Preflights are answered for the routes of this scope only; `@fastify/cors` would answer them for any path. */
function openToOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.access !== 'anybody') return reply.callNotFound()
    reply.header('cross-origin-resource-policy', 'cross-origin')
  })
  app.addHook('onRoute', ({ method, url }) => {
    if (method === 'POST' || method === 'GET')
      app.options(url, { config, schema: { hide: true } }, (_request, reply) => reply.send())
  })
}

function readEveryBody(app: FastifyInstance): void {
  // What the content type says is not asked, so one that makes no sense does no harm.
  app.addHook('onRequest', async (request) => void delete request.raw.headers['content-type'])
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) => readSentBody(payload))
}

function answerTrouble(app: FastifyInstance): void {
  const outer = app.errorHandler
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    if (!(error instanceof AppError)) return outer.call(app, error, request, reply)
    return sendRefusal(reply, {
      kind: 'refused',
      status: statusCodeOf(error.code),
      reason: error.code,
      error,
    })
  })
}

function addRoute(
  app: FastifyInstance,
  url: string,
  route: IngestRoute,
  options: IngestOptions,
  isShort = false,
): void {
  app.post<{ Body: SentBody | undefined }>(
    url,
    {
      config,
      schema: isShort ? { hide: true } : describeRoute(route),
      // The schemas describe; calls are read by the collector, where each can be set aside alone.
      validatorCompiler: () => () => true,
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const answer = await takeDelivery(request, route, options)
      return 'kind' in answer ? sendRefusal(reply, answer) : answer
    },
  )
}

function describeRoute({ route, isHistoric }: IngestRoute): object {
  return {
    operationId: isHistoric ? 'importCalls' : route,
    summary: isHistoric ? 'A batch from any past time; asks for a server’s key' : summaries[route],
    tags: ['collect'],
    security: [{ writeKey: [] }, { writeKeyInAddress: [] }, {}],
    body: describeBody(route),
    response: describeAnswers(),
  }
}

const summaries: Readonly<Record<DeliveryRoute, string>> = {
  identify: 'Facts of a person',
  track: 'Something that a person did',
  page: 'A page that a person saw',
  screen: 'A screen of an app that a person saw',
  group: 'A company or household that a person belongs to',
  alias: 'Two ids are one person',
  batch: 'Many calls at a time',
}

/** @segment/analytics-next tells of itself here; nobody reads it. */
function takeMetrics(app: FastifyInstance): void {
  app.post('/v1/m', { config, schema: { hide: true } }, (_request, reply) => reply.send({ success: true }))
}
