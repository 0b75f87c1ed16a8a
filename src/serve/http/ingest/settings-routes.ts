import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Source, Sources } from '../../../collect/sources.ts'
import { AppError } from '../../../core/errors.ts'
import { errorBody } from '../error-body.ts'
import { errorSchema } from '../profile-schema.ts'
import { findSource } from './find-source.ts'
import { refuse, sendRefusal } from './refusal.ts'

const config = { access: 'anybody', takesAnyHost: true } as const

/** What the browser SDKs of Segment and RudderStack load before they send anything: no destinations, and where to send. */
export function addSettingsRoutes(app: FastifyInstance, sources: Sources): void {
  app.get<{ Params: { key: string } }>(
    '/v1/projects/:key/settings',
    {
      config,
      schema: {
        operationId: 'getProjectSettings',
        summary: 'What @segment/analytics-next loads first: where to send, by the name it was asked by',
        tags: ['collect'],
        security: [],
        params: z.object({ key: z.string().max(200) }),
        response: { 200: z.looseObject({ integrations: z.looseObject({}) }), 404: errorSchema },
      },
    },
    (request, reply) => {
      const source = sources.find(request.params.key)
      const address = publicAddress(request)
      // A server's key in the address of a request that browsers make is a secret given away.
      if (source?.kind !== 'browser' || address === undefined) return refuseKey(reply)
      return reply.header('cache-control', 'no-cache').send(segmentSettings(source, address))
    },
  )
  app.get(
    '/sourceConfig',
    {
      config,
      schema: {
        operationId: 'getSourceConfig',
        summary: 'What the JavaScript SDK of RudderStack loads first',
        tags: ['collect'],
        security: [{ writeKey: [] }, { writeKeyInAddress: [] }],
        response: { 200: z.looseObject({ source: z.looseObject({}) }), 401: errorSchema },
      },
    },
    (request, reply) => {
      const source = findSource(sources, request)
      if (source === undefined) return sendRefusal(reply, refuse('unauthorised'))
      return reply.header('cache-control', 'no-cache').send(rudderSettings(source))
    },
  )
}

type Address = { readonly protocol: 'http' | 'https'; readonly host: string }

/** By which address the browser reached this server, through whatever proxy; undefined when it names none. */
function publicAddress(request: FastifyRequest): Address | undefined {
  const host = firstOf(request.headers['x-forwarded-host']) ?? request.host
  if (!/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host)) return undefined
  const forwarded = firstOf(request.headers['x-forwarded-proto'])
  return { host, protocol: forwarded === 'https' || request.protocol === 'https' ? 'https' : 'http' }
}

/** Each proxy adds its own at the end; the first is what the browser asked. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const [first] = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
  return first === undefined || first.trim() === '' ? undefined : first.trim()
}

function segmentSettings({ writeKey }: Source, { host, protocol }: Address) {
  const everything = { __default: { enabled: true, integrations: {} } }
  return {
    integrations: {
      'Segment.io': {
        apiKey: writeKey,
        apiHost: `${host}/v1`,
        protocol,
        unbundledIntegrations: [],
        addBundledMetadata: false,
        retryQueue: true,
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
      },
    },
    plan: { track: everything, identify: everything, group: everything },
    edgeFunction: {},
    middlewareSettings: {},
    enabledMiddleware: {},
    remotePlugins: [],
    analyticsNextEnabled: true,
    legacyVideoPluginsEnabled: false,
    metrics: { sampleRate: 0, host: `${host}/v1` },
  }
}

function rudderSettings({ name, writeKey, createdAt }: Source) {
  const off = { enabled: false }
  const source = {
    id: name,
    name,
    writeKey,
    enabled: true,
    workspaceId: 'likeness',
    config: { statsCollection: { errors: off, metrics: off } },
    destinations: [],
    connections: [],
    createdAt,
    updatedAt: createdAt,
  }
  return { source }
}

function refuseKey(reply: FastifyReply): FastifyReply {
  const error = new AppError(
    'not_found',
    { en: 'there is no browser’s key like this', zh: '没有这样的浏览器密钥' },
    { wayOut: { en: '`likeness sources ls` lists the keys.', zh: '`likeness sources ls` 可列出密钥。' } },
  )
  return reply.code(404).send(errorBody(error))
}
