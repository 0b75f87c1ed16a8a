import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReadyAnswer } from '../../profiles/profile-reader.ts'

/**
 * Sends JSON about people with a strong entity tag over its bytes (RFC 9110, 8.8.3), or 304 to whoever has it already.
 * Nobody between may keep it, and whoever keeps it asks again.
 */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, value: object): FastifyReply {
  const body = Buffer.from(JSON.stringify(value))
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 27)
  return sendReady(request, reply, { body, tag })
}

/** The same, of an answer that lies ready. */
export function sendReady(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, tag }: ReadyAnswer,
): FastifyReply {
  const etag = `"${tag}"`
  reply.headers({ etag, 'cache-control': 'private, no-cache' })
  if (hasTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** A list of tags is asked by the weak comparison (RFC 9110, 13.1.2). */
function hasTag(asked: string | undefined, etag: string): boolean {
  if (asked === undefined) return false
  return asked.trim() === '*' || asked.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
