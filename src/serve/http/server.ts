import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { AppError } from '../../core/errors.ts'
import { addOperationRoute, type OperationRouteOptions } from './operation-route.ts'
import { addPageRoutes } from './page-routes.ts'
import { addProfileRoutes } from './profile-routes.ts'
import { statusCodeOf } from './status-code.ts'

export type ServerOptions = OperationRouteOptions & { readonly version: string }

/** The HTTP API with its OpenAPI page at /docs; not yet listening. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, bodyLimit: 4 * 1024 * 1024 })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof AppError) return reply.code(statusCodeOf(error.code)).send(toBody(error))
    if (hasZodFastifySchemaValidationErrors(error)) {
      const text = error.validation.map((each) => `${each.instancePath}: ${each.message}`).join('; ')
      return reply.code(400).send(toBody(new AppError('bad_input', text)))
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500) options.engine.log.error('request failed', { error: String(error) })
    return reply
      .code(status)
      .send({ code: 'fault', message: status >= 500 ? 'internal fault' : String(error) })
  })
  refuseForeignHosts(app, options.engine.config.host)
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Likeness', version: options.version } },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  addPageRoutes(app, options)
  addProfileRoutes(app, options.engine)
  addOperationRoute(app, options)
  return app
}

function toBody(error: AppError): object {
  const { code, text, wayOut, expected, received, where } = error
  return { code, message: text.en, messageZh: text.zh, expected, received, where, wayOut }
}

/** On loopback, a page of another site must not read profiles through a name that it points at this machine. */
function refuseForeignHosts(app: FastifyInstance, host: string): void {
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) return
  app.addHook('onRequest', async (request, reply) => {
    if (!['127.0.0.1', '[::1]', 'localhost'].includes(request.hostname)) {
      await reply
        .code(403)
        .send({ code: 'bad_input', message: `this server answers to localhost, not to ${request.hostname}` })
    }
  })
}
