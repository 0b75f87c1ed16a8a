import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../src/math/random.ts'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import type { Engine } from '../src/serve/engine.ts'
import { createServer } from '../src/serve/http/server.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'
import { type WrittenShop, writeShop } from '../src/simulate/write-shop.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-live-'))
const stopper = new AbortController()
let engine: Engine
let shop: WrittenShop
let app: FastifyInstance
let url: string
let key: string
let folding: Promise<void>
const answered = { received: 0, stored: 0, duplicate: 0, quarantined: 0 }

/** The calls of a simulated shop are sent over HTTP in any order, some connections at a time, while they are folded. */
beforeAll(async () => {
  shop = await writeShop(folder, { seed: 5, shopperCount: 250, itemCount: 80 })
  const config = await loadConfig({ data: join(folder, 'data'), port: 0 }, { environment: {}, folder })
  engine = await openEngine(config)
  const server = { engine, operations: [], token: 'test', stopSignal: stopper.signal, version: '0' }
  app = await createServer(server)
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  key = engine.sources.list().find(({ kind }) => kind === 'server')?.writeKey ?? ''
  folding = engine.fold.run(stopper.signal)
  await sendAll(readFileSync(shop.eventsFile, 'utf8').trim().split('\n').filter(isJson))
  await engine.fold.drain()
  const context = { engine, progress: () => undefined, signal: stopper.signal }
  await buildProfiles.run({ asOf: undefined }, context)
}, 300_000)

afterAll(async () => {
  await app?.close()
  stopper.abort()
  await folding
  await engine?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

async function sendAll(lines: readonly string[]): Promise<void> {
  const random = createRandom(3)
  const keyed = lines.map((line) => ({ line, at: random.next() }))
  const shuffled = keyed.sort((a, b) => a.at - b.at).map(({ line }) => line)
  const batches = Array.from({ length: Math.ceil(shuffled.length / 250) }, (_, index) =>
    shuffled.slice(index * 250, (index + 1) * 250),
  )
  const sender = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await send(batch)
  }
  await Promise.all(Array.from({ length: 4 }, sender))
}

async function send(lines: readonly string[]): Promise<void> {
  const response = await fetch(`${url}/v1/import`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
    body: `{"batch":[${lines.join(',')}]}`,
  })
  expect(response.status).toBe(200)
  const counts = (await response.json()) as typeof answered
  for (const each of ['received', 'stored', 'duplicate', 'quarantined'] as const)
    answered[each] += counts[each]
}

test('every call is accounted for, as many as were planted', async () => {
  const origins: Readonly<Record<string, number>> = shop.truth.counts.origins
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (origins[name] ?? 0), 0)
  expect(answered.received).toBe(of(...Object.keys(origins)) - of('broken_line'))
  expect(answered.duplicate).toBe(of('duplicate'))
  expect(answered.received).toBe(answered.stored + answered.duplicate + answered.quarantined)
  const aside = await engine.database.query<{ reason: string; count: number }>(
    'SELECT reason, count() AS count FROM quarantine FINAL GROUP BY reason ORDER BY reason',
  )
  expect(Object.fromEntries(aside.map(({ reason, count }) => [reason, count]))).toEqual({
    no_identity: of('no_identity'),
    illegal_id: of('illegal_id'),
    schema_violation: of('no_event', 'bad_price'),
    time_future: of('time_future'),
  })
})

test('units sold follow the truth item by item', async () => {
  const rows = await engine.database.query<{ item_id: string; units: number }>(
    "SELECT item_id, sum(quantity) AS units FROM events WHERE kind = 'purchase' AND line_type = 'product' GROUP BY item_id",
  )
  const sold = new Map(rows.map((row) => [row.item_id, row.units]))
  for (const item of shop.truth.items) expect(sold.get(item.itemId) ?? 0).toBe(item.unitCount)
})

test('after a build no row lies under another profile than it belongs to, and devices of one person are the person’s', async () => {
  const [overrides] = await engine.database.query<{ count: number }>(
    'SELECT count() AS count FROM profile_overrides FINAL WHERE squashed = 0',
  )
  expect(overrides?.count).toBe(0)
  const strays = await engine.database.query(
    `WITH owners AS (
       SELECT anonymous_id, uniqExact(user_id) AS users, any(user_id) AS owner
       FROM events WHERE user_id != '' AND anonymous_id != '' GROUP BY anonymous_id
     )
     SELECT count() AS strays FROM events INNER JOIN owners USING (anonymous_id)
     WHERE events.user_id = '' AND users = 1 AND profile_id != owner`,
  )
  expect(strays).toEqual([{ strays: 0 }])
})

test('a profile is read over HTTP with the orders that were sent', async () => {
  const [best] = await engine.database.query<{ id: string; orders: number }>(
    `SELECT user_id AS id, uniqExact(order_id) AS orders FROM events
     WHERE kind = 'purchase' AND user_id != '' AND NOT has(marks, 'bot') GROUP BY id ORDER BY orders DESC, id LIMIT 1`,
  )
  const profile = await (await fetch(`${url}/v1/profiles/${best?.id}`)).json()
  expect(profile).toMatchObject({ id: best?.id, orderCount: best?.orders })
  expect(best?.orders).toBeGreaterThan(3)
})
