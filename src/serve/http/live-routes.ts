import { createHmac, randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Collector } from '../../collect/collector.ts'
import { maskCall } from '../../collect/mask-call.ts'
import { AppError } from '../../core/errors.ts'
import { createLiveTeller } from './live-teller.ts'

/** More people than these do not look at once; each costs memory and time of the collector. */
const maxWatchers = 20
const heartbeatMs = 15_000

export type LiveOptions = {
  readonly collector: Collector
  readonly stopSignal: AbortSignal
}

/**
 * `GET /v1/debug/live`: what arrives, as it arrives, as server-sent events (HTML Living Standard, 9.2). People are masked
 * by hashes that hold while the server runs. A reader who is too slow is told how many calls were left out.
 */
export function addLiveRoutes(app: FastifyInstance, { collector, stopSignal }: LiveOptions): void {
  const maskKey = randomBytes(16)
  const maskId = (id: string) => createHmac('sha256', maskKey).update(id).digest('hex').slice(0, 8)
  let watcherCount = 0
  app.get(
    '/v1/debug/live',
    {
      config: { access: 'events:read' },
      schema: {
        operationId: 'watchLive',
        tags: ['collect'],
        summary: 'What arrives, as it arrives: server-sent events, people masked',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      if (watcherCount >= maxWatchers) throw tooManyWatchers()
      watcherCount += 1
      const stream = new PassThrough()
      const tell = createLiveTeller(stream)
      const unwatch = collector.watch((call) => tell(maskCall(call, maskId)))
      const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs)
      const end = () => stream.end()
      stopSignal.addEventListener('abort', end, { once: true })
      // Connections may be half open here, so that who leaves would else be noticed at the second heartbeat only.
      const { socket } = request.raw
      socket.once('end', end)
      reply.raw.once('close', () => {
        watcherCount -= 1
        unwatch()
        clearInterval(heartbeat)
        stopSignal.removeEventListener('abort', end)
        socket.removeListener('end', end)
        stream.destroy()
      })
      stream.write('retry: 2000\n\n')
      return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream)
    },
  )
}

function tooManyWatchers(): AppError {
  return new AppError(
    'overloaded',
    { en: `${maxWatchers} people look already`, zh: `已有 ${maxWatchers} 个查看者` },
    { retryAfterSeconds: 30 },
  )
}
