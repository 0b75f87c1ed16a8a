import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listQuarantine } from '../../collect/quarantine.ts'
import { replayQuarantine } from '../../collect/replay-quarantine.ts'
import { quarantineReasons } from '../../core/event.ts'
import type { Engine } from '../engine.ts'
import { loadQuarantined } from '../operations/show-quarantine.ts'
import { errorSchema } from './profile-schema.ts'

const importId = z.string().min(4).max(200).describe('live, live-import, or the id of a file’s import')
const rowNumber = z.int().min(0)
const filter = {
  reason: z.enum(quarantineReasons).optional(),
  source: z.string().min(1).max(200).optional().describe('who sent it; of a file its format'),
  importId: importId.optional(),
}

const rowSchema = z.object({
  importId: z.string(),
  fileName: z.string().describe('empty for calls'),
  source: z.string(),
  rowNumber,
  reason: z.enum(quarantineReasons),
  detail: z.string().describe('what was expected, what came, where'),
  at: z.string().describe('when it came'),
})

const reportSchema = z.object({
  rowCount: z.int().describe('stored + duplicate + stayed + those of files'),
  storedCount: z.int(),
  duplicateCount: z.int().describe('were stored before, in another telling'),
  stayedCount: z.int(),
  fileRowCount: z.int().describe('rows of files are not tried: the mended file is imported again'),
  stayed: z.array(rowSchema.pick({ importId: true, rowNumber: true, reason: true, detail: true })).readonly(),
})

/** What was set aside: listed without its content, shown one by one, tried again. */
export function addQuarantineRoutes(
  app: FastifyInstance,
  { engine, stopSignal }: { readonly engine: Engine; readonly stopSignal: AbortSignal },
): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  typed.get(
    '/v1/quarantine',
    {
      config: { access: 'events:read' },
      schema: {
        operationId: 'listQuarantine',
        summary: 'Rows and calls set aside in the last 30 days, the newest first',
        tags: ['quarantine'],
        querystring: z.object({ ...filter, limit: z.coerce.number().int().min(1).max(10_000).default(100) }),
        response: { 200: z.object({ rows: z.array(rowSchema).readonly() }), 400: errorSchema },
      },
    },
    async (request) => ({ rows: await listQuarantine(engine.database, request.query) }),
  )
  typed.get(
    '/v1/quarantine/:importId/:rowNumber',
    {
      config: { access: 'events:read' },
      schema: {
        operationId: 'getQuarantined',
        summary: 'One of them with its content, cut at 32 KB',
        tags: ['quarantine'],
        params: z.object({ importId, rowNumber: z.coerce.number().int().min(0) }),
        response: { 200: rowSchema.extend({ raw: z.string() }), 400: errorSchema, 404: errorSchema },
      },
    },
    ({ params }) => loadQuarantined(engine, params.importId, params.rowNumber),
  )
  typed.post(
    '/v1/quarantine/replay',
    {
      config: { access: 'events:write' },
      schema: {
        operationId: 'replayQuarantine',
        summary:
          'Tries calls again, each with the time at which it came; what is stored leaves the quarantine',
        tags: ['quarantine'],
        body: z.object({ ...filter, rowNumber: rowNumber.optional() }).describe('at least one of them'),
        response: { 200: reportSchema, 400: errorSchema, 404: errorSchema, 503: errorSchema },
      },
    },
    ({ body }) => {
      const { database, collector } = engine
      const options = {
        database,
        collector,
        now: engine.now(),
        progress: () => undefined,
        signal: stopSignal,
      }
      return replayQuarantine(body, options)
    },
  )
}
