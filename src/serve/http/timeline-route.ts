import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { loadTimeline } from '../../events/load-timeline.ts'
import type { Engine } from '../engine.ts'
import { explainMissing, resolveProfile } from '../read-profiles.ts'
import { writeLine } from '../write-line.ts'
import { readCursor, writeCursor } from './profile/timeline-cursor.ts'
import { errorSchema, lineSchema, profileParams } from './profile-schema.ts'
import { sendTagged } from './send-tagged.ts'

const maxLines = 500

const timelineSchema = z.object({
  profileId: z.string(),
  lines: z
    .array(lineSchema)
    .readonly()
    .describe('the latest first; an order of three items has three lines of one event'),
  next: z.string().optional().describe('`before` of the page that follows; absent on the last'),
})

/** `GET /v1/profiles/:id/timeline`: what a person did, a page at a time. */
export function addTimelineRoute(app: FastifyInstance, { database, profiles }: Engine): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/profiles/:id/timeline',
    {
      config: { access: 'events:read' },
      schema: {
        operationId: 'getTimeline',
        tags: ['profiles'],
        summary: 'What one person did, the latest first, a page at a time',
        params: profileParams,
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(maxLines).default(100),
          before: z.string().max(2000).optional().describe('`next` of the page before'),
        }),
        response: { 200: timelineSchema, 400: errorSchema, 404: errorSchema },
      },
    },
    async (request, reply) => {
      const { limit, before } = request.query
      const { id } = request.params
      const profileId = resolveProfile(profiles, id)
      // One more, which tells whether a page follows.
      const found = await loadTimeline(database, profileId, {
        limit: limit + 1,
        ...(before !== undefined && { before: readCursor(before) }),
      })
      if (found.length === 0 && profiles.resolve(id).kind === 'unheard') throw explainMissing(id, 'unknown')
      const lines = found.slice(0, limit)
      const last = lines.at(-1)
      const hasMore = found.length > limit && last !== undefined
      return sendTagged(request, reply, {
        profileId,
        lines: lines.map(writeLine),
        ...(hasMore && { next: writeCursor(last) }),
      } satisfies z.output<typeof timelineSchema>)
    },
  )
}
