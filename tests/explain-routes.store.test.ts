import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { loadLatestCut } from '../src/profiles/find-profiles.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'
import { explainProfile } from '../src/serve/operations/explain-profile.ts'

let server: EngineServer
const context = () => ({
  engine: server.engine,
  progress: () => undefined,
  signal: new AbortController().signal,
})
const nowMs = Date.now()

/** Somebody looks at things on a device, logs in, buys twice and takes one back. */
beforeAll(async () => {
  // The clock stands, so that two answers are of one moment.
  server = await startEngineServer(undefined, () => new Date(nowMs))
  const client = createClient({ url: server.url, key: server.serverKey })
  const order = (id: string, price: number) => ({
    ...{ order_id: id, currency: 'CNY' },
    products: [{ product_id: `p-${id}`, price, quantity: 1 }],
  })
  const calls = [
    { type: 'track', anonymousId: 'dev', event: 'Product Viewed', properties: { product_id: 'p-1' } },
    { type: 'identify', userId: 'ann', anonymousId: 'dev', traits: { email: 'ann@shop.example', age: '34' } },
    { type: 'track', userId: 'ann', event: 'Order Completed', properties: order('1', 10) },
    { type: 'track', userId: 'ann', event: 'Order Completed', properties: order('2', 30) },
    { type: 'track', userId: 'ann', event: 'Order Refunded', properties: order('1', 10) },
  ]
  const batch = calls.map((call, index) => ({
    ...call,
    messageId: `m-${index}`,
    timestamp: new Date(nowMs - (60 - index) * 60_000).toISOString(),
  }))
  const { data } = await client.POST('/v1/batch', { body: { batch: batch as never } })
  expect(data).toMatchObject({ stored: calls.length })
  await server.engine.fold.drain()
  await buildProfiles.run({ asOf: undefined }, context())
})
afterAll(() => server[Symbol.asyncDispose]())

async function get(path: string) {
  const response = await fetch(`${server.url}/v1/profiles/${path}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a feature is told with the events behind it, the same by every id of the person', async () => {
  const { status, body } = await get('ann/explain/spend')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ...{ profileId: 'ann', feature: 'spend', value: 40 },
    meaning: { en: expect.any(String), zh: expect.stringMatching(/\p{Script=Han}/u) },
    evidence: {
      ...{ kind: 'lines', total: 2, order: 'latest_first' },
      lines: [
        { orderId: '2', itemId: 'p-2', amount: 30, reading: 30 },
        { orderId: '1', reading: 10 },
      ],
    },
  })
  for (const id of ['dev', 'anonymous_id:dev', encodeURIComponent('email:ann@shop.example')]) {
    expect((await get(`${id}/explain/spend`)).body, id).toEqual(body)
  }
  const { body: views } = await get('ann/explain/view_count')
  expect(views).toMatchObject({ value: 1, evidence: { total: 1, lines: [{ kind: 'view', itemId: 'p-1' }] } })
})

test('a feature made of others tells its parts, one of shares a key, at most so many lines', async () => {
  expect((await get('ann/explain/return_rate?limit=1')).body).toMatchObject({
    value: 0.25,
    evidence: {
      kind: 'parts',
      parts: [
        { feature: 'refund_amount', value: 10, evidence: { total: 1 } },
        { feature: 'spend', value: 40, evidence: { total: 2, lines: [{ orderId: '2' }] } },
      ],
    },
  })
  const key = encodeURIComponent('item_interest/p-2')
  expect((await get(`ann/explain/${key}`)).body).toMatchObject({
    feature: 'item_interest/p-2',
    evidence: { total: 1, lines: [{ itemId: 'p-2', reading: 'p-2' }] },
  })
  expect((await get('ann/explain/age_years')).body).toMatchObject({
    value: 34,
    evidence: { kind: 'statements', statements: [{ name: 'age', value: '34', source: 'server' }] },
  })
})

test.each([
  ['ann/explain/spnd', 400, { expected: expect.stringMatching(/^spend/), where: 'feature' }],
  ['ann/explain/spend?limit=0', 400, { where: 'query/limit' }],
  ['nobody/explain/spend', 404, { code: 'not_found' }],
  ['nobody/explain', 404, { code: 'not_found' }],
  ['ann/explain', 409, { code: 'not_built' }],
  ['ann/explain?score=propensty', 404, { received: 'propensty' }],
])('%s is answered with %i', async (path, status, body) => {
  expect(await get(path)).toMatchObject({ status, body: { ...body, messageZh: expect.any(String) } })
})

test('scores are told with their reasons', async () => {
  const asOf = new Date(await loadLatestCut(server.engine.database))
  const reasons = { reason_features: ['spend'], reason_shares: [0.5] }
  const score = { profile_id: 'ann', version: 'v', as_of: asOf, value: 0.25, low: 'nan', high: 'nan' }
  await server.engine.database.insert('scores', [
    { ...score, ...reasons, model: 'propensity', horizon_days: 30, computed_at: asOf },
    { ...score, ...reasons, model: 'alive', horizon_days: 0, computed_at: asOf },
  ])
  await server.engine.living.forgetLearned()
  const { body } = await get('dev/explain?score=propensity')
  expect(body).toMatchObject({
    id: 'ann',
    scores: [
      { model: 'propensity', horizonDays: 30, value: 0.25, reasons: [{ feature: 'spend', share: 0.5 }] },
    ],
  })
  expect((await get('ann/explain')).body.scores).toHaveLength(2)
})

test('the command line tells whether a name is a score or a feature, in both languages', async () => {
  const run = (name?: string) => explainProfile.run({ id: 'dev', name, limit: 20 }, context())
  const feature = await run('return_rate')
  expect(explainProfile.render(feature, 'en')).toMatch(
    /^Profile ann as of .*\n\nFeature return_rate: 0\.25\n.*\n\n {2}Feature refund_amount: 10\n[\s\S]*\n {2}1 event line:\n {2}time/,
  )
  expect(explainProfile.render(feature, 'zh')).toMatch(/特征 spend: 40\n[\s\S]*共 2 条事件行：\n[\s\S]*购买/)
  expect(explainProfile.render(await run('propensity'), 'en')).toMatch(
    /^Profile ann\nScore buys again, 30 days: 25/,
  )
  expect(explainProfile.render(await run(), 'zh')).toMatch(/评分 仍是顾客: 25/)
  await expect(run('spnd')).rejects.toMatchObject({
    code: 'not_found',
    expected: expect.stringMatching(/^spend/),
  })
})
