import { afterAll, beforeAll, expect, test } from 'vitest'
import { scopeMeanings, scopeNames } from '../scopes.ts'
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

type Described = { readonly security?: readonly Readonly<Record<string, readonly string[]>>[] }
type Asked = { readonly method: 'GET' | 'POST'; readonly url: string; readonly scope: string | undefined }

/** Every route of the API's document, with the scope that it says it asks of a secret key. */
function listAsked(server: IngestServer): readonly Asked[] {
  const paths = server.app.swagger().paths as Readonly<Record<string, Readonly<Record<string, Described>>>>
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security === undefined || security.some(({ secret }) => secret))
      .map(([method, { security }]) => ({
        method: method.toUpperCase() as 'GET',
        url: path.replaceAll(/\{\w+\}/g, 'x'),
        scope: security?.find(({ secret }) => secret)?.secret?.[0],
      })),
  )
}

test('every route that asks for a secret names a scope; a key with all others is told which, one with it comes in', async () => {
  const asked = listAsked(open)
  expect(asked.length).toBeGreaterThan(5)
  for (const { method, url, scope = '' } of asked) {
    expect(scopeNames, url).toContain(scope)
    const ask = async (name: string, scopes: readonly string[]) => {
      const { key } = await open.secretKeys.add(name, scopes)
      const stopper = new AbortController()
      const answer = await fetch(new URL(url, open.url), {
        method,
        headers: { authorization: `Bearer ${key}` },
        signal: stopper.signal,
      })
      await open.secretKeys.remove(name)
      const body = answer.status === 403 ? await answer.json() : undefined
      stopper.abort()
      return { status: answer.status, body }
    }
    const others = await ask(
      'others',
      scopeNames.filter((each) => each !== scope),
    )
    expect(others.status, url).toBe(403)
    expect(others.body).toMatchObject({
      code: 'unauthorised',
      message: `the key 'others' lacks the scope ${scope} (${scopeMeanings[scope as 'profiles:read'].en})`,
      messageZh: expect.stringContaining(`缺少权限范围 ${scope}`),
      expected: scope,
    })
    expect([401, 403], url).not.toContain((await ask('own', [scope])).status)
  }
})

test('any key loads the page of the API and learns what is not there; none runs operations', async () => {
  const { key } = await open.secretKeys.add('reader', ['catalog:read'])
  const headers = { authorization: `Bearer ${key}` }
  for (const [url, status] of [
    ['/docs/json', 200],
    ['/docs/', 200],
    ['/nothing', 404],
    ['/', 302],
  ] as const) {
    expect((await open.app.inject({ url, headers })).statusCode, url).toBe(status)
  }
  const answer = await open.app.inject({ method: 'POST', url: '/v1/operations/none', headers, payload: {} })
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({ expected: 'secretKey', messageZh: expect.any(String) })
  await open.secretKeys.remove('reader')
  expect((await open.app.inject({ url: '/docs/json', headers })).statusCode).toBe(401)
})

test('on loopback a secret that is sent counts: one that is unknown or lacks the scope is told so', async () => {
  const { key } = await local.secretKeys.add('reader', ['catalog:read'])
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await local.app.inject({ url: '/v1/quarantine?limit=x', headers })).statusCode
  }
  expect(await ask()).toBe(400)
  expect(await ask(basic(local.serverKey))).toBe(400)
  expect(await ask(`Bearer ${testToken}`)).toBe(400)
  expect(await ask(`Bearer ${key}`)).toBe(403)
  expect(await ask('Bearer ak_unknown')).toBe(401)
})
