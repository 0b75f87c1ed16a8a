import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { featureDefinitions } from '../features/definitions.ts'
import { saveFeatures } from '../features/save-features.ts'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { createRandom } from '../math/random.ts'
import { checkModels, loadModelChecks } from './check-models.ts'
import { findPrevious, listModels, loadModel } from './registry.ts'
import { firstDayMs, historyDays, insertOrders } from './testing/made-up-orders.ts'
import { trainInWorker } from './train-in-worker.ts'
import type { TrainingJob } from './training-job.ts'

const dayMs = 86_400_000
const lastMs = firstDayMs + historyDays * dayMs
const name = 'propensity-30d'
const databases: Database[] = []

// Held open, so that the engine begins and ends once, as in a server (docs/adr/0032-training-in-a-process.md).
let held: Database
beforeAll(async () => {
  held = await createTestDatabase()
})
afterAll(() => held[Symbol.asyncDispose]())
afterEach(async () => {
  for (const database of databases.splice(0)) await database[Symbol.asyncDispose]()
})

async function openShop(shop: Parameters<typeof insertOrders>[1]): Promise<Database> {
  const database = await createTestDatabase()
  databases.push(database)
  await insertOrders(database, shop)
  return database
}

/** A few features do, and are quickly computed. */
const few = 'order_count recency_days first_order_days spend_clipped unit_count_clipped last_view_days'.split(
  ' ',
)
const definitions = featureDefinitions.filter((each) => few.includes(each.name))
const shared = { timeZone: 'UTC', seed: 1, definitions }
const control = () => ({ progress: () => undefined, signal: new AbortController().signal })

function train(
  database: Database,
  {
    asOfMs = lastMs,
    isForced = false,
    nowMs = asOfMs,
  }: { asOfMs?: number; isForced?: boolean; nowMs?: number } = {},
) {
  const job: Extract<TrainingJob, { kind: 'train' }> = {
    ...{ ...shared, kind: 'train', models: [name], asOfMs, isForced, nowMs },
    costs: { falsePositive: 1, falseNegative: 20 },
  }
  return trainInWorker<'train'>(database, job, control())
}

const scoresOf = (database: Database) =>
  database.query<{ version: string; as_of_ms: number; count: number }>(
    `SELECT version, toUnixTimestamp64Milli(as_of) AS as_of_ms, count() AS count FROM scores FINAL
     GROUP BY version, as_of ORDER BY as_of DESC`,
  )

test('a fit that beats its rule comes into use with its scores, the record of its rows and a reason', async () => {
  const database = await openShop({ doLeave: true })
  const { models } = await train(database)
  expect(models).toMatchObject([
    { name, isPromoted: true, verdict: { kind: 'better' }, answeredBy: { kind: 'new' } },
  ])
  const active = await loadModel(database, name)
  expect(active).toMatchObject({
    status: 'active',
    record: { kind: 'fit', isForced: false, parents: [], reason: { zh: expect.stringContaining('优于') } },
  })
  expect(active?.record?.learnedFrom?.checksum).toMatch(/^[0-9a-f]{64}$/)
  expect(active?.record?.learnedFrom?.featureNames).toContain('recency_days')
  const { evaluation } = active ?? {}
  expect(evaluation?.contenders.map(({ name: { en }, isRival = false }) => [en, isRival])).toContainEqual([
    expect.stringMatching(/^(logistic regression|boosted trees)$/),
    true,
  ])
  expect(evaluation?.contenders[0]?.name.zh).toMatch(/^模型：/)
  expect(evaluation?.learningCurve?.points.length).toBeGreaterThan(1)
  expect(evaluation?.importances?.map(({ feature }) => feature)).toContain('recency_days')
  expect(evaluation?.dependence?.length).toBeGreaterThan(0)
  // Leaving somebody out costs twenty times as much as asking in vain: a small chance is enough for a yes.
  expect(evaluation?.decision).toMatchObject({ costs: { falsePositive: 1, falseNegative: 20 } })
  expect(evaluation?.decision?.threshold).toBeLessThan(0.3)
  const scores = await scoresOf(database)
  expect(scores).toMatchObject([{ version: active?.version, count: models[0]?.answeredBy.scoreCount }])
  // The same rows, settings and seed give the same fit: no second version.
  const again = await train(database)
  expect(again.models[0]?.version).toBe(models[0]?.version)
  expect(await listModels(database)).toHaveLength(1)
}, 60_000)

test('a fit that is no better than its rule stays a candidate and the rule answers, until it is forced', async () => {
  const database = await openShop({ doLeave: false })
  const { models } = await train(database)
  expect(models).toMatchObject([{ name, isPromoted: false, answeredBy: { kind: 'rule' } }])
  expect(models[0]?.verdict?.kind).not.toBe('better')
  const entries = await listModels(database)
  expect(entries.map(({ status, record }) => `${record?.kind} ${status}`).sort()).toEqual([
    'fit candidate',
    'rule active',
  ])
  expect(await scoresOf(database)).toMatchObject([{ version: models[0]?.answeredBy.version }])
  const candidate = models[0]?.version ?? ''
  const promote = (isForced: boolean) =>
    trainInWorker<'promote'>(
      database,
      { ...shared, kind: 'promote', key: candidate, isForced, asOfMs: lastMs, nowMs: lastMs + 3_600_000 },
      control(),
    )
  await expect(promote(false)).rejects.toMatchObject({
    code: 'bad_usage',
    wayOut: { en: expect.stringMatching(/--force/) },
  })
  expect(await promote(true)).toMatchObject({ version: candidate })
  expect(await loadModel(database, name)).toMatchObject({ version: candidate, status: 'active' })
  expect(await scoresOf(database)).toMatchObject([{ version: candidate }])
  expect(await findPrevious(database, name)).toMatchObject({ record: { kind: 'rule' } })
}, 60_000)

test('with a history too short it says so in days, and the rule answers', async () => {
  const database = await openShop({ doLeave: true, people: 30 })
  const { skipped, models } = await train(database, { asOfMs: firstDayMs + 60 * dayMs })
  expect(models).toEqual([])
  expect(skipped).toMatchObject([
    {
      model: name,
      reason: {
        en: expect.stringMatching(/^a horizon of 30 days needs 120 days of history, there are 5\d$/),
      },
      answeredBy: { kind: 'rule' },
    },
  ])
  const later = await train(database)
  expect(later.skipped[0]?.reason.en).toMatch(/there are \d+ customers, and it needs 100/)
  expect(later.skipped[0]?.answeredBy.scoreCount).toBeGreaterThan(20)
  const [open] = await database.query<{ open: number }>(
    'SELECT countIf(NOT (low <= value AND value <= high AND low >= 0 AND high <= 1)) AS open FROM scores FINAL',
  )
  expect(open).toEqual({ open: 0 })
}, 60_000)

test('a later fit retires the one before; it can be gone back to, and then scores everybody of today', async () => {
  const database = await openShop({ doLeave: true })
  const earlierMs = lastMs - 30 * dayMs
  const first = await train(database, { asOfMs: earlierMs })
  const second = await train(database)
  expect((await listModels(database)).map(({ status }) => status)).toEqual(['active', 'retired'])
  const previous = await findPrevious(database, name)
  expect(previous.version).toBe(first.models[0]?.version)
  expect((await loadModel(database, name))?.record?.parents).toEqual([previous.version])
  const job = { ...shared, kind: 'promote', key: previous.version, isForced: true } as const
  await trainInWorker<'promote'>(database, { ...job, asOfMs: lastMs, nowMs: lastMs + 3_600_000 }, control())
  expect((await scoresOf(database))[0]).toMatchObject({ version: previous.version, as_of_ms: lastMs })
  expect((await findPrevious(database, name)).version).toBe(second.models[0]?.version)
}, 60_000)

test('what came of past scores is joined to them once their horizon has passed, and drift is measured', async () => {
  const database = await openShop({ doLeave: true })
  const pastMs = lastMs - 40 * dayMs
  for (const asOfMs of [pastMs, lastMs]) {
    await saveFeatures(database, { asOfMs, timeZone: 'UTC', now: new Date(asOfMs), definitions })
    await train(database, { asOfMs })
  }
  const options = { now: new Date(lastMs), random: createRandom(1) }
  const [health] = await checkModels(database, options)
  expect(health?.realised).toMatchObject([{ asOf: new Date(pastMs).toISOString() }])
  // By hand: who of those that were scored bought in the thirty days after.
  const rows = await database.query<{ value: number; came: number }>(
    `SELECT value, profile_id IN (SELECT profile_id FROM events WHERE kind = 'purchase'
        AND at > fromUnixTimestamp64Milli({from:Int64}) AND at <= fromUnixTimestamp64Milli({to:Int64})) AS came
     FROM scores FINAL WHERE as_of = fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
    { parameters: { from: pastMs, to: pastMs + 30 * dayMs } },
  )
  const auc = areaUnderRoc(
    rows.map(({ came }) => came),
    rows.map(({ value }) => value),
  )
  expect(health?.realised[0]?.metrics.auc?.value).toBeCloseTo(auc, 12)
  expect(auc).toBeGreaterThan(0.75)
  expect(health?.scoreDrift).toMatchObject({ column: 'score' })
  expect(health?.featureDrift.map(({ column }) => column)).toContain('recency_days')
  expect(health?.alarms.map(({ kind }) => kind)).not.toContain('ranking')
  expect((await loadModelChecks(database)).get(health?.version ?? '')).toEqual(health)
}, 60_000)

test('a training that is stopped, and one that fails, leave what is in use; the process’s errors are told', async () => {
  const database = await openShop({ doLeave: true })
  await train(database)
  const [before, scores] = [await listModels(database), await scoresOf(database)]
  const stopper = new AbortController()
  const job = {
    ...shared,
    kind: 'train',
    models: [name],
    asOfMs: lastMs,
    isForced: false,
    nowMs: lastMs,
  } as const
  const stopped = trainInWorker<'train'>(database, job, {
    signal: stopper.signal,
    progress: () => stopper.abort(new Error('interrupted')),
  })
  await expect(stopped).rejects.toMatchObject({ code: 'stopped' })
  const unknown = trainInWorker<'train'>(database, { ...job, models: ['weather'] }, control())
  await expect(unknown).rejects.toMatchObject({ code: 'bad_usage', received: 'weather' })
  const absent = trainInWorker<'promote'>(
    database,
    { ...shared, kind: 'promote', key: 'x', isForced: false, asOfMs: lastMs, nowMs: lastMs },
    control(),
  )
  await expect(absent).rejects.toMatchObject({ code: 'not_found', expected: name })
  expect(await listModels(database)).toEqual(before)
  expect(await scoresOf(database)).toEqual(scores)
}, 60_000)
