import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../core/errors.ts'
import { basic, type IngestServer, startIngestServer } from '../testing/ingest-server.ts'
import { answerSchema, refusalSchema } from './ingest-schema.ts'

let server: IngestServer
let messageCount = 0

beforeAll(async () => {
  server = await startIngestServer({ maxEventsPerSecond: 3000 })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.clockMs += 60_000
})

type Sent = { readonly key?: string; readonly headers?: Record<string, string> }

async function post(path: string, body: unknown, { key = server.browserKey, headers }: Sent = {}) {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...(key !== '' && { authorization: basic(key) }), ...headers },
    body: isRaw ? (body as string) : JSON.stringify(body),
  })
  const text = await response.text()
  // Answers are not held against their schema as they are sent.
  if (path !== '/v1/m') (response.ok ? answerSchema : refusalSchema).parse(JSON.parse(text))
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  }
}

function view(more: Record<string, unknown> = {}): Record<string, unknown> {
  messageCount += 1
  const properties = { product_id: 'p-1' }
  return { messageId: `m-${messageCount}`, anonymousId: 'a-1', event: 'Product Viewed', properties, ...more }
}

test('each call is stored, a repeat or set aside, and the answer tells which', async () => {
  const call = { type: 'track', ...view() }
  const wrong = view({ type: 'track', anonymousId: undefined })
  const answer = await post('/v1/batch', { batch: [call, call, wrong, 7] })
  expect(answer).toMatchObject({
    status: 200,
    body: { success: true, received: 4, stored: 1, duplicate: 1, quarantined: 2 },
  })
  expect(answer.body.errors).toEqual([
    { index: 2, messageId: wrong.messageId, reason: 'no_identity', detail: expect.any(String) },
    { index: 3, reason: 'schema_violation', detail: expect.any(String) },
  ])
})

test.each([
  ['/v1/track', view()],
  ['/v1/t', view()],
  ['/v1/identify', { userId: 'u-1', traits: { city: '上海' } }],
  ['/v1/i', { userId: 'u-1', traits: { city: '上海' } }],
  ['/v1/page', { anonymousId: 'a-1', name: 'Home' }],
  ['/v1/p', { anonymousId: 'a-1' }],
  ['/v1/screen', { anonymousId: 'a-1', name: 'Home' }],
  ['/v1/s', { anonymousId: 'a-1', name: 'Home' }],
  ['/v1/group', { userId: 'u-1', groupId: 'g-1' }],
  ['/v1/g', { userId: 'u-1', groupId: 'g-1' }],
  ['/v1/alias', { previousId: 'a-1', userId: 'u-1' }],
  ['/v1/a', { previousId: 'a-1', userId: 'u-1' }],
  ['/v1/b', { batch: [{ type: 'page', anonymousId: 'a-1' }] }],
  ['/beacon/v1/batch', { batch: [{ type: 'page', anonymousId: 'a-1' }] }],
])('%s is taken', async (path, body) => {
  expect(await post(path, body)).toMatchObject({ status: 200, body: { stored: 1, quarantined: 0 } })
})

test('the key comes as a user, in the body or in the address; what is stored does not hold it', async () => {
  const { browserKey } = server
  const call = view({ writeKey: browserKey })
  expect(await post('/v1/track', call, { key: '' })).toMatchObject({ status: 200, body: { stored: 1 } })
  expect(server.collector.stored.at(-1)).not.toHaveProperty('writeKey')
  expect(await post(`/v1/track?writeKey=${browserKey}`, view(), { key: '' })).toMatchObject({ status: 200 })
  const ofTheShop = { authorization: `Basic ${Buffer.from('shop:password').toString('base64')}` }
  expect(await post('/v1/track', view({ writeKey: browserKey }), { headers: ofTheShop })).toMatchObject({
    status: 200,
  })
  expect(await post('/v1/track', view({ writeKey: 'wk_nobody' }), { key: '' })).toMatchObject({
    status: 401,
    body: { success: false, reason: 'unauthorised', wayOut: { zh: expect.any(String) } },
  })
})

test.each([
  ['text/plain', undefined],
  ['application/x-www-form-urlencoded', 'gzip'],
  ['application/json; charset=utf-8', undefined],
  ['application/json; charset="', undefined],
  [';;;', undefined],
  ['multipart/form-data', undefined],
  ['image/png', 'gzip'],
])('a content type of %s does no harm', async (contentType, encoding) => {
  const text = JSON.stringify(view())
  const headers = { 'content-type': contentType, ...(encoding && { 'content-encoding': encoding }) }
  const body = encoding ? gzipSync(text) : text
  expect(await post('/v1/track', body, { headers })).toMatchObject({ status: 200, body: { stored: 1 } })
})

test.each([
  ['{"batch":[', 400, 'bad_json'],
  ['', 400, 'bad_json'],
  [new Uint8Array([0x7b, 0xff, 0x7d]), 400, 'bad_encoding'],
  ['[]', 400, 'schema_violation'],
  ['null', 400, 'schema_violation'],
  ['{"batch":{}}', 400, 'schema_violation'],
  [gzipSync(Buffer.alloc(5_000_000, ' ')), 413, 'decompress_limit'],
])('a body that cannot be read is told and set aside (%#)', async (body, status, reason) => {
  const before = server.collector.asides.length
  expect(await post('/v1/batch', body)).toMatchObject({ status, body: { success: false, reason } })
  expect(server.collector.asides.slice(before)).toMatchObject([{ reason, source: 'web' }])
})

test('too large a body and too many events are refused, and counted', async () => {
  const before = server.collector.total()
  const large = JSON.stringify({ batch: [{ ...view(), text: 'x'.repeat(600_000) }] })
  expect(await post('/v1/batch', large)).toMatchObject({ status: 413, body: { reason: 'too_large_batch' } })
  const batch = Array.from({ length: 2501 }, () => ({}))
  expect(await post('/v1/batch', { batch })).toMatchObject({
    status: 413,
    body: { reason: 'too_many_events' },
  })
  expect(server.collector.total()).toEqual({
    ...before,
    received: before.received + 2502,
    rejected: before.rejected + 2502,
  })
})

test('a browser may not send an order or history, a server may', async () => {
  const order = {
    userId: 'u-1',
    event: 'Order Completed',
    properties: { order_id: 'o-1', products: [{ product_id: 'p' }] },
  }
  expect(await post('/v1/track', order)).toMatchObject({
    status: 200,
    body: { stored: 0, quarantined: 1, errors: [{ reason: 'forbidden_key' }] },
  })
  expect(await post('/v1/import', { batch: [] })).toMatchObject({
    status: 403,
    body: { reason: 'forbidden_key' },
  })
  const key = server.serverKey
  expect(await post('/v1/track', order, { key })).toMatchObject({ body: { stored: 1 } })
  const old = { ...view({ type: 'track' }), timestamp: '2011-12-09T12:50:00Z' }
  expect(await post('/v1/import', { batch: [old] }, { key })).toMatchObject({ body: { stored: 1 } })
  const again = { ...old, messageId: 'old-again' }
  expect(await post('/v1/batch', { batch: [again] }, { key })).toMatchObject({
    body: { errors: [{ reason: 'time_past' }] },
  })
})

test('a browser’s key that sends too much is told to wait, a server’s is not', async () => {
  const batch = Array.from({ length: 2000 }, () => view({ type: 'track' }))
  expect((await post('/v1/batch', { batch })).status).toBe(200)
  expect((await post('/v1/batch', { batch })).status).toBe(200)
  const told = await post('/v1/track', view())
  expect(told).toMatchObject({ status: 429, body: { reason: 'rate_limited' } })
  expect(told.headers.get('retry-after')).toBe('1')
  expect(told.headers.get('access-control-expose-headers')).toBe('Retry-After')
  expect((await post('/v1/batch', { batch }, { key: server.serverKey })).status).toBe(200)
  server.clockMs += 1000
  expect((await post('/v1/track', view())).status).toBe(200)
})

test('our own trouble is 503 with the time to come again, at most five minutes', async () => {
  const full = new AppError('disk_full', 'the disk is full', { retryAfterSeconds: 3600 })
  const busy = new AppError('overloaded', 'busy', { retryAfterSeconds: 0.2 })
  server.collector.troubles.push(full, busy)
  const refused = await post('/v1/track', view())
  expect(refused).toMatchObject({ status: 503, body: { reason: 'disk_full' } })
  expect(refused.headers.get('retry-after')).toBe('300')
  const unreadable = await post('/v1/track', '{')
  expect(unreadable).toMatchObject({ status: 503, body: { reason: 'overloaded' } })
  expect(unreadable.headers.get('retry-after')).toBe('1')
})

test('every call that came is accounted for', () => {
  const { received, stored, duplicate, quarantined, rejected } = server.collector.total()
  expect(received).toBeGreaterThan(6000)
  expect(received).toBe(stored + duplicate + quarantined + rejected)
})

test('a page of any site may send, without credentials; its preflight is remembered', async () => {
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
  const asked = { ...headers, 'access-control-request-headers': 'authorization,content-type' }
  const preflight = await fetch(`${server.url}/v1/b`, { method: 'OPTIONS', headers: asked })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
  expect(Number(preflight.headers.get('access-control-max-age'))).toBeGreaterThan(3600)
  const sent = await post('/v1/track', '{', { headers: { origin: 'https://shop.example' } })
  expect(sent.headers.get('access-control-allow-origin')).toBe('*')
  expect(sent.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
})

test.each(['/v1/profiles/u-1', '/v1/operations/train', '/docs/json', '/nothing'])(
  'no page of another site gets leave to ask %s',
  async (path) => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const { headers: answered, status } = await fetch(`${server.url}${path}`, { method: 'OPTIONS', headers })
    expect(status).toBe(404)
    expect(answered.get('access-control-allow-origin')).toBeNull()
  },
)

test('the settings of a browser’s key name this server as it was asked for', async () => {
  const path = `/v1/projects/${server.browserKey}/settings`
  const asked = (headers: Record<string, string>) => server.app.inject({ url: path, headers })
  const segment = (await asked({ host: 'shop.example' })).json().integrations['Segment.io']
  expect(segment).toMatchObject({ apiKey: server.browserKey, apiHost: 'shop.example/v1', protocol: 'http' })
  const behind = {
    host: '127.0.0.1:4280',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'https, http',
  }
  expect((await asked(behind)).json().integrations['Segment.io']).toMatchObject({
    apiHost: 'shop.example/v1',
    protocol: 'https',
  })
  expect((await asked({ host: 'a', 'x-forwarded-host': 'evil.example/"><script>' })).statusCode).toBe(404)
})

test('no settings are told for an unknown key, nor for a server’s, which no page may hold', async () => {
  for (const key of ['wk_nobody', server.serverKey, '__proto__']) {
    expect((await fetch(`${server.url}/v1/projects/${key}/settings`)).status).toBe(404)
  }
})

test('RudderStack’s JavaScript SDK finds a source without destinations', async () => {
  const { browserKey: key } = server
  const response = await fetch(`${server.url}/sourceConfig?p=web&writeKey=${key}`)
  expect(await response.json()).toMatchObject({
    source: { id: 'web', writeKey: key, destinations: [], config: {} },
  })
  const unknown = await fetch(`${server.url}/sourceConfig`, {
    headers: { authorization: basic('wk_nobody') },
  })
  expect(unknown.status).toBe(401)
})

test('metrics of analytics-next are taken and nothing is made of them', async () => {
  const before = server.collector.total()
  expect(await post('/v1/m', { series: [] }, { key: '' })).toMatchObject({ status: 200 })
  expect(server.collector.total()).toEqual(before)
})

test('the document describes each route with its body, its answers and its keys, under names of their own', () => {
  const { openapi, paths = {} } = server.app.swagger() as OpenApiDocument
  expect(openapi).toBe('3.1.0')
  for (const type of ['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch', 'import']) {
    expect(paths[`/v1/${type}`]?.post).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      responses: { 200: {}, 400: {}, 401: {}, 403: {}, 413: {}, 429: {}, 503: {} },
      security: [{ writeKey: [] }, { writeKeyInAddress: [] }, {}],
    })
  }
  const names = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  )
  expect(names.every((name) => typeof name === 'string' && name !== '')).toBe(true)
  expect(new Set(names).size).toBe(names.length)
})

type OpenApiDocument = {
  readonly openapi: string
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>
}
