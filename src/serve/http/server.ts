import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { guardAccess } from './access.ts'
import { addCatalogRoutes } from './catalog-routes.ts'
import { checkBySchema } from './check-schema.ts'
import { answerClientError, closeInOrder, connectionLimits } from './connections.ts'
import { describeRoute } from './describe-route.ts'
import { errorBody } from './error-body.ts'
import { addExplainRoutes } from './explain-routes.ts'
import { addFeatureRoutes } from './feature-routes.ts'
import { addIngestRoutes } from './ingest/ingest-routes.ts'
import { createRateLimit } from './ingest/rate-limit.ts'
import { addLiveRoutes } from './live-routes.ts'
import { addModelRoutes } from './model-routes.ts'
import { addOnlineRoute } from './online-route.ts'
import { addOperationRoute, type OperationRouteOptions } from './operation-route.ts'
import { addPageRoutes } from './page-routes.ts'
import { addProfileRoutes } from './profile-routes.ts'
import { addQuarantineRoutes } from './quarantine-routes.ts'
import { addSnippetRoute } from './snippet-route.ts'
import { statusCodeOf } from './status-code.ts'
import { addTimelineRoute } from './timeline-route.ts'

export type ServerOptions = OperationRouteOptions & { readonly version: string }

/** The HTTP API with its OpenAPI page at /docs; not yet listening. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, log, collector, sources, secretKeys, now } = options.engine
  const app = Fastify({
    logger: false,
    ...connectionLimits,
    clientErrorHandler: answerClientError,
    bodyLimit: 4 * 1024 * 1024,
    // Ids of 500 characters, escaped; routes bound their own.
    routerOptions: { maxParamLength: 5_000 },
    // A path that cannot be decoded is told before there are routes and hooks.
    frameworkErrors: (error, _request, reply: FastifyReply) =>
      void reply
        .code(400)
        .headers(securityHeaders)
        .send(errorBody(new AppError('bad_input', error.message))),
  })
  app.setValidatorCompiler(checkBySchema)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders))
  closeInOrder(app)
  answerErrors(app, log)
  guardAccess(app, {
    host: config.host,
    secrets: [options.token, ...listOf(config.secretKey)],
    keys: secretKeys,
  })
  await app.register(swagger, { openapi: describeApi(options.version), transform: describeRoute })
  openToEveryKey(app, '/docs')
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // The page asks nobody but this server: no validator elsewhere, no scripts or styles from elsewhere.
    uiConfig: { validatorUrl: null },
    staticCSP:
      "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'",
  })
  const rateLimit = createRateLimit(config.maxEventsPerSecond)
  await addIngestRoutes(app, { collector, sources, rateLimit, now })
  addSnippetRoute(app)
  addLiveRoutes(app, { collector, stopSignal: options.stopSignal })
  addPageRoutes(app, options)
  addProfileRoutes(app, options.engine, options.stopSignal)
  addTimelineRoute(app, options.engine)
  addFeatureRoutes(app, options.engine)
  addOnlineRoute(app, options.engine)
  addExplainRoutes(app, options.engine, options.stopSignal)
  addQuarantineRoutes(app, options)
  addModelRoutes(app, options.engine, options.stopSignal)
  await addCatalogRoutes(app, options.engine)
  addOperationRoute(app, options)
  return app
}

/** What comes with the page of the API is registered by others, so that it is told here who may load it. */
function openToEveryKey(app: FastifyInstance, prefix: string): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith(prefix)) route.config = { ...route.config, access: 'any_key' }
  })
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

function describeApi(version: string): NonNullable<FastifyDynamicSwaggerOptions['openapi']> {
  return {
    openapi: '3.1.0',
    info: { title: 'Likeness', version },
    components: {
      securitySchemes: {
        writeKey: {
          type: 'http',
          scheme: 'basic',
          description: 'the write key of a source as the user, without a password',
        },
        writeKeyInAddress: {
          type: 'apiKey',
          in: 'query',
          name: 'writeKey',
          description: 'for beacons, which can set no headers; calls may also state it as writeKey',
        },
        secret: {
          type: 'http',
          scheme: 'bearer',
          description:
            'where the server does not listen on loopback: secretKey of the configuration, or a key of `likeness keys add` with the scope that a route names',
        },
      },
    },
    security: [{ secret: [] }, {}],
  }
}

/** Answers are read by pages of this server alone, and never as something that they are not. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof AppError) {
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
      return reply.code(statusCodeOf(error.code)).send(errorBody(error))
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status < 500) return reply.code(status).send(errorBody(new AppError('bad_input', String(error))))
    log.error('request failed', { error: String(error) })
    return reply.code(status).send({ code: 'fault', message: 'internal fault', messageZh: '内部错误' })
  })
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const error = new AppError(
      'not_found',
      { en: `there is nothing at ${request.method} ${path}`, zh: `${request.method} ${path} 处没有内容` },
      { wayOut: { en: 'GET /docs lists what there is.', zh: 'GET /docs 列出全部接口。' } },
    )
    return reply.code(404).send(errorBody(error))
  })
}
