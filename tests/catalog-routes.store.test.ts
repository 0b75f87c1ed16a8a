import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { AppError } from '../src/core/errors.ts'
import type { Database } from '../src/database/database.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'
import { basic } from '../src/serve/http/testing/ingest-server.ts'

let server: EngineServer
let trouble: AppError | undefined
beforeAll(async () => {
  server = await startEngineServer(withTrouble)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  trouble = undefined
  await server.engine.database.execute('TRUNCATE TABLE items')
})

/** The database, whose inserts fail with `trouble` while there is any. */
function withTrouble(database: Database): Database {
  return {
    kind: database.kind,
    query: (sql, options) => database.query(sql, options),
    stream: (sql, options) => database.stream(sql, options),
    execute: (sql, options) => database.execute(sql, options),
    executeOnEveryNode: (sql, options) => database.executeOnEveryNode(sql, options),
    insert: (table, rows, options) =>
      trouble === undefined ? database.insert(table, rows, options) : Promise.reject(trouble),
    takeTurns: (name, work, signal) => database.takeTurns(name, work, signal),
    loadFile: (load) => database.loadFile(load),
    exportTo: (target, sql, options) => database.exportTo(target, sql, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

type Answer = {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: Record<string, unknown>
}
async function post(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  query = '',
): Promise<Answer> {
  const response = await fetch(`${server.url}/v1/catalog${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { authorization: basic(server.serverKey), ...headers },
  })
  const retryAfter = response.headers.get('retry-after')
  return { status: response.status, retryAfter, body: (await response.json()) as Answer['body'] }
}
const client = () => createClient({ url: server.url, key: server.serverKey })
async function find(id: string) {
  const { data, response } = await client().GET('/v1/catalog/{id}', { params: { path: { id } } })
  return { status: response.status, ...data }
}

test('an item is stated and read back as it is known', async () => {
  const stated = {
    ...{ item_id: 'cup/1', name: ' Cup ', name_zh: '杯', description: 'Of clay', description_zh: '陶' },
    ...{
      category: 'Kitchen > Tea',
      category_zh: '厨房 > 茶具',
      brand: 'Clay',
      price: 2.5,
      currency: 'cny',
      url: 'https://shop/cup',
    },
    ...{ stock: 7, is_new: true, tags: ['a'], attributes: { size: 'M', weight: 0.3, nothing: null } },
  }
  const { data } = await client().POST('/v1/catalog', { body: stated })
  expect(data).toEqual({ success: true, received: 1, stored: 1, errors: [] })
  expect(await find('cup/1')).toEqual({
    status: 200,
    item: {
      ...{ item_id: 'cup/1', name: 'Cup', name_zh: '杯', description: 'Of clay', description_zh: '陶' },
      ...{
        category: ['Kitchen', 'Tea'],
        category_zh: ['厨房', '茶具'],
        brand: 'Clay',
        price: 2.5,
        currency: 'CNY',
      },
      attributes: { url: 'https://shop/cup', stock: '7', is_new: 'true', size: 'M', weight: '0.3' },
    },
    source: 'server',
    updated_at: expect.stringMatching(/^20.*Z$/),
  })
  expect((await find('gone')).status).toBe(404)
})

test('what is read can be stated again, and a part changes only what it states', async () => {
  await client().POST('/v1/catalog', {
    body: { item_id: 'cup', name: 'Cup', price: 2, category: ['Kitchen/Bar', 'Tea'], image_url: '/cup.png' },
  })
  const before = await find('cup')
  await client().POST('/v1/catalog', { body: { item_id: 'cup', ...before.item } })
  expect(await find('cup')).toEqual(before)
  await client().POST('/v1/catalog', { body: { item_id: 'cup', price: 3, name: '', stock: 0 } })
  expect((await find('cup')).item).toEqual({
    ...before.item,
    price: 3,
    attributes: { image_url: '/cup.png', stock: '0' },
  })
})

test.each([
  ['a list', JSON.stringify([{ item_id: 'a' }, { product_id: 'b' }, { id: 3 }])],
  ['an object with items', JSON.stringify({ items: [{ item_id: 'a' }, { product_id: 'b' }, { id: 3 }] })],
  ['lines', '{"item_id":"a"}\n\n{"product_id":"b"}\r\n{"id":3}\n'],
  ['lines after a byte order mark', '\ufeff{"item_id":"a"}\n{"product_id":"b"}\n{"id":3}'],
])('items come as %s, whatever the content type says', async (_form, body) => {
  for (const type of ['application/json', 'text/plain', 'nonsense']) {
    expect((await post(body, { 'content-type': type })).body).toMatchObject({ received: 3, stored: 3 })
  }
  for (const id of ['a', 'b', '3']) expect((await find(id)).status).toBe(200)
})

test('packed bodies are unpacked, up to 4 MB', async () => {
  const body = JSON.stringify({ item_id: 'a' })
  expect((await post(gzipSync(body))).body).toMatchObject({ stored: 1 })
  const brotli = await post(brotliCompressSync(body), { 'content-encoding': 'br' })
  expect(brotli.body).toMatchObject({ stored: 1 })
  const large = await post(gzipSync(JSON.stringify({ item_id: 'a', name: 'x'.repeat(5e6) })))
  expect(large).toMatchObject({ status: 413, body: { reason: 'decompress_limit' } })
})

test('an item that is wrong is told with its place, and the others are taken', async () => {
  const { status, body } = await post(
    JSON.stringify([
      { item_id: 'good' },
      { name: 'no id' },
      'text',
      { item_id: 'dear', price: -1 },
      { item_id: 'odd', price: 'free' },
      { item_id: 'long', name: 'x'.repeat(1001) },
      { item_id: 'a\u0000b' },
      { item_id: 'money', currency: 'yuan' },
      { item_id: 'many', attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n])) },
      { item_id: 'nested', name: { en: 'x' } },
      { item_id: 'priced', price: '12.50', sku: null },
    ]),
  )
  expect([status, body.received, body.stored]).toEqual([200, 11, 2])
  const errors = body.errors as { index: number; item_id?: string; reason: string; detail: string }[]
  expect(errors.map(({ index, item_id }) => [index, item_id])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, 'dear'],
    [4, 'odd'],
    [5, 'long'],
    [6, 'a\u0000b'],
    [7, 'money'],
    [8, 'many'],
    [9, 'nested'],
  ])
  for (const { reason, detail } of errors) {
    expect(reason).toBe('schema_violation')
    expect(detail).toMatch(/^expected .*, got /)
  }
  expect(errors[2]?.detail).toContain('price')
  expect((await find('priced')).item?.price).toBe(12.5)
})

test('a line that is no JSON costs only itself; a body without any is refused', async () => {
  const { body } = await post('{"item_id":"a"}\n{"item_id":\n{"item_id":"c"}')
  expect(body).toMatchObject({ received: 3, stored: 2, errors: [{ index: 1, reason: 'bad_json' }] })
  for (const nothing of ['', '{"item_id":', 'item_id,name\na,b', '5', 'null']) {
    expect(await post(nothing)).toMatchObject({ status: 400, body: { success: false, code: 'bad_input' } })
  }
  const binary = await post(Buffer.from([0xff, 0xfe, 0x41]))
  expect(binary).toMatchObject({ status: 400, body: { reason: 'bad_encoding' } })
})

test('5,000 items are taken, one more and more than 4 MB are not', async () => {
  const items = Array.from({ length: 5_001 }, (_, index) => ({ item_id: `i-${index}`, price: index }))
  expect((await post(JSON.stringify(items.slice(1)))).body).toMatchObject({ stored: 5_000 })
  expect((await find('i-5000')).item?.price).toBe(5_000)
  expect(await post(JSON.stringify(items))).toMatchObject({ status: 413, body: { reason: 'too_many_items' } })
  expect((await post(JSON.stringify({ item_id: 'a', name: 'x'.repeat(4.2e6) }))).status).toBe(413)
})

test('only a server’s key may state items; it comes in the header, the address or the body', async () => {
  const item = JSON.stringify({ item_id: 'a' })
  expect((await post(item, { authorization: '' })).status).toBe(401)
  expect((await post(item, { authorization: basic(server.browserKey) })).status).toBe(403)
  expect((await post(item, { authorization: '' }, `?writeKey=${server.serverKey}`)).status).toBe(200)
  const inBody = { writeKey: server.serverKey, item_id: 'b' }
  expect((await post(JSON.stringify(inBody), { authorization: '' })).status).toBe(200)
  expect((await find('b')).item?.attributes).toEqual({})
})

test('a secret key with the scope catalog:write states items in its own name, one without it is told so', async () => {
  const { secretKeys } = server.engine
  const item = JSON.stringify({ item_id: 'i-7', name: 'Lamp' })
  const writer = await secretKeys.add('feed', ['catalog:write'])
  const reader = await secretKeys.add('shelf', ['catalog:read'])
  expect((await post(item, { authorization: `Bearer ${writer.key}` })).body).toMatchObject({ stored: 1 })
  expect(await find('i-7')).toMatchObject({ status: 200, source: 'feed' })
  const refused = await post(item, { authorization: `Bearer ${reader.key}` })
  expect(refused).toMatchObject({ status: 403, body: { reason: 'missing_scope', expected: 'catalog:write' } })
  expect((await post(item, { authorization: 'Bearer ak_nobody' })).status).toBe(401)
})

test.each(['database_unreachable', 'disk_full'] as const)(
  'while the database says %s nothing is acknowledged, and the sender is told when to come again',
  async (code) => {
    trouble = new AppError(code, 'away')
    expect(await post('{"item_id":"a"}')).toMatchObject({
      status: 503,
      retryAfter: expect.stringMatching(/^\d+$/),
      body: { success: false, reason: code },
    })
    trouble = undefined
    expect((await find('a')).status).toBe(404)
    expect((await post('{"item_id":"a"}')).status).toBe(200)
  },
)

test('a browser’s key cannot rename an item of the catalogue by its events; it tells of unknown ones', async () => {
  await post('{"item_id":"cup","name":"Cup"}')
  const view = (product_id: string) => ({
    type: 'track' as const,
    event: 'Product Viewed',
    anonymousId: 'a',
    properties: { product_id, name: 'Rubbish', brand: 'Clay' },
  })
  await createClient({ url: server.url, key: server.browserKey }).POST('/v1/batch', {
    body: { batch: [view('cup'), view('new')] },
  })
  await server.engine.fold.drain()
  expect(await find('cup')).toMatchObject({ item: { name: 'Cup', brand: 'Clay' }, source: 'server' })
  expect(await find('new')).toMatchObject({ item: { name: 'Rubbish' }, source: 'event:web' })
})
