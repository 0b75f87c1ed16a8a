import { afterAll, beforeAll, expect, test } from 'vitest'
import { basic, type IngestServer, startIngestServer, testToken } from './testing/ingest-server.ts'

const secret = 'a-secret-of-the-shop'
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

const asPassword = `Basic ${Buffer.from(`anyone:${secret}`).toString('base64')}`
const readable = [
  '/docs/json',
  '/docs/',
  '/report',
  '/v1/profiles/u-1',
  '/v1/operations/doctor',
  '/nothing',
  '/',
]

test.each(readable)('open to the network, %s asks for the secret', async (url) => {
  for (const authorization of [
    undefined,
    'Bearer wrong',
    `Bearer ${secret}x`,
    basic(open.browserKey),
    'Basic !',
    '',
  ]) {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await open.app.inject({ url, headers })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/)
    expect(answer.json()).toMatchObject({ code: 'unauthorised', wayOut: { zh: expect.any(String) } })
  }
})

test.each([`Bearer ${secret}`, `bearer  ${secret}`, asPassword, `Bearer ${testToken}`])(
  'whoever knows the secret or the token of server.json reads (%#)',
  async (authorization) => {
    const headers = { authorization, host: 'likeness.shop.example' }
    expect((await open.app.inject({ url: '/docs/json', headers })).statusCode).toBe(200)
  },
)

test('the secret of the configuration does not run operations, whose token only this machine’s owner can read', async () => {
  const ask = (known: string) =>
    open.app.inject({
      method: 'POST',
      url: '/v1/operations/none',
      headers: { authorization: `Bearer ${known}` },
      payload: {},
    })
  expect((await ask(secret)).statusCode).toBe(401)
  expect((await ask(testToken)).statusCode).toBe(404)
})

test('without a secret in the configuration the token of server.json is the secret', async () => {
  await using server = await startIngestServer({ host: '::' })
  const ask = (authorization: string) => server.app.inject({ url: '/docs/json', headers: { authorization } })
  expect((await ask(`Bearer ${testToken}`)).statusCode).toBe(200)
  expect((await ask('Bearer ')).statusCode).toBe(401)
})

test('on loopback no secret is asked for, but only names of this machine are answered', async () => {
  const ask = (host: string, url: string) => local.app.inject({ url, headers: { host } })
  for (const host of ['127.0.0.1:4280', 'localhost', '[::1]:4280']) {
    expect((await ask(host, '/docs/json')).statusCode).toBe(200)
  }
  for (const url of [...readable, '/v1/health']) {
    const answer = await ask('evil.example', url)
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'unauthorised', messageZh: expect.any(String) })
  }
})

test('calls come in by whatever name and without the secret', async () => {
  for (const server of [local, open]) {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/v1/track',
      headers: { host: 'shop.example', authorization: basic(server.browserKey) },
      payload: { anonymousId: 'a-1', event: 'Product Viewed', properties: { product_id: 'p-1' } },
    })
    expect(answer.json()).toMatchObject({ success: true, stored: 1 })
  }
})

test('a page of another site cannot make a browser change anything, with whatever the browser remembers', async () => {
  const ask = (site: string) =>
    open.app.inject({
      method: 'POST',
      url: '/nothing',
      headers: { authorization: asPassword, 'sec-fetch-site': site, 'content-type': 'text/plain' },
      payload: '{}',
    })
  for (const site of ['cross-site', 'same-site']) expect((await ask(site)).statusCode).toBe(403)
  expect((await ask('same-origin')).statusCode).toBe(404)
})
