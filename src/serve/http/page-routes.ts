import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { languages } from '../../core/language.ts'
import { buildReport } from '../build-report.ts'
import type { Engine } from '../engine.ts'

/** `/v1/health`, and the report as a page; `/` leads to the report. */
export function addPageRoutes(
  app: FastifyInstance,
  { engine, version }: { readonly engine: Engine; readonly version: string },
): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/health',
    {
      // Whoever balances loads or watches has no secret; nothing of people is told.
      config: { access: 'anybody' },
      schema: {
        operationId: 'getHealth',
        tags: ['server'],
        security: [],
        summary: 'Whether the engine and its database answer',
        response: { 200: z.object({ status: z.literal('ok'), version: z.string(), database: z.string() }) },
      },
    },
    async () => {
      await engine.database.query('SELECT 1')
      return { status: 'ok' as const, version, database: engine.database.kind }
    },
  )
  typed.get(
    '/report',
    {
      config: { access: 'reports:read' },
      schema: {
        operationId: 'getReport',
        tags: ['server'],
        summary: 'The report, one self-contained page in English and Chinese',
        querystring: z.object({ lang: z.enum(languages).default('en') }),
      },
    },
    async (request, reply) => {
      const page = await buildReport(engine, request.query.lang)
      return reply.type('text/html; charset=utf-8').send(page)
    },
  )
  app.get('/', { config: { access: 'any_key' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/report'),
  )
}
