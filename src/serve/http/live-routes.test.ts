import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basic, type IngestServer, startIngestServer } from './testing/ingest-server.ts'

let server: IngestServer
let messageCount = 0

beforeAll(async () => {
  server = await startIngestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

async function send(calls: readonly object[]): Promise<void> {
  const batch = calls.map((call) => ({ messageId: `m-${messageCount++}`, ...call }))
  const response = await fetch(`${server.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(server.serverKey) },
    body: JSON.stringify({ batch }),
  })
  expect(response.status).toBe(200)
}

/** Not by fetch, whose pool replaces each connection that is cut by one that nobody uses. */
async function ask() {
  const asking = request(`${server.url}/v1/debug/live`, { agent: false }).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return { response, stop: () => asking.destroy() }
}

/** Reads the stream until the text holds what is waited for. */
async function watch(until: (text: string) => boolean, meanwhile: () => Promise<void>): Promise<string> {
  const { response, stop } = await ask()
  expect(response.headers['content-type']).toBe('text/event-stream')
  response.setEncoding('utf8')
  let text = ''
  const reading = (async () => {
    for await (const chunk of response) {
      text += chunk
      if (until(text)) return
    }
  })()
  await meanwhile()
  await reading
  stop()
  return text
}

function callsIn(text: string): Record<string, unknown>[] {
  return [...text.matchAll(/^event: call\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data))
}

test('what arrives is told as it arrives, with what became of it', async () => {
  const text = await watch(
    (so) => so.includes('no_identity'),
    () =>
      send([
        {
          type: 'track',
          userId: 'ann',
          anonymousId: 'd-1',
          event: 'Product Viewed',
          properties: { product_id: 'p-7', price: 9.5, note: 'x' },
        },
        { type: 'track', event: 'Product Viewed' },
      ]),
  )
  expect(callsIn(text)).toMatchObject([
    {
      ...{ type: 'track', source: 'server', event: 'Product Viewed', kind: 'view', outcome: 'stored' },
      ...{ items: ['p-7'], value: 9.5, properties: ['product_id', 'price', 'note'] },
      ...{ user: expect.stringMatching(/^[0-9a-f]{8}$/), device: expect.stringMatching(/^[0-9a-f]{8}$/) },
    },
    { outcome: 'quarantined', reason: 'no_identity' },
  ])
})

test('nothing that tells who somebody is or what they wrote is in the stream', async () => {
  const planted = [
    ...['ann-4711', 'device-0815', 'ann@secret.example', '+44 20 7946 0018', 'Ann Archer', '12 Elm Street'],
    ...['red shoes for my wedding', 'the heel broke'],
  ]
  const [userId, anonymousId, email, phone, name, street, query, text] = planted
  const said = await watch(
    (so) => so.includes('"last"'),
    () =>
      send([
        { type: 'identify', userId, anonymousId, traits: { email, phone, name, address: { street } } },
        { type: 'track', userId, event: 'Products Searched', properties: { query } },
        {
          type: 'track',
          userId,
          event: 'Product Reviewed',
          properties: { review_body: text, [`${email}`]: 1 },
        },
        { type: 'track', userId, event: `Asked by ${email}`, properties: { product_id: phone } },
        { type: 'track', userId, event: 'Product Viewed', timestamp: email },
        { type: 'track', userId: 'other', event: 'last', properties: {} },
      ]),
  )
  expect(callsIn(said)).toHaveLength(6)
  for (const secret of planted) expect(said).not.toContain(secret)
})

test('at most twenty look at once, and who leaves makes room', async () => {
  const look = async () => {
    const { response, stop } = await ask()
    return { status: response.statusCode, retryAfter: response.headers['retry-after'], stop }
  }
  const watchers: Awaited<ReturnType<typeof look>>[] = []
  let last = await look()
  for (; last.status === 200; last = await look()) watchers.push(last)
  expect(last).toMatchObject({ status: 503, retryAfter: '30' })
  expect(watchers.length).toBeLessThanOrEqual(20)
  for (const { stop } of watchers) stop()
  last = await look()
  while (last.status !== 200) {
    last.stop()
    last = await look()
  }
  last.stop()
  // Less than a heartbeat, at which they would be noticed anyway.
}, 10_000)
