import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { errorBody } from './error-body.ts'

/**
 * A connection costs little here (no thread waits for it), so many idle ones and slow senders stand in nobody's way; these
 * limits see to it that they do not stay. A request has half a minute to arrive, whose head comes first; an answer may
 * take as long as its work does.
 */
export const connectionLimits = {
  requestTimeout: 30_000,
  keepAliveTimeout: 72_000,
  /** Answered in `closeInOrder`, with the time to come again. */
  return503OnClosing: false,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16 * 1024 },
} as const

/** So long those that still send, or still wait for an answer, have when the server stops. */
const closingGraceMs = 10_000
const closingRetryAfterSeconds = 5

/**
 * Whoever sent a request whole is answered. Once the server closes, what had begun is answered, and what comes over a
 * connection that is still open is told to come again elsewhere or later.
 */
export function closeInOrder(app: FastifyInstance): void {
  let isClosing = false
  // Who sends and closes their half waits for the answer all the same.
  Object.assign(app.server, { httpAllowHalfOpen: true })
  app.addHook('preClose', async () => {
    isClosing = true
    setTimeout(() => app.server.closeAllConnections(), closingGraceMs).unref()
  })
  // What had begun before is answered over a connection that would otherwise be kept.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (!isClosing) return
    const error = new AppError('stopped', { en: 'the server is stopping', zh: '服务正在停止' })
    return reply
      .code(503)
      .header('retry-after', closingRetryAfterSeconds)
      .send({ ...errorBody(error), reason: 'stopping' })
  })
}

/** What cannot be read as HTTP has no request and no reply, so it is answered on the socket. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  const answering = answerInProgress(socket)
  // Browsers open connections ahead: an answer there would be taken for that of the request to come.
  const isUnused = socket.bytesRead === 0
  if (isUnused || error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent === true) {
    socket.destroy()
  } else if (answering?.req.complete === true) {
    // Rubbish behind a sound request, which has its answer first.
    answering.once('close', () => answerClientError(error, socket))
  } else {
    socket.end(clientErrorAnswer(error.code ?? 'unknown'), () => socket.destroy())
  }
}

/** Node keeps it at the socket. */
function answerInProgress(
  socket: Socket & { readonly _httpMessage?: ServerResponse | null },
): ServerResponse | undefined {
  return socket._httpMessage ?? undefined
}

function clientErrorAnswer(code: string): string {
  const status = clientErrorStatuses[code] ?? 400
  const text = {
    en: `the request cannot be read as HTTP (${code})`,
    zh: `无法按 HTTP 解析请求（${code}）`,
  }
  const body = JSON.stringify(errorBody(new AppError('bad_input', text)))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

const clientErrorStatuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}
