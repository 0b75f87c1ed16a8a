import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { areaUnderRoc } from '../src/math/metrics/classification.ts'
import { adjustedRandIndex } from '../src/math/metrics/clustering.ts'
import { correlation } from '../src/math/metrics/regression.ts'
import { loadGroupNames } from '../src/profiles/group-names.ts'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import type { Engine } from '../src/serve/engine.ts'
import { createServer } from '../src/serve/http/server.ts'
import type { Operation, OperationContext } from '../src/serve/operation.ts'
import { buildProfiles } from '../src/serve/operations/build-profiles.ts'
import { checkFeatures } from '../src/serve/operations/check-features.ts'
import { exportFeatures } from '../src/serve/operations/export-features.ts'
import { findProfiles } from '../src/serve/operations/find-profiles.ts'
import { importFiles } from '../src/serve/operations/import-files.ts'
import { trainModels } from '../src/serve/operations/train-models.ts'
import { operations } from '../src/serve/operations.ts'
import { runRemotely } from '../src/serve/remote-operation.ts'
import { type WrittenShop, writeShop } from '../src/simulate/write-shop.ts'

const token = 'test-token'
const folder = mkdtempSync(join(tmpdir(), 'likeness-journey-'))
const context = { progress: () => undefined, signal: new AbortController().signal }
const stopper = new AbortController()
let engine: Engine
let shop: WrittenShop
let app: FastifyInstance
let url: string
let imported: Awaited<ReturnType<typeof importFiles.run>>
let trained: Awaited<ReturnType<typeof trainModels.run>>

/** A shop of known truth goes all the way: simulated, imported, built, trained, served. */
beforeAll(async () => {
  shop = await writeShop(folder, { seed: 11, shopperCount: 450, itemCount: 150 })
  const config = await loadConfig({ data: join(folder, 'data'), port: 0 }, { environment: {}, folder })
  engine = await openEngine(config)
  await run(importFiles, { files: [shop.catalogueFile], format: 'catalogue' })
  imported = await run(importFiles, { files: [shop.eventsFile], format: 'segment' })
  await run(buildProfiles, {})
  // So small a shop tells few models from their rules; what is then used is tested in model-registry.store.test.ts.
  trained = await run(trainModels, { models: [], force: true })
  app = await createServer({ engine, operations, token, stopSignal: stopper.signal, version: '0' })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
}, 600_000)

afterAll(async () => {
  await app?.close()
  await engine?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function run<Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<Output> {
  const full: OperationContext = { engine, ...context }
  return operation.run(input, full)
}

/** The planted truth of each shopper who registered, by the id that they registered with. */
function readTruth(): Map<string, { groupIndex: number; droppedAtMs: number }> {
  const lines = readFileSync(shop.shoppersFile, 'utf8').trim().split('\n')
  return new Map(
    lines.map((line) => {
      const shopper = JSON.parse(line) as { userId: string; groupIndex: number; droppedAtMs: number }
      return [shopper.userId, shopper]
    }),
  )
}

async function readScores(model: string): Promise<Map<string, { value: number; label: string }>> {
  const rows = await engine.database.query<{ profile_id: string; value: number; label: string }>(
    'SELECT profile_id, value, label FROM scores FINAL WHERE model = {model:String} AND horizon_days IN (0, 90)',
    { parameters: { model } },
  )
  return new Map(rows.map((row) => [row.profile_id, row]))
}

test('every call is stored, a duplicate or quarantined, as many as were planted', () => {
  const [report] = imported.files
  const { origins } = shop.truth.counts
  expect(report?.rowCount).toBe(Object.values(origins).reduce((sum, count) => sum + count, 0))
  expect(report?.duplicates.repeat).toBe(origins.duplicate)
  expect(report?.quarantined).toMatchObject({
    no_identity: origins.no_identity,
    illegal_id: origins.illegal_id,
    time_future: origins.time_future,
    bad_json: origins.broken_line,
  })
})

test('the same file again adds nothing', async () => {
  const before = await engine.database.query('SELECT count() AS count FROM events')
  const again = await run(importFiles, { files: [shop.eventsFile], format: 'segment' })
  expect(again.files[0]?.isAlreadyImported).toBe(true)
  expect(await engine.database.query('SELECT count() AS count FROM events')).toEqual(before)
})

test('interest groups follow the planted tastes', async () => {
  const truth = readTruth()
  const rows = await engine.database.query<{ profile_id: string }>(
    `SELECT profile_id FROM profile_features FINAL WHERE numbers['line_count'] >= 8`,
  )
  const scores = await readScores('interest-group')
  const known = rows.filter(({ profile_id }) => truth.has(profile_id) && scores.has(profile_id))
  const labels = [...new Set([...scores.values()].map((score) => score.label))]
  const index = adjustedRandIndex(
    known.map(({ profile_id }) => truth.get(profile_id)?.groupIndex ?? -1),
    known.map(({ profile_id }) => labels.indexOf(scores.get(profile_id)?.label ?? '')),
  )
  expect(known.length).toBeGreaterThan(60)
  expect(index).toBeGreaterThan(0.25)
})

test('the features are checked against who bought next: none knows it too well, and what is left out has a reason', async () => {
  const checked = await run(checkFeatures, { horizonDays: 30 })
  const { quality, selection } = checked
  expect(quality.target).toMatchObject({ kind: 'yes-no', rowCount: quality.rowCount })
  expect(quality.columns.flatMap(({ findings }) => findings.map(({ kind }) => kind))).not.toContain('leak')
  expect(quality.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['recency_days', 'country']))
  expect(quality.columns.every(({ drift }) => drift !== undefined)).toBe(true)
  expect(selection.map(({ by }) => by)).toEqual(['variance', 'correlation', 'information', 'lasso'])
  expect(selection.at(-1)?.kept.length).toBeGreaterThan(0)
  const [english, chinese] = [checkFeatures.render(checked, 'en'), checkFeatures.render(checked, 'zh')]
  expect(english).toMatch(/^\d+ customers as of .* bought within 30 days/)
  expect(chinese).toMatch(/在 30 天内购买/)
  expect(english.split('\n').length).toBe(chinese.split('\n').length)
  const asOf = new Date(checked.asOfMs - 365 * 86_400_000).toISOString()
  const tooEarly = run(checkFeatures, { horizonDays: 365, asOf })
  await expect(tooEarly).rejects.toMatchObject({ code: 'too_little_data' })
})

test('the probability of still being a customer tells who has left', async () => {
  const truth = readTruth()
  const scores = await readScores('alive')
  const known = [...scores.keys()].filter((id) => truth.has(id))
  const endMs = Date.parse(trained.asOf)
  const hasStayed = known.map((id) => ((truth.get(id)?.droppedAtMs ?? 0) > endMs ? 1 : 0))
  expect(
    areaUnderRoc(
      hasStayed,
      known.map((id) => scores.get(id)?.value ?? 0),
    ),
  ).toBeGreaterThan(0.75)
})

test('units sold follow the planted demand', async () => {
  const rows = await engine.database.query<{ item_id: string; units: number }>(
    `SELECT item_id, sum(quantity) AS units FROM events
     WHERE kind = 'purchase' AND line_type = 'product' GROUP BY item_id`,
  )
  const sold = new Map(rows.map((row) => [row.item_id, row.units]))
  const { items } = shop.truth
  for (const item of items) expect(sold.get(item.itemId) ?? 0).toBe(item.unitCount)
  expect(
    correlation(
      items.map((item) => item.expectedShare),
      items.map((item) => item.unitCount),
    ),
  ).toBeGreaterThan(0.7)
})

test('each model stands beside its baselines, and the propensity beats always saying the average', () => {
  const judged = trained.models.filter((model) => model.verdict !== undefined)
  expect(judged.map((model) => model.name)).toEqual(
    'propensity-30d propensity-60d propensity-90d need-units-90d need-spend-90d needs-90d lifetime-90d'.split(
      ' ',
    ),
  )
  for (const model of trained.models) expect(model.answeredBy.scoreCount).toBeGreaterThan(100)
})

test('the features of everybody go to a file as of the cut that they were built for, and as of one before', async () => {
  const to = join(folder, 'features.csv')
  const now = await run(exportFeatures, { to })
  const [row] = await engine.database.query<{ count: number; order_count: number }>(
    `SELECT count() AS count, sum(numbers['order_count']) AS order_count FROM profile_features FINAL`,
  )
  const read = () => {
    const [head = [], ...rows] = readFileSync(to, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','))
    const column = head.indexOf('"order_count"')
    return rows.reduce((sum, cells) => sum + Number(cells[column]), 0)
  }
  expect(now).toMatchObject({ profileCount: row?.count, hasTopics: true })
  expect(read()).toBe(row?.order_count)
  const before = await run(exportFeatures, { to, asOf: '2026-05-01' })
  expect(before).toMatchObject({ asOf: '2026-05-01T00:00:00.000Z', hasTopics: false })
  expect(before.profileCount).toBeLessThan(now.profileCount)
  expect(read()).toBeLessThan(row?.order_count ?? 0)
  await expect(run(exportFeatures, { to: join(folder, 'features.xlsx') })).rejects.toMatchObject({
    code: 'bad_usage',
    expected: '.parquet, .csv, .jsonl',
  })
})

test('a profile is served with scores, intervals, reasons and trust', async () => {
  const { profiles } = await run(findProfiles, {
    score: { model: 'propensity', horizonDays: 90, low: 0, high: 1 },
    limit: 1,
  })
  const response = await fetch(`${url}/v1/profiles/${profiles[0]?.id}`)
  const profile = (await response.json()) as Record<string, unknown> & {
    propensities: Record<string, unknown>[]
    topNeeds: { reasons: unknown[] }[]
  }
  expect(response.status).toBe(200)
  expect(profile.propensities[0]).toMatchObject({
    horizonDays: 30,
    trust: { metric: 'auc' },
    reasons: [{ text: { en: expect.any(String), zh: expect.any(String) } }, {}, {}, {}, {}],
  })
  expect(profile.needs).toHaveLength(2)
  expect(profile.topNeeds).toHaveLength(10)
  expect(profile.topNeeds[0]).toMatchObject({
    kind: expect.stringMatching(/item|category/),
    horizonDays: 90,
    probability: expect.any(Number),
    units: expect.any(Number),
    low: expect.any(Number),
    high: expect.any(Number),
    days: expect.any(Number),
    trust: { metric: 'auc' },
  })
  for (const need of profile.topNeeds) expect(need.reasons.length).toBeGreaterThan(0)
  expect(profile.interestGroup).toBeDefined()
})

test('an unknown profile is 404 with a way out, health answers, and the API describes itself', async () => {
  const missing = await fetch(`${url}/v1/profiles/nobody-at-all`)
  expect(missing.status).toBe(404)
  expect(await missing.json()).toMatchObject({ code: 'not_found', wayOut: { zh: expect.any(String) } })
  expect(await (await fetch(`${url}/v1/health`)).json()).toMatchObject({ status: 'ok', database: 'embedded' })
  const api = (await (await fetch(`${url}/docs/json`)).json()) as { openapi: string; paths: object }
  expect(api.openapi).toMatch(/^3\.1/)
  expect(Object.keys(api.paths)).toContain('/v1/profiles/{id}')
})

test('a page of another site cannot read profiles through a name it points here', async () => {
  const response = await app.inject({ url: '/v1/health', headers: { host: 'evil.example' } })
  expect(response.statusCode).toBe(403)
})

test('people are found by a part of their address, and by the group’s name in either language', async () => {
  const { profiles } = await run(findProfiles, { trait: { name: 'country', value: 'CN' }, limit: 5 })
  expect(profiles).toHaveLength(5)
  const names = await loadGroupNames(engine.database)
  for (const { en, zh } of names.values()) {
    const [inEnglish, inChinese] = [en.toUpperCase(), zh].map((group) =>
      run(findProfiles, { group, limit: 3 }),
    )
    expect((await inEnglish)?.profiles.length).toBeGreaterThan(0)
    expect(await inChinese).toEqual(await inEnglish)
  }
})

test('a name that no condition knows is answered with those that were meant', async () => {
  const everything = { low: -1e9, high: 1e9 }
  const ask = (query: object) =>
    run(findProfiles, { limit: 5, ...query } as Parameters<typeof findProfiles.run>[0])
  const asked = [
    [{ trait: { name: 'contry', value: 'CN' } }, /address\.country/],
    [{ feature: { name: 'spendd', ...everything } }, /^spend,/],
    [{ score: { model: 'propensity', horizonDays: 0, ...everything } }, /propensity\/90/],
    [{ group: 'nobody' }, / · |, /],
  ] as const
  for (const [query, expected] of asked) {
    await expect(ask(query)).rejects.toMatchObject({
      code: 'bad_usage',
      expected: expect.stringMatching(expected),
    })
  }
  expect((await ask({ trait: { name: 'country', value: 'Atlantis' } })).profiles).toEqual([])
})

test('every answer keeps other sites out, and whatever goes wrong is told in one form', async () => {
  for (const path of ['/v1/health', '/nothing', '/v1/profiles/%zz', '/v1/profiles/', '/report?lang=fr']) {
    const { headers, statusCode, body } = await app.inject({ url: path })
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    if (statusCode === 200) continue
    expect(JSON.parse(body)).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      messageZh: expect.any(String),
      wayOut: { en: expect.any(String) },
    })
  }
})

test('the API page asks no other server', async () => {
  const page = await app.inject({ url: '/docs/' })
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-security-policy']).toContain("default-src 'self'")
  expect(page.body).not.toMatch(/(src|href)="https?:/)
  expect((await app.inject({ url: '/docs/static/swagger-initializer.js' })).body).toContain(
    '"validatorUrl":null',
  )
})

test('the command line’s operations run in the server with its token, errors included', async () => {
  const server = { pid: process.pid, url, token }
  expect(await runRemotely(server, 'models.ls', {}, context)).toMatchObject({ models: expect.any(Array) })
  await expect(runRemotely(server, 'profile.get', { id: 'nobody' }, context)).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(runRemotely({ ...server, token: 'x' }, 'models.ls', {}, context)).rejects.toThrow(/401/)
})

test('work asked of a server ends with a Ctrl-C of the caller and of the server, said as such', async () => {
  const server = { pid: process.pid, url, token }
  const caller = new AbortController()
  const stoppedByCaller = runRemotely(
    server,
    'train',
    { models: [] },
    {
      signal: caller.signal,
      progress: () => caller.abort(new Error('interrupted')),
    },
  )
  await expect(stoppedByCaller).rejects.toMatchObject({ code: 'stopped' })
  const stoppedByServer = runRemotely(
    server,
    'train',
    { models: [] },
    {
      signal: new AbortController().signal,
      progress: () => stopper.abort(new Error('interrupted')),
    },
  )
  await expect(stoppedByServer).rejects.toMatchObject({ code: 'stopped' })
})
