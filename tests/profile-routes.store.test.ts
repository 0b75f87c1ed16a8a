import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'

let server: EngineServer
const nowMs = Date.now()
const phone = '+1 (555) 123-4567'

/** A person with an id of each kind, two who share a device, and somebody without an order. */
beforeAll(async () => {
  // The clock stands, so that two answers are of one moment.
  server = await startEngineServer(undefined, () => new Date(nowMs))
  const client = createClient({ url: server.url, key: server.serverKey })
  const { data } = await client.POST('/v1/batch', { body: { batch: calls() as never } })
  expect(data).toMatchObject({ stored: calls().length, quarantined: 0 })
  await server.engine.fold.drain()
  const context = { engine: server.engine, progress: () => undefined, signal: new AbortController().signal }
  await buildProfiles.run({ asOf: undefined }, context)
  await client.POST('/v1/track', { body: { userId: 'late', event: 'Product Viewed', messageId: 'm-late' } })
  await server.engine.fold.drain()
})
afterAll(() => server[Symbol.asyncDispose]())

function calls(): readonly object[] {
  const wechat = { externalIds: [{ type: 'WeChat', id: 'o6_b:1', collection: 'users', encoding: 'none' }] }
  const bought = {
    order_id: 'o-1',
    currency: 'CNY',
    products: [{ product_id: 'p-1', price: 8, quantity: 2 }],
  }
  const list = [
    { type: 'track', anonymousId: 'dev-ann', event: 'Product Viewed', properties: { product_id: 'p-1' } },
    {
      ...{ type: 'identify', userId: 'ann', anonymousId: 'dev-ann' },
      ...{ traits: { email: 'Ann@Shop.example', phone, city: 'York' } },
      context: { ...wechat, device: { id: 'idfa-ann' } },
    },
    { type: 'track', userId: 'ann', event: 'Order Completed', properties: bought },
    { type: 'track', anonymousId: 'dev-bob', event: 'Product Viewed', properties: { product_id: 'p-2' } },
    { type: 'identify', userId: 'cai', anonymousId: 'till' },
    { type: 'track', userId: 'cai', event: 'Product Viewed', properties: { product_id: 'p-1' } },
    { type: 'identify', userId: 'dee', anonymousId: 'till' },
    { type: 'track', userId: 'dee', event: 'Product Viewed', properties: { product_id: 'p-1' } },
  ]
  return list.map((call, index) => ({
    ...call,
    messageId: `m-${index}`,
    timestamp: new Date(nowMs - (60 - index) * 60_000).toISOString(),
  }))
}

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }
async function get(id: string, query = '', headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/v1/profiles/${encodeURIComponent(id)}${query}`, { headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

const annsIds = [
  ...['ann', 'dev-ann', 'idfa-ann', 'user_id:ann', 'anonymous_id:dev-ann', 'device_id:idfa-ann'],
  ...['email:ann@shop.example', 'email: ANN@shop.EXAMPLE ', `phone:${phone}`, 'phone:0015551234567'],
  'external:wechat:o6_b:1',
]

test('one person is the same record by every id, in clear or as its hash, bare or with its kind', async () => {
  const { status, headers, body } = await get('ann')
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: 'ann', orderCount: 1, spend: 16, features: { order_count: 1 } })
  const hashes = (body.identities as readonly { kind: string; id: string }[]).filter(({ kind }) =>
    ['email', 'phone'].includes(kind),
  )
  expect(hashes).toHaveLength(2)
  for (const id of [...annsIds, ...hashes.map(({ kind, id }) => `${kind}:${id}`)]) {
    const answer = await get(id)
    expect(answer.body, id).toEqual(body)
    expect(answer.headers.get('etag'), id).toBe(headers.get('etag'))
  }
})

test('a device that nobody logged in on is a profile; a shared one is nobody’s, and keeps a profile under its bare id', async () => {
  expect((await get('anonymous_id:dev-bob')).body).toEqual((await get('dev-bob')).body)
  expect(await get('anonymous_id:till')).toMatchObject({
    status: 404,
    body: { code: 'not_found', message: 'several people go by the id anonymous_id:till' },
  })
  expect((await get('till')).body).toMatchObject({ message: 'till is known, but nothing is kept of it' })
  expect((await get('late')).body).toMatchObject({ id: 'late', features: { activity_7d: 1 } })
})

test('parts are chosen by name, features too; what there is not is answered with what there is', async () => {
  const { body: whole } = await get('ann')
  const { body } = await get('ann', '?fields=traits,scores.propensities,spend')
  expect(body).toEqual({
    ...{ id: 'ann', asOf: whole.asOf },
    ...{ spend: 16, traits: whole.traits, propensities: whole.propensities },
  })
  expect(Object.keys((await get('ann', '?fields=scores')).body)).toEqual([
    'id',
    'asOf',
    'needs',
    'topNeeds',
    'propensities',
    'lifetime',
  ])
  expect((await get('ann', '?features=spend,order_count')).body).toEqual({
    ...{ id: 'ann', asOf: whole.asOf },
    features: { order_count: 1, spend: 16 },
  })
  expect(await get('ann', '?fields=spend,taits,__proto__')).toMatchObject({
    status: 400,
    body: {
      message: "a profile has no part 'taits', '__proto__'",
      messageZh: "画像没有 'taits'、'__proto__' 部分",
      expected: expect.stringMatching(/^version, .*orderCount, spend, .*scores\.lifetime$/),
      where: 'fields',
    },
  })
  expect(await get('ann', '?features=order_cuont')).toMatchObject({
    status: 400,
    body: { expected: expect.stringMatching(/^order_count/), messageZh: "没有特征 'order_cuont'" },
  })
  expect(await get('ann', '?fields=spend&fields=traits')).toMatchObject({
    status: 400,
    body: { where: 'query/fields', messageZh: expect.stringMatching(/^fields: 无效输入/) },
  })
})

test('a record has a tag of its bytes: whoever has it is told so, and it changes with the parts', async () => {
  const { headers } = await get('ann')
  const tag = headers.get('etag') ?? ''
  expect(tag).toMatch(/^"[\w-]{27}"$/)
  expect(headers.get('cache-control')).toBe('private, no-cache')
  for (const asked of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
    const again = await get('user_id:ann', '', { 'if-none-match': asked })
    expect(again).toMatchObject({ status: 304, body: {} })
    expect(again.headers.get('etag')).toBe(tag)
  }
  expect((await get('ann', '', { 'if-none-match': '"x"' })).status).toBe(200)
  expect((await get('ann', '?fields=spend', { 'if-none-match': tag })).status).toBe(200)
})

test.each([
  ['nobody', 404, 'nobody is known by the id nobody'],
  ['user_id:nobody', 404, 'nobody is known by the id user_id:nobody'],
  ['email:nobody@shop.example', 404, 'nobody is known by the id email:nobody@shop.example'],
  ['till', 404, 'till is known, but nothing is kept of it'],
  ['email:nobody', 400, "'email:nobody' cannot be anybody's id"],
  ['phone:none', 400, "'phone:none' cannot be anybody's id"],
  ['a\u0000b', 400, "'a\u0000b' cannot be anybody's id"],
])('%j leads to no record, which is told with what to do', async (id, status, message) => {
  const answer = await get(id)
  expect(answer).toMatchObject({
    status,
    body: { message, messageZh: expect.any(String), wayOut: { en: expect.any(String) } },
  })
  expect(answer.headers.get('etag')).toBeNull()
})

test('ids are as long as an id can be, and no longer', async () => {
  expect((await get(`user_id:${'顾'.repeat(255)}`)).status).toBe(404)
  expect(await get('x'.repeat(501))).toMatchObject({
    status: 400,
    body: { where: 'path/id', message: expect.stringContaining('<=500') },
  })
})

async function post(body: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/v1/profiles/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { status, headers } = response
  return { status, headers, body: (await response.json()) as Answer['body'] }
}

test('a batch answers each id in its order, found or with the reason, and chooses parts for all', async () => {
  const ids = ['dev-bob', 'nobody', 'email:ann@shop.example', 'anonymous_id:till', 'till', 'email:?', 'ann']
  const { status, headers, body } = await post({ ids })
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  const { body: ann } = await get('ann')
  expect(body.results).toEqual([
    { id: 'dev-bob', found: true, profile: (await get('dev-bob')).body },
    expect.objectContaining({ id: 'nobody', found: false, reason: 'unknown' }),
    { id: 'email:ann@shop.example', found: true, profile: ann },
    expect.objectContaining({ reason: 'shared', messageZh: '编号 anonymous_id:till 由多人共用' }),
    expect.objectContaining({ id: 'till', reason: 'no_record' }),
    expect.objectContaining({ reason: 'malformed' }),
    { id: 'ann', found: true, profile: ann },
  ])
  const chosen = await post({ ids: ['ann'], fields: ['spend'], features: ['order_count'] })
  expect(chosen.body.results).toEqual([
    {
      id: 'ann',
      found: true,
      profile: { id: 'ann', asOf: ann.asOf, spend: 16, features: { order_count: 1 } },
    },
  ])
})

test('a batch is of 1 to 100 ids, and is refused with what is wrong', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => (index % 2 ? 'ann' : `nobody-${index}`))
  const { body } = await post({ ids })
  expect((body.results as readonly { found: boolean }[]).map(({ found }) => found)).toEqual(
    ids.map((id) => id === 'ann'),
  )
  for (const [wrong, where] of [
    [{ ids: [...ids, 'ann'] }, 'body/ids'],
    [{ ids: [] }, 'body/ids'],
    [{ ids: ['ann', ''] }, 'body/ids/1'],
    [{ ids: ['ann', 7] }, 'body/ids/1'],
    [{ ids: 'ann' }, 'body/ids'],
    [{ ids: ['ann'], fields: ['nothing'] }, 'fields'],
    [{ ids: ['ann'], features: ['nothing'] }, 'features'],
    [null, 'body'],
  ] as const) {
    expect(await post(wrong)).toMatchObject({
      status: 400,
      body: { code: 'bad_input', where, messageZh: expect.stringMatching(/\p{Script=Han}/u) },
    })
  }
})

type Timeline = { readonly profileId: string; readonly lines: readonly object[]; readonly next?: string }
async function timeline(id: string, query = ''): Promise<Answer & { readonly body: Timeline }> {
  const response = await fetch(`${server.url}/v1/profiles/${encodeURIComponent(id)}/timeline${query}`)
  const { status, headers } = response
  return { status, headers, body: (await response.json()) as Timeline & Record<string, unknown> }
}

test('a timeline is the same by every id, with what was done on the device before the login', async () => {
  const { body, headers } = await timeline('ann')
  expect(body).toEqual({
    profileId: 'ann',
    lines: [
      expect.objectContaining({ kind: 'purchase', orderId: 'o-1', itemId: 'p-1', quantity: 2, amount: 16 }),
      expect.objectContaining({ kind: 'view', itemId: 'p-1' }),
    ],
  })
  expect(body.lines[1]).not.toHaveProperty('orderId')
  expect(headers.get('cache-control')).toBe('private, no-cache')
  for (const id of annsIds) expect((await timeline(id)).body, id).toEqual(body)
})

test('pages follow one another to the last, and each begins where the one before ended', async () => {
  const { body: whole } = await timeline('ann')
  const first = await timeline('ann', '?limit=1')
  expect(first.body.lines).toEqual(whole.lines.slice(0, 1))
  const second = await timeline('email:ann@shop.example', `?limit=1&before=${first.body.next}`)
  expect(second.body).toEqual({ profileId: 'ann', lines: whole.lines.slice(1) })
  const exact = await timeline('ann', '?limit=2')
  expect(exact.body).toEqual(whole)
})

test.each([
  ['ann', '?before=x', 400, 'query/before'],
  ['ann', '?limit=0', 400, 'query/limit'],
  ['ann', '?limit=501', 400, 'query/limit'],
  ['nobody', '', 404, undefined],
  ['email:nobody@shop.example', '', 404, undefined],
  ['anonymous_id:till', '', 404, undefined],
  ['phone:x', '', 400, undefined],
])('no timeline of %s%s: %i', async (id, query, status, where) => {
  const { body, ...answer } = await timeline(id, query)
  expect(answer.status).toBe(status)
  expect(body).toMatchObject({ messageZh: expect.any(String), wayOut: { zh: expect.any(String) } })
  expect((body as { where?: string }).where).toBe(where)
})

test('who is known and did nothing by that id has an empty timeline', async () => {
  expect((await timeline('till')).body).toMatchObject({ profileId: 'till', lines: [] })
})

test('who came after the build is told of as soon as the event is folded, without scores', async () => {
  const { status, body } = await get('late')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    features: { activity_7d: 1 },
    propensities: [],
    freshness: { lastEventAt: expect.any(String) },
  })
})

async function ask(path: string, method: string, sent?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(sent !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

test('features are served column by column, as by Feast, and of nobody the default', async () => {
  const entities = { profile_id: ['email:ann@shop.example', 'nobody'] }
  const features = ['profile:order_count', 'rating_mean', 'city']
  const { status, body } = await ask('/v1/features/online', 'POST', { features, entities })
  expect(status).toBe(200)
  expect(body).toEqual({
    metadata: { feature_names: ['profile_id', 'order_count', 'rating_mean', 'city'] },
    results: [
      expect.objectContaining({ values: entities.profile_id, statuses: ['PRESENT', 'PRESENT'] }),
      expect.objectContaining({ values: [1, 0], statuses: ['PRESENT', 'NOT_FOUND'] }),
      expect.objectContaining({ values: [null, null], statuses: ['NULL_VALUE', 'NOT_FOUND'] }),
      expect.objectContaining({ values: ['York', null] }),
    ],
  })
  const wrong = await ask('/v1/features/online', 'POST', { features: ['order_cuont'], entities })
  expect(wrong).toMatchObject({ status: 400, body: { expected: expect.stringMatching(/^order_count/) } })
  const many = { profile_id: Array.from({ length: 101 }, (_, index) => `p${index}`) }
  expect((await ask('/v1/features/online', 'POST', { features, entities: many })).status).toBe(400)
})

test('a feature that is defined without code is on every profile at once, and gone when it is taken back', async () => {
  const definition = {
    name: 'cheap_units',
    meaning: { en: 'Units bought below ten', zh: '十元以下商品购买件数' },
    unit: 'units',
    purpose: 'personalisation',
    source: 'events',
    reads: { per: 'line', kinds: ['purchase'], where: [{ field: 'price', is: 'at_most', value: 10 }] },
    window: 'all',
    aggregate: { kind: 'sum', of: 'quantity' },
  }
  expect((await get('ann')).body.features).not.toHaveProperty('cheap_units')
  expect(await ask('/v1/features', 'POST', definition)).toMatchObject({ status: 201, body: definition })
  expect((await get('ann', '?features=cheap_units')).body.features).toEqual({ cheap_units: 2 })
  const { body } = await ask('/v1/features', 'GET')
  expect(body.features).toContainEqual({ origin: 'api', definition })
  const refused = await ask('/v1/features', 'POST', { ...definition, name: 'spend' })
  expect(refused).toMatchObject({ status: 400, body: { where: 'spend.name' } })
  expect((await ask('/v1/features', 'POST', { ...definition, window: { days: 0 } })).status).toBe(400)
  expect((await ask('/v1/features/cheap_units', 'DELETE')).status).toBe(204)
  expect((await get('ann')).body.features).not.toHaveProperty('cheap_units')
  expect((await ask('/v1/features/cheap_units', 'DELETE')).status).toBe(404)
})
