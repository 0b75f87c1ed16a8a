import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import type { Evaluation } from '../src/evaluate/evaluation.ts'
import type { ModelHealth } from '../src/evaluate/model-health.ts'
import { loadLatestCut } from '../src/profiles/find-profiles.ts'
import { type EngineServer, startEngineServer } from '../src/serve/http/testing/engine-server.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'
import { registerCandidate } from '../src/train/registry.ts'

const name = 'propensity-30d'
const [first, second, hopeless] = [`${name}@first`, `${name}@second`, `${name}@hopeless`]
const nowMs = Date.now() - 60_000
let server: EngineServer

/** Two people who bought, two rules and a fit that is no better than its baseline; nothing is in use yet. */
beforeAll(async () => {
  server = await startEngineServer()
  const { engine } = server
  const batch = ['ann', 'bob'].map((userId, index) => ({
    ...{ type: 'track', userId, event: 'Order Completed', messageId: `m-${index}` },
    timestamp: new Date(nowMs - (index + 1) * 3_600_000).toISOString(),
    properties: {
      ...{ order_id: `o-${index}`, currency: 'CNY' },
      products: [{ product_id: 'p', price: 10, quantity: 1 }],
    },
  }))
  const client = createClient({ url: server.url, key: server.serverKey })
  await client.POST('/v1/batch', { body: { batch: batch as never } })
  await engine.fold.drain()
  const signal = new AbortController().signal
  await buildProfiles.run({ asOf: undefined }, { engine, progress: () => undefined, signal })
  const asOfMs = await loadLatestCut(engine.database)
  const register = (version: string, evaluation: Evaluation | undefined, kind: 'rule' | 'fit') =>
    registerCandidate(
      engine.database,
      { name, version, kind, model: { kind, formatVersion: 1, version }, ...(evaluation && { evaluation }) },
      { asOfMs, now: engine.now() },
    )
  await register(first, judged('better', 0.1), 'rule')
  await register(second, undefined, 'rule')
  await register(hopeless, judged('unclear', Number.NaN), 'fit')
})
afterAll(() => server[Symbol.asyncDispose]())

function judged(kind: Evaluation['verdict']['kind'], difference: number): Evaluation {
  const baseline = { en: 'what most do', zh: '多数人的做法' }
  const metrics = { auc: { value: difference, low: difference, high: difference } }
  return {
    ...{ model: name, question: { en: 'Who buys?', zh: '谁会购买？' }, meanActual: 0.5, meanPredicted: 0.5 },
    split: { testShare: 0.2, trainRowCount: 80, validationRowCount: 10, testRowCount: 20 },
    contenders: [{ name: { en: 'the model', zh: '模型' }, isBaseline: false, metrics }],
    verdict: { kind, metric: 'auc', baseline, difference: { value: difference } },
    drivers: [{ feature: 'recency_days', share: 1, direction: -1 }],
    ...{ charts: { kind: 'classification', roc: [], calibration: [], lift: [] }, settings: {} },
  }
}

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, init)
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, type: response.headers.get('content-type'), text, body }
}

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ask(path, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('every fit is listed with its verdict, also where its figures could not be reckoned', async () => {
  const { status, body } = await ask('/v1/models')
  expect(status).toBe(200)
  const listed = (body.models as { version: string }[]).filter(({ version }) => version.startsWith(name))
  expect(listed.map(({ version }) => version).sort()).toEqual([first, hopeless, second].sort())
  expect(listed.find(({ version }) => version === first)).toMatchObject({
    ...{ status: 'candidate', verdict: { kind: 'better', difference: { value: 0.1 } } },
    reason: { zh: expect.stringContaining('优于') },
  })
  // There is no number for NaN in JSON.
  expect(listed.find(({ version }) => version === hopeless)).toMatchObject({
    verdict: { kind: 'unclear', difference: { value: null } },
  })
})

test('one is shown by its version, with what it was judged by and without its weights', async () => {
  const { status, body } = await ask(`/v1/models/${encodeURIComponent(first)}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ name, version: first, record: { kind: 'rule', parents: [], isForced: false } })
  expect(body).toMatchObject({ evaluation: { question: { en: 'Who buys?', zh: '谁会购买？' } } })
  expect(body).not.toHaveProperty('model')
})

test('its card is a page or Markdown, in either language', async () => {
  const path = `/v1/models/${encodeURIComponent(first)}/card`
  const page = await ask(path)
  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.text).toContain(first)
  const card = await ask(`${path}?as=md&lang=zh`)
  expect(card).toMatchObject({ status: 200, type: 'text/markdown; charset=utf-8' })
  expect(card.text).toMatch(/^# /)
  expect(card.text).toContain('谁会购买？')
  expect(await ask(`${path}?as=pdf`)).toMatchObject({
    status: 400,
    body: { code: expect.any(String), messageZh: expect.any(String) },
  })
})

test('a version comes into use with its scores, a later one retires it, and it can be gone back to', async () => {
  expect((await post('/v1/models/rollback', { name })).status).toBe(404)
  const promoted = await post('/v1/models/promote', { version: first })
  expect(promoted).toMatchObject({ status: 200, body: { name, version: first, scoreCount: 2 } })
  expect((await ask(`/v1/models/${name}`)).body).toMatchObject({ version: first, status: 'active' })
  expect((await post('/v1/models/promote', { version: second })).status).toBe(200)
  expect((await ask(`/v1/models/${encodeURIComponent(first)}`)).body).toMatchObject({ status: 'retired' })
  const back = await post('/v1/models/rollback', { name })
  expect(back).toMatchObject({ status: 200, body: { version: first, scoreCount: 2 } })
  const profile = await ask('/v1/profiles/ann')
  expect(JSON.stringify(profile.body)).toContain(first)
})

test('a fit that is no better than its baseline is refused with the reason and what would force it', async () => {
  const { status, body } = await post('/v1/models/promote', { version: hopeless })
  expect(status).toBe(400)
  expect(body).toMatchObject({ messageZh: expect.stringContaining('没有明显优势') })
  expect(JSON.stringify(body)).toContain('"force\\": true')
  expect((await ask(`/v1/models/${encodeURIComponent(hopeless)}`)).body).toMatchObject({
    status: 'candidate',
  })
})

test('the checks of a model in use stand beside it and in the metrics, also with figures that are none', async () => {
  const health: ModelHealth = {
    ...{ name, version: first, checkedAt: new Date(nowMs).toISOString(), featureDrift: [] },
    scoreDrift: { column: 'score', stabilityIndex: Number.POSITIVE_INFINITY, grade: 'strong' },
    realised: [
      {
        ...{ asOf: new Date(nowMs).toISOString(), versions: [first], rowCount: 0 },
        ...{ meanPredicted: Number.NaN, meanActual: Number.NaN, metrics: { auc: { value: 0.75 } } },
      },
    ],
    alarms: [{ kind: 'score_drift', text: { en: 'moved', zh: '有变化' } }],
  }
  const row = { version: first, name, checked_at: new Date(nowMs), health: JSON.stringify(health) }
  await server.engine.database.insert('model_checks', [row])
  const shown = await ask(`/v1/models/${name}`)
  expect(shown).toMatchObject({
    status: 200,
    body: { health: { scoreDrift: { stabilityIndex: null }, alarms: [{ text: { zh: '有变化' } }] } },
  })
  const { status, type, text } = await ask('/metrics')
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(text).toContain(`likeness_model_is_rule{model="${name}"} 1\n`)
  expect(text).toContain(`likeness_model_realised{model="${name}",metric="auc"} 0.75\n`)
  expect(text).toContain(`likeness_model_alarms{model="${name}"} 1\n`)
  expect(text).not.toMatch(/NaN|Infinity|null/)
})

test('ids that name nothing are told with what there is; malformed ones and bodies are refused', async () => {
  for (const key of [
    'weather',
    '%20',
    '..%2f..%2fetc%2fpasswd',
    "'%20OR%201%3D1",
    '%E7%88%B1',
    '%00',
    '-1',
  ]) {
    const { status, body } = await ask(`/v1/models/${key}`)
    expect([key, status]).toEqual([key, 404])
    expect(body).toMatchObject({ code: 'not_found', expected: expect.stringContaining(name) })
  }
  expect((await ask('/v1/models/weather/card')).status).toBe(404)
  expect((await ask('/v1/models/%E0%A4%A')).status).toBe(400)
  expect((await ask(`/v1/models/${'x'.repeat(201)}`)).status).toBe(400)
  const bodies = [{}, [], 'null', '"x"', { version: '' }, { version: 7 }, { version: 'x'.repeat(201) }]
  for (const body of [...bodies, { version: first, force: 'yes' }, '{"version":', '']) {
    const answer = await post('/v1/models/promote', body)
    expect([body, answer.status]).toEqual([body, 400])
    expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) })
  }
  for (const body of [{}, { name: '' }, { name: ['a'] }, '{'])
    expect((await post('/v1/models/rollback', body)).status).toBe(400)
  expect((await post('/v1/models/promote', { version: 'weather' })).status).toBe(404)
  expect((await post('/v1/models/rollback', { name: 'weather' })).status).toBe(404)
  expect((await post('/v1/models/promote', '<version/>', { 'content-type': 'application/xml' })).status).toBe(
    415,
  )
})

test('a page of another site changes nothing', async () => {
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const { status } = await post('/v1/models/promote', { version: second }, headers)
  expect(status).toBe(403)
  expect((await ask(`/v1/models/${encodeURIComponent(first)}`)).body).toMatchObject({ status: 'active' })
})
