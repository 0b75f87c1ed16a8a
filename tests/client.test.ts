import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { AppError } from '../src/core/errors.ts'
import { type IngestServer, startIngestServer } from '../src/serve/http/testing/ingest-server.ts'
import { writeDocument } from '../src/serve/http/testing/written-document.ts'

const folder = join(import.meta.dirname, '..', 'src', 'client')
const committed = readFileSync(join(folder, 'openapi.json'), 'utf8')

// A secret beyond Latin 1 and with a colon, which parts user and password.
const secret = '商店的:secret-of-the-shop'
let local: IngestServer
let open: IngestServer

beforeAll(async () => {
  local = await startIngestServer()
  open = await startIngestServer({ host: '0.0.0.0', secretKey: secret })
})
afterAll(async () => {
  await local[Symbol.asyncDispose]()
  await open[Symbol.asyncDispose]()
})

const call = { event: 'Product Viewed', userId: 'u-1', properties: { product_id: 'p-1' } }

test('the committed document is what the server says of itself; else run `npm run generate-client`', async () => {
  // Not toBe: a difference of two long texts is told by its path.
  expect(JSON.parse(await writeDocument())).toEqual(JSON.parse(committed))
})

test('the committed types are made from the committed document; else run `npm run generate-client`', () => {
  const [head] = readFileSync(join(folder, 'api-types.ts'), 'utf8').split('\n', 1)
  expect(head).toBe(
    `// Made from openapi.json with sha-256 ${createHash('sha256').update(committed).digest('hex')}`,
  )
})

test('the key lets a client send, and what it is answered has the counts of the route', async () => {
  const client = createClient({ url: local.url, key: local.browserKey })
  const { data, error } = await client.POST('/v1/batch', {
    body: {
      batch: [
        { type: 'track', messageId: 'm-1', ...call },
        { type: 'track', messageId: 'm-1', ...call },
      ],
    },
  })
  expect(error).toBeUndefined()
  expect(data).toEqual({
    success: true,
    received: 2,
    stored: 1,
    duplicate: 1,
    quarantined: 0,
    errors: [],
  })
  expect(local.collector.stored).toContainEqual(expect.objectContaining({ ...call, messageId: 'm-1' }))
})

test('without a key the answer is an error of the known form, not a throw', async () => {
  const { data, error, response } = await createClient({ url: local.url }).POST('/v1/track', { body: call })
  expect(response.status).toBe(401)
  expect(data).toBeUndefined()
  expect(error?.reason).toBe('unauthorised')
  expect(error?.messageZh).not.toBe('')
})

test('a server in trouble is told with the time to wait, and the call is sent once', async () => {
  const client = createClient({ url: local.url, key: local.browserKey })
  const before = local.collector.total().received
  local.collector.troubles.push(new AppError('overloaded', 'full', { retryAfterSeconds: 7 }))
  const { error, response } = await client.POST('/v1/track', { body: call })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('7')
  expect(error?.reason).toBe('overloaded')
  expect(local.collector.total().received).toBe(before + 1)
})

test('parts of a path are escaped', async () => {
  const asked: string[] = []
  const client = createClient({
    url: 'http://shop.example/likeness',
    fetch: async (request) => {
      asked.push(request.url)
      return Response.json({ code: 'not_found', message: 'none' }, { status: 404 })
    },
  })
  const { error } = await client.GET('/v1/profiles/{id}', { params: { path: { id: 'a/b?c#顾客' } } })
  expect(error?.code).toBe('not_found')
  expect(asked).toEqual([`http://shop.example/likeness/v1/profiles/${encodeURIComponent('a/b?c#顾客')}`])
})

test('one client carries the key and the secret: it sends, and it reads where a secret is asked for', async () => {
  const { port } = new URL(open.url)
  const url = `http://127.0.0.1:${port}`
  const read = (options: { readonly secret?: string }) =>
    createClient({ url, key: open.serverKey, ...options }).GET('/v1/profiles/{id}', {
      params: { path: { id: 'u-1' } },
    })
  expect((await read({})).response.status).toBe(401)
  expect((await read({ secret: `${secret}x` })).response.status).toBe(401)
  // This server has no database, so whoever is let in meets a fault.
  expect((await read({ secret })).response.status).toBe(500)
  const sent = await createClient({ url, key: open.serverKey, secret }).POST('/v1/track', { body: call })
  expect(sent.data?.stored).toBe(1)
})

test('a client with neither key nor secret sends no authorization', async () => {
  let sent: string | null = 'none was asked'
  const client = createClient({
    url: 'http://shop.example',
    fetch: async (request) => {
      sent = request.headers.get('authorization')
      return Response.json({ status: 'ok', version: '1', database: 'embedded' })
    },
  })
  const { data } = await client.GET('/v1/health')
  expect(sent).toBeNull()
  expect(data?.database).toBe('embedded')
})

test('what a path does not take is a type error', () => {
  const client = createClient({ url: 'http://shop.example', fetch: async () => Response.json({}) })
  // @ts-expect-error There is no such path.
  void client.GET('/v1/nothing')
  // @ts-expect-error A name is asked for.
  void client.POST('/v1/track', { body: { userId: 'u-1' } })
  // @ts-expect-error An id is asked for.
  void client.GET('/v1/profiles/{id}')
  expect(client.POST).toBeTypeOf('function')
})
