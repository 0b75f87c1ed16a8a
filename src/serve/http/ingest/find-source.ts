import type { FastifyRequest } from 'fastify'
import type { Source, Sources } from '../../../collect/sources.ts'
import { readBasic } from '../access.ts'

/**
 * Whose write key came with a request: as the user of basic authentication, as the query parameter `writeKey`, or as
 * `writeKey` of the body (a beacon cannot set headers). The first that is known counts, since a shop may have basic
 * authentication of its own before its pages. Undefined when none is known.
 */
export function findSource(
  sources: Sources,
  request: Pick<FastifyRequest, 'headers' | 'query'>,
  json?: unknown,
): Source | undefined {
  return (
    findByKey(sources, readUser(request.headers.authorization)) ??
    findByKey(sources, readKey(request.query)) ??
    findByKey(sources, readKey(json))
  )
}

function findByKey(sources: Sources, key: unknown): Source | undefined {
  return typeof key === 'string' ? sources.find(key) : undefined
}

function readUser(authorization: string | undefined): string | undefined {
  const [, value] = /^basic +(\S+) *$/i.exec(authorization ?? '') ?? []
  return value === undefined ? undefined : readBasic(value).user
}

function readKey(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'writeKey' in value ? value.writeKey : undefined
}
