import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'

let server: EngineServer
const nowMs = Date.now()
beforeAll(async () => {
  // The clock stands, so that two answers are of one moment.
  server = await startEngineServer(undefined, () => new Date(nowMs))
  const client = createClient({ url: server.url, key: server.serverKey })
  const products = [{ product_id: 'p-1', price: 8, quantity: 2 }]
  const batch = [
    {
      type: 'identify',
      messageId: 'm-1',
      userId: 'ann',
      anonymousId: 'dev',
      traits: { email: 'ann@shop.example' },
    },
    {
      ...{ type: 'track', messageId: 'm-2', userId: 'ann', event: 'Order Completed' },
      properties: { order_id: 'o-1', currency: 'CNY', products },
    },
    {
      type: 'track',
      messageId: 'm-3',
      userId: 'bob',
      event: 'Product Viewed',
      properties: { product_id: 'p-1' },
    },
  ]
  await client.POST('/v1/batch', { body: { batch: batch as never } })
  await server.engine.fold.drain()
})
afterAll(() => server[Symbol.asyncDispose]())

async function ask(body: unknown) {
  const response = await fetch(`${server.url}/v1/features/online`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

type Column = { readonly values: unknown[]; readonly statuses: string[]; readonly event_timestamps: string[] }

test('features are answered as Feast’s feature server does: a column for each name, a cell for each entity', async () => {
  const profile_id = ['ann', 'bob', 'nobody', 'email:ann@shop.example']
  const { status, body } = await ask({
    features: ['profile:spend', 'recency_days'],
    entities: { profile_id },
  })
  expect(status).toBe(200)
  const results = body.results as readonly Column[]
  expect(body.metadata).toEqual({ feature_names: ['profile_id', 'spend', 'recency_days'] })
  expect(results.map(({ values }) => values)).toEqual([profile_id, [16, 0, 0, 16], [0, null, null, 0]])
  expect(results.map(({ statuses }) => statuses)).toEqual([
    ['PRESENT', 'PRESENT', 'PRESENT', 'PRESENT'],
    ['PRESENT', 'PRESENT', 'NOT_FOUND', 'PRESENT'],
    ['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'PRESENT'],
  ])
  const [entity, spend] = results
  expect(entity?.event_timestamps).toEqual(profile_id.map(() => '1970-01-01T00:00:00Z'))
  const { body: ann } = await (async () => {
    const response = await fetch(`${server.url}/v1/profiles/ann`)
    return { body: (await response.json()) as { freshness: { featuresAsOf: string } } }
  })()
  expect(spend?.event_timestamps[0]).toBe(ann.freshness.featuresAsOf)
})

test('a service stands for all features of an audience, and names can be told with their view', async () => {
  const entities = { profile_id: ['ann'] }
  const namesOf = async (feature_service: string) => {
    const { body } = await ask({ feature_service, entities, full_feature_names: true })
    return (body.metadata as { feature_names: string[] }).feature_names
  }
  const [people, models, all] = await Promise.all(['people', 'models', 'all'].map(namesOf))
  expect(people).toContain('profile__spend')
  expect(people).not.toContain('profile__spend_clipped')
  expect(models).toContain('profile__spend_clipped')
  expect(new Set([...(people ?? []), ...(models ?? [])])).toEqual(new Set(all))
})

test.each([
  [
    { features: ['spnd'] },
    { where: 'body/features', expected: expect.stringMatching(/^spend/), received: 'spnd' },
  ],
  [{ features: ['bought_category'] }, { where: 'body/features' }],
  [{}, { where: 'body' }],
  [{ features: ['spend'], feature_service: 'all' }, { where: 'body' }],
  [{ feature_service: 'everything' }, { where: 'body/feature_service' }],
  [{ features: [] }, { where: 'body/features' }],
  [{ features: ['spend'], entities: {} }, { where: 'body/entities/profile_id' }],
  [
    { features: ['spend'], entities: { profile_id: Array.from({ length: 101 }, () => 'ann') } },
    { where: 'body/entities/profile_id' },
  ],
])('%j is refused with what is wrong', async (body, answer) => {
  expect(await ask({ entities: { profile_id: ['ann'] }, ...body })).toMatchObject({
    status: 400,
    body: { code: 'bad_input', ...answer, messageZh: expect.stringMatching(/\p{Script=Han}/u) },
  })
})
