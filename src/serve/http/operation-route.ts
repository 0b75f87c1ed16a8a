import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../core/errors.ts'
import type { Engine } from '../engine.ts'
import type { Operation } from '../operation.ts'
import type { OperationMessage } from '../remote-operation.ts'
import { isSameSecret } from './access.ts'

/** At most this often a sign of progress is sent, so that a fast loop does not flood the wire. */
const progressIntervalMs = 100

export type OperationRouteOptions = {
  readonly engine: Engine
  readonly operations: readonly Operation[]
  readonly token: string
  /** Ends every operation that runs, so that a server that is to stop need not wait for them. */
  readonly stopSignal: AbortSignal
}

/**
 * `POST /v1/operations/:name`: what the command line asks of the server that owns its data directory. It asks for the
 * token of server.json, which only the owner of that directory can read; it is no public API.
 */
export function addOperationRoute(app: FastifyInstance, options: OperationRouteOptions): void {
  app.post<{ Params: { name: string } }>(
    '/v1/operations/:name',
    { config: { access: 'owner' }, schema: { hide: true } },
    async (request, reply) => {
      if (!isSameSecret(request.headers.authorization ?? '', `Bearer ${options.token}`)) {
        return reply.code(401).send({ message: 'the token of server.json is missing or wrong' })
      }
      const operation = options.operations.find((each) => each.name === request.params.name)
      if (!operation) return reply.code(404).send({ message: `there is no operation ${request.params.name}` })
      const stopper = new AbortController()
      const onGone = () => stopper.abort(new Error('the caller went away'))
      // A caller that ends closes its half of the connection, which leaves the other open (`closeInOrder`).
      request.socket.once('end', onGone)
      reply.raw.once('close', () => {
        request.socket.off('end', onGone)
        onGone()
      })
      const signal = AbortSignal.any([stopper.signal, options.stopSignal])
      const stream = new PassThrough()
      void answer(operation, request.body, options.engine, signal, stream)
      return reply.type('application/x-ndjson').send(stream)
    },
  )
}

async function answer(
  operation: Operation,
  body: unknown,
  engine: Engine,
  signal: AbortSignal,
  stream: PassThrough,
): Promise<void> {
  const send = (message: OperationMessage) => stream.write(`${JSON.stringify(message)}\n`)
  let sentAtMs = 0
  try {
    const input = operation.input.parse(body)
    const progress: Parameters<Operation['run']>[1]['progress'] = (step) => {
      const nowMs = performance.now()
      if (nowMs - sentAtMs < progressIntervalMs) return
      sentAtMs = nowMs
      send({ progress: step })
    }
    send({ output: await operation.run(input, { engine, progress, signal }) })
  } catch (error) {
    send({ error: toMessage(error) })
  } finally {
    stream.end()
  }
}

function toMessage(error: unknown): Extract<OperationMessage, { error: unknown }>['error'] {
  if (error instanceof AppError) {
    const { code, text, wayOut, expected, received, where } = error
    return {
      code,
      text,
      wayOut,
      ...(expected === undefined ? {} : { expected }),
      ...(received === undefined ? {} : { received }),
      ...(where === undefined ? {} : { where }),
    }
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: 'fault', text: { en: detail, zh: detail }, wayOut: { en: '', zh: '' } }
}
