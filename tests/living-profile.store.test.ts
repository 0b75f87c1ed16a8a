import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/database/database.ts'
import { createEmbeddedDatabase } from '../src/database/embedded-database.ts'
import { migrate } from '../src/database/migrate.ts'
import { reconcileProfiles } from '../src/profiles/reconcile-profiles.ts'
import { loadConfig } from '../src/serve/config.ts'
import { type Collecting, openCollecting } from '../src/serve/open-collecting.ts'
import { expectLivingAsStored, listStoredPeople } from './living-profiles.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-living-'))
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const nowMs = Date.UTC(2026, 10, 24, 12)
const timeZone = 'Asia/Shanghai'
let clockMs = nowMs
let database: Database
let runs = 0

beforeAll(async () => {
  database = await createEmbeddedDatabase({ path: join(folder, 'clickhouse') })
  await migrate(database)
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function startAfresh(): Promise<string> {
  for (const table of [
    ...['events', 'items', 'identities', 'quarantine', 'trait_statements', 'profile_overrides'],
    ...['text_readings', 'imports'],
  ])
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  runs += 1
  clockMs = nowMs
  return join(folder, `run-${runs}`)
}

async function open(data: string): Promise<Collecting> {
  const config = await loadConfig({ data, minFreeDiskMb: 0, timeZone }, { environment: {}, folder })
  return openCollecting(config, database, silent, () => new Date(clockMs))
}

const people = ['ann', 'bob', 'cyd'] as const
const devices = ['d1', 'd2', 'd3', 'd4'] as const

/** What a shopper, or a browser, tells of; times are hours before the clock of the test, sometimes ahead of it. */
const arbitraryCall = fc
  .record({
    name: fc.constantFrom(
      ...['Product Viewed', 'Product Viewed', 'Product Added', 'Products Searched', 'Product Clicked'],
      ...[
        'Order Completed',
        'Order Completed',
        'Order Refunded',
        'Product Reviewed',
        'Page Left',
        'identify',
      ],
    ),
    userId: fc.constantFrom('', '', '', ...people),
    anonymousId: fc.constantFrom('', ...devices, ...devices),
    hours: fc.oneof(fc.integer({ min: 0, max: 24 * 100 }), fc.integer({ min: -20, max: 30 })),
    item: fc.constantFrom('cup', 'mug', 'lamp'),
    price: fc.integer({ min: 1, max: 5000 }).map((cents) => cents / 100),
    quantity: fc.integer({ min: 1, max: 4 }),
    order: fc.constantFrom('o1', 'o2', 'o3', 'o4'),
    session: fc.constantFrom('', 's1', 's2'),
    city: fc.constantFrom('Leeds', '上海', null),
  })
  .filter(({ userId, anonymousId }) => userId !== '' || anonymousId !== '')

type Call = typeof arbitraryCall extends fc.Arbitrary<infer Value> ? Value : never

function write(call: Call, index: number): object {
  const { name, userId, anonymousId, hours, item, price, quantity, order, session, city } = call
  const ids = { ...(userId && { userId }), ...(anonymousId && { anonymousId }) }
  const timestamp = new Date(nowMs - hours * 3_600_000 - index).toISOString()
  const head = {
    ...ids,
    messageId: `m-${index}`,
    timestamp,
    ...(session && { context: { sessionId: session } }),
  }
  if (name === 'identify') return { ...head, type: 'identify', traits: { city, age: quantity * 10 } }
  const product = { product_id: item, price, quantity, category: item === 'lamp' ? 'Home' : 'Kitchen' }
  const isOrder = name.startsWith('Order')
  const properties = isOrder
    ? { order_id: order, products: [product, { ...product, product_id: 'mug' }], discount: 1 }
    : { ...product, query: 'red cup', rating: quantity, dwell_ms: quantity * 900 }
  return { ...head, type: 'track', event: name, properties }
}

async function send({ collector }: Collecting, calls: readonly object[]): Promise<void> {
  const json = { batch: calls }
  const body = Buffer.from(JSON.stringify(json))
  const head = { route: 'batch', source: 'web', isServer: true, isHistoric: true } as const
  await collector.accept({ ...head, receivedAtMs: clockMs, body, json })
}

const arbitraryScript = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        step: fc.constant('send' as const),
        calls: fc.array(arbitraryCall, { minLength: 1, maxLength: 12 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ step: fc.constant('fold' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        step: fc.constant('read' as const),
        id: fc.constantFrom(...people, ...devices),
      }),
    },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('repeat' as const) }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('restart' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({ step: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
    },
  ),
  { minLength: 6, maxLength: 16, size: 'max' },
)

test('whatever arrives, in whatever order, a living profile is what its stored history says', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryScript, async (script) => {
      const data = await startAfresh()
      let collecting = await open(data)
      let sent: object[] = []
      let count = 0
      for (const step of script) {
        if (step.step === 'send') {
          sent = step.calls.map((call) => write(call, count++))
          await send(collecting, sent)
        } else if (step.step === 'repeat') {
          if (sent.length > 0) await send(collecting, sent)
        } else if (step.step === 'fold') await collecting.fold.drain()
        else if (step.step === 'wait') clockMs += step.hours * 3_600_000
        else if (step.step === 'read') await collecting.living.read(step.id)
        else {
          await collecting[Symbol.asyncDispose]()
          collecting = await open(data)
        }
      }
      await collecting.fold.drain()
      const known = await listStoredPeople(database)
      const kept = await collecting.living.store.list({ limit: 100 })
      const ids = new Set([...known, ...kept])
      await expectLivingAsStored(collecting.living, database, { ids, asOfMs: clockMs, timeZone })
      const { checkedCount, differences } = await reconcileProfiles(collecting.living, database, { timeZone })
      expect(differences).toEqual([])
      expect(checkedCount).toBe(await collecting.living.store.count())
      await collecting[Symbol.asyncDispose]()
    }),
    { numRuns: 5, endOnFailure: true },
  )
})

test('what is kept otherwise than the history tells it is found, told and mended', async () => {
  const data = await startAfresh()
  await using collecting = await open(data)
  const view = {
    name: 'Product Viewed',
    userId: 'ann',
    anonymousId: '',
    hours: 1,
    item: 'cup',
    price: 2,
  } as const
  const rest = { quantity: 1, order: 'o1', session: '', city: null } as const
  await send(collecting, [write({ ...view, ...rest }, 1)])
  await collecting.fold.drain()
  expect((await collecting.living.readFeatures('ann'))?.numbers.view_count).toBe(1)
  // Somebody takes the event out of the history behind the back of the profile.
  await database.execute('TRUNCATE TABLE events')
  await send(collecting, [write({ ...view, ...rest }, 2), write({ ...view, ...rest, userId: 'bob' }, 3)])
  await collecting.fold.drain()
  const found = await reconcileProfiles(collecting.living, database, { timeZone })
  expect(found).toMatchObject({ checkedCount: 2, differingCount: 1 })
  const difference = found.differences.find(({ feature }) => feature === 'view_count')
  expect(difference).toEqual({ profileId: 'ann', feature: 'view_count', kept: 2, stored: 1 })
  expect((await collecting.living.readFeatures('ann'))?.numbers.view_count).toBe(1)
})
