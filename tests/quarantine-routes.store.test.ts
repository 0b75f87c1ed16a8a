import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { callImportIds } from '../src/collect/quarantine.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'
import { basic } from '../src/serve/http/testing/ingest-server.ts'
import { listQuarantine } from '../src/serve/operations/list-quarantine.ts'
import { replayQuarantine } from '../src/serve/operations/replay-quarantine.ts'
import { showQuarantine } from '../src/serve/operations/show-quarantine.ts'

let server: EngineServer
let messageCount = 0
beforeAll(async () => {
  server = await startEngineServer()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['events', 'quarantine', 'imports']) {
    await server.engine.database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
})

const order = (): object => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'ann',
  messageId: `m-${messageCount++}`,
  timestamp: new Date(Date.now() - 3_600_000).toISOString(),
  properties: { order_id: 'o', products: [{ product_id: 'cup', price: 3, quantity: 2 }] },
})
const nobody = (): object => ({ type: 'track', event: 'Product Viewed', messageId: `m-${messageCount++}` })

/** Sends calls and folds them. */
async function send(calls: readonly object[], key = server.browserKey, path = '/v1/batch'): Promise<void> {
  const body = JSON.stringify({ batch: calls })
  const response = await fetch(server.url + path, {
    method: 'POST',
    body,
    headers: { authorization: basic(key) },
  })
  expect(response.status).toBe(200)
  await server.engine.fold.drain()
}

type Answer = { readonly status: number; readonly body: Record<string, unknown> }
async function ask(path: string, body?: object): Promise<Answer> {
  const response = await fetch(server.url + path, {
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
type AsideFilter = { reason?: 'no_identity'; source?: string; importId?: string; limit?: number }
async function listAside(query: AsideFilter = {}) {
  const { data } = await createClient({ url: server.url }).GET('/v1/quarantine', { params: { query } })
  return data?.rows ?? []
}
const countEvents = async () =>
  (await server.engine.database.query<{ n: number }>('SELECT count() AS n FROM events'))[0]?.n

test('what was set aside is listed without its content and shown with it', async () => {
  await send([order(), nobody()])
  const rows = await listAside()
  expect(rows.map((row) => [row.importId, row.source, row.reason])).toEqual([
    ['live', 'web', 'forbidden_key'],
    ['live', 'web', 'no_identity'],
  ])
  expect(JSON.stringify(rows)).not.toContain('cup')
  const shown = await ask(`/v1/quarantine/live/${rows[0]?.rowNumber}`)
  expect(JSON.parse(String(shown.body.raw))).toMatchObject({ event: 'Order Completed', userId: 'ann' })
  expect(await listAside({ reason: 'no_identity', source: 'web', importId: 'live', limit: 1 })).toHaveLength(
    1,
  )
  expect(await listAside({ source: 'server' })).toEqual([])
  expect(await ask('/v1/quarantine/live/1')).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('a replay stores what only a server may send, at the time at which it happened and came', async () => {
  await send([order()])
  const [aside] = await listAside()
  expect(await ask('/v1/quarantine/replay', { reason: 'forbidden_key' })).toEqual({
    status: 200,
    body: {
      rowCount: 1,
      storedCount: 1,
      duplicateCount: 0,
      stayedCount: 0,
      fileRowCount: 0,
      stayed: [],
    },
  })
  expect(await listAside()).toEqual([])
  await server.engine.fold.drain()
  const [event] = await server.engine.database.query<Record<string, string>>(
    'SELECT user_id, toFloat64(amount) AS amount, source, at, received_at FROM events',
  )
  expect(event).toMatchObject({ user_id: 'ann', amount: 6, source: 'web', received_at: aside?.at })
  expect(Date.parse(event?.at ?? '')).toBeLessThan(Date.now() - 3_500_000)
})

test('replayed twice, also when the first was cut off before the quarantine knew, a call is stored once', async () => {
  await send([order()])
  const { database } = server.engine
  await database.execute('CREATE TABLE aside_before AS quarantine ENGINE = MergeTree ORDER BY row_number')
  await database.execute('INSERT INTO aside_before SELECT * FROM quarantine')
  await ask('/v1/quarantine/replay', { source: 'web' })
  await database.execute('INSERT INTO quarantine SELECT * FROM aside_before SETTINGS insert_deduplicate = 0')
  expect((await ask('/v1/quarantine/replay', { source: 'web' })).body).toMatchObject({
    storedCount: 0,
    duplicateCount: 1,
  })
  await server.engine.fold.drain()
  expect(await countEvents()).toBe(1)
  expect(await listAside()).toEqual([])
  expect((await ask('/v1/quarantine/replay', { source: 'web' })).body).toMatchObject({ rowCount: 0 })
})

test('what is still wrong stays where it lies and is told', async () => {
  await send([order(), nobody()])
  const before = await listAside({ reason: 'no_identity' })
  const { body } = await ask('/v1/quarantine/replay', { importId: 'live' })
  expect(body).toMatchObject({ rowCount: 2, storedCount: 1, stayedCount: 1 })
  expect(body.stayed).toEqual([
    expect.objectContaining({ importId: 'live', rowNumber: before[0]?.rowNumber, reason: 'no_identity' }),
  ])
  await server.engine.fold.drain()
  expect(await listAside()).toEqual(before)
})

test('one call can be replayed alone, more than a page of them together', async () => {
  await send(Array.from({ length: 450 }, order))
  const rowNumber = (await listAside({ limit: 1 }))[0]?.rowNumber
  const one = await ask('/v1/quarantine/replay', { importId: 'live', rowNumber })
  expect(one.body).toMatchObject({ rowCount: 1, storedCount: 1 })
  const rest = await ask('/v1/quarantine/replay', { reason: 'forbidden_key' })
  expect(rest.body).toMatchObject({ rowCount: 449, storedCount: 449 })
  await server.engine.fold.drain()
  expect(await countEvents()).toBe(450)
  const again = await ask('/v1/quarantine/replay', { importId: 'live', rowNumber })
  expect(again).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('what came from the past through /v1/import is replayed as such', async () => {
  const past = { ...nobody(), timestamp: '2015-05-05T00:00:00Z' }
  await send([past], server.serverKey, '/v1/import')
  await server.engine.database.execute(
    'ALTER TABLE quarantine UPDATE raw = replaceOne(raw, \'{\', \'{"userId":"bob",\') WHERE 1 SETTINGS mutations_sync = 2',
  )
  const replayed = await ask('/v1/quarantine/replay', { importId: callImportIds.historic })
  expect(replayed.body).toMatchObject({ storedCount: 1 })
  await server.engine.fold.drain()
  expect(await server.engine.database.query('SELECT toYear(at) AS year FROM events')).toEqual([
    { year: 2015 },
  ])
})

test('rows of files are listed beside calls and cannot be replayed', async () => {
  const { engine } = server
  const large = 2 ** 53 - 1
  await engine.database.insert('quarantine', [
    {
      ...{ import_id: 'abcdef012345', source: 'cdnow', row_number: large, reason: 'schema_violation' },
      ...{ detail: 'no date', raw: '1,2,3', at: new Date() },
    },
  ])
  await engine.database.insert('imports', [
    { import_id: 'abcdef012345', file_name: 'orders.csv', updated_at: new Date() },
  ])
  await send([order()])
  const context = { engine, progress: () => undefined, signal: new AbortController().signal }
  const listed = await listQuarantine.run({ limit: 10 }, context)
  for (const [language, word] of [
    ['en', 'reason'],
    ['zh', '原因'],
  ] as const) {
    const table = listQuarantine.render(listed, language)
    for (const text of [word, 'orders.csv', String(large), 'web', 'live']) expect(table).toContain(text)
  }
  const shown = await showQuarantine.run({ importId: 'abcd', rowNumber: large }, context)
  expect(showQuarantine.render(shown, 'en')).toBe(`orders.csv:${large}\nschema_violation: no date\n\n1,2,3`)
  const report = await replayQuarantine.run({ importId: 'abcd' }, context)
  expect(report).toMatchObject({ rowCount: 1, fileRowCount: 1, storedCount: 0 })
  expect(replayQuarantine.isPartial?.(report)).toBe(true)
  expect(replayQuarantine.note?.(report, 'zh')).toContain('1 行来自文件')
  expect(await listAside()).toHaveLength(2)
})

test('content that is no JSON, or was cut, stays', async () => {
  await fetch(`${server.url}/v1/track`, {
    method: 'POST',
    body: '{"event":',
    headers: { authorization: basic(server.browserKey) },
  })
  const large = { ...order(), messageId: undefined, context: { note: 'x'.repeat(40_000) } }
  await send([large])
  const { body } = await ask('/v1/quarantine/replay', { source: 'web' })
  expect(body).toMatchObject({ rowCount: 2, stayedCount: 2 })
  expect(await listAside()).toHaveLength(2)
})

test('a replay of everything, or of a row without its import, is refused', async () => {
  for (const vague of [{}, { rowNumber: 4096 }, { reason: 'forbidden_key', rowNumber: 4096 }]) {
    expect(await ask('/v1/quarantine/replay', vague)).toMatchObject({
      status: 400,
      body: { code: 'bad_usage' },
    })
  }
  expect(await ask('/v1/quarantine/replay', { source: '' })).toMatchObject({ status: 400 })
  expect(await ask('/v1/quarantine/live/9007199254740993')).toMatchObject({ status: 400 })
})

test('a page of another site may not replay', async () => {
  const response = await fetch(`${server.url}/v1/quarantine/replay`, {
    method: 'POST',
    body: '{"source":"web"}',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
  })
  expect(response.status).toBe(403)
})
