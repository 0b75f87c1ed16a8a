import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallCounts } from '../src/collect/collector.ts'
import { createRandom } from '../src/math/random.ts'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import type { Engine } from '../src/serve/engine.ts'
import { createServer } from '../src/serve/http/server.ts'
import { type ApiDocument, createEvilRequests, type EvilRequest } from './evil/evil-requests.ts'
import { createRawRubbish } from './evil/raw-rubbish.ts'

const [requestCount, rawCount, workerCount] = [9_300, 700, 24]
const random = createRandom(process.env.LIKENESS_TEST_SEED ?? 20261124)
const folder = mkdtempSync(join(tmpdir(), 'likeness-malformed-'))
let engine: Engine
let app: FastifyInstance
let url: URL
/** What the senders were told, added up. */
const told = { received: 0, stored: 0, duplicate: 0, quarantined: 0, rejected: 0 }
const statuses = new Map<number, number>()

beforeAll(async () => {
  engine = await openEngine(
    await loadConfig({ data: join(folder, 'data'), maxEventsPerSecond: 0 }, { environment: {}, folder }),
  )
  const stopSignal = new AbortController().signal
  app = await createServer({ engine, operations: [], token: 'token', stopSignal, version: '0' })
  url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
})

afterAll(async () => {
  await app?.close()
  await engine?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

type Answer = { readonly success?: boolean; readonly reason?: string; readonly received?: number | string }

/** Adds what one answer says of the calls of its request. */
function addTold(answer: Answer, isKeyKnown: boolean): void {
  const { success, reason = '', received } = answer
  if (success === true && received !== undefined) {
    for (const key of ['received', 'stored', 'duplicate', 'quarantined'] as const) {
      told[key] += (answer as CallCounts)[key]
    }
  }
  // Where the body never ended, nothing was received.
  if (success !== false || reason === 'bad_input') return
  const callCount = Number(received ?? 1)
  told.received += callCount
  told[isKeyKnown && unreadable.includes(reason) ? 'quarantined' : 'rejected'] += callCount
}

/** Why a body is set aside, if it is known whose it is. */
const unreadable = ['bad_json', 'bad_encoding', 'decompress_limit', 'schema_violation']

async function send(pool: Pool, request: EvilRequest): Promise<void> {
  const { method, path, headers, body } = request
  const response = await pool.request({
    method: method as 'POST',
    path,
    headers,
    ...(body !== undefined && { body }),
  })
  const text = await response.body.text()
  const { statusCode } = response
  statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  if (statusCode >= 500)
    throw new Error(`${statusCode} for ${method} ${path} ${body?.subarray(0, 300)}: ${text}`)
  if (method === 'POST' && String(response.headers['content-type']).startsWith('application/json')) {
    addTold(JSON.parse(text), request.isKeyKnown)
  }
}

async function sendRaw(bytes: Buffer): Promise<void> {
  const socket = connect(Number(url.port), url.hostname).on('error', () => undefined)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.end(bytes)
  await once(socket, 'close')
  for (const { status, body } of splitAnswers(Buffer.concat(chunks).toString('latin1'))) {
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status >= 500)
      throw new Error(`${status} for ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`)
    if (body.startsWith('{')) addTold(JSON.parse(body), true)
  }
}

function splitAnswers(text: string): readonly { readonly status: number; readonly body: string }[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((answer) => answer !== '')
    .map((answer) => {
      const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
      return { status: Number(status), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
    })
}

/** So many at a time, until none is left. */
async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: workerCount }, async () => {
      while (left-- > 0) await work()
    }),
  )
}

function total(): CallCounts {
  const sum = { received: 0, stored: 0, duplicate: 0, quarantined: 0, rejected: 0 }
  for (const counts of engine.collector.counts().values()) {
    for (const key of Object.keys(sum) as (keyof CallCounts)[]) sum[key] += counts[key]
  }
  return sum
}

test('10,000 malformed requests break nothing, none is answered with 5xx, and the counts add up', async () => {
  const keys = engine.sources.list().map(({ writeKey }) => writeKey)
  const document = app.swagger() as unknown as ApiDocument
  const nextRequest = createEvilRequests({ document, keys, random: random.fork('requests') })
  const nextRubbish = createRawRubbish(keys[0] ?? '', random.fork('raw'))
  const pool = new Pool(url.origin, { connections: workerCount, pipelining: 1 })
  await inParallel(requestCount, () => send(pool, nextRequest())).finally(() => pool.destroy())
  await inParallel(rawCount, () => sendRaw(nextRubbish()))
  expect(total()).toEqual(told)
  const { received, stored, duplicate, quarantined, rejected } = told
  expect(received).toBe(stored + duplicate + quarantined + rejected)
  for (const status of [200, 400, 401, 403, 404, 413, 431]) {
    expect(statuses.get(status) ?? 0, `answers of ${status}`).toBeGreaterThan(5)
  }
  for (const count of [stored, quarantined, rejected]) expect(count).toBeGreaterThan(200)
}, 300_000)

test('what was taken is folded into the history, and what was set aside lies in the quarantine', async () => {
  await engine.fold.drain()
  const [row] = await engine.database.query<{ count: number }>('SELECT count() AS count FROM quarantine')
  expect(Number(row?.count)).toBe(told.quarantined)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 300_000)

test('an honest call is served as before', async () => {
  const response = await fetch(new URL('/v1/track', url), {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${engine.sources.list()[0]?.writeKey}:`).toString('base64')}`,
    },
    body: JSON.stringify({ anonymousId: 'a-1', event: 'Product Viewed', properties: { product_id: 'p-1' } }),
  })
  expect(await response.json()).toMatchObject({ success: true, stored: 1 })
})
