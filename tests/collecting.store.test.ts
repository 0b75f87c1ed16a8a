import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Delivery } from '../src/collect/collector.ts'
import { AppError } from '../src/core/errors.ts'
import type { Database } from '../src/database/database.ts'
import { createEmbeddedDatabase } from '../src/database/embedded-database.ts'
import { migrate } from '../src/database/migrate.ts'
import { loadConfig } from '../src/serve/config.ts'
import { type Collecting, openCollecting } from '../src/serve/open-collecting.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-collecting-'))
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
/** The engine drops what was set aside 30 days ago by its own clock, so this one stands close to it. */
const nowMs = Math.floor(Date.now() / 60_000) * 60_000 + 30_000
const now = () => new Date(nowMs)
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
beforeEach(async () => {
  for (const table of [
    'events',
    'items',
    'identities',
    'quarantine',
    'trait_statements',
    'profile_overrides',
  ]) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
})

async function openIn(path: string, over: Database = database): Promise<Collecting> {
  const config = await loadConfig({ data: path, minFreeDiskMb: 0 }, { environment: {}, folder })
  return openCollecting(config, over, silent, now)
}

async function withCollecting(
  work: (collecting: Collecting) => Promise<void>,
  over?: Database,
): Promise<void> {
  runs += 1
  await using collecting = await openIn(freshPath(), over)
  await work(collecting)
}

function freshPath(): string {
  runs += 1
  return join(folder, `run-${runs}`)
}

function deliver(calls: readonly object[], extra: Partial<Delivery> = {}): Delivery {
  const json = { batch: calls }
  const body = Buffer.from(JSON.stringify(json))
  const head = {
    route: 'batch',
    source: 'web',
    isServer: true,
    isHistoric: false,
    receivedAtMs: nowMs,
  } as const
  return { ...head, body, json, ...extra }
}

let ids = 0
function call(type: string, rest: object, minutesAgo = 0): object {
  ids += 1
  const timestamp = new Date(nowMs - minutesAgo * 60_000).toISOString()
  return { type, messageId: `m-${ids}`, timestamp, ...rest }
}
const view = (who: object, minutesAgo = 0, item = 'p-1') =>
  call('track', { ...who, event: 'Product Viewed', properties: { product_id: item } }, minutesAgo)

const eventsOf = (columns: string) =>
  database.query<Record<string, unknown>>(`SELECT ${columns} FROM events ORDER BY at, event_id, line_index`)

test('calls become events, traits, ids and rows set aside, each once', async () => {
  await withCollecting(async ({ collector, fold }) => {
    await collector.accept(
      deliver([
        view({ anonymousId: 'd' }, 5),
        call('identify', {
          userId: 'ann',
          anonymousId: 'd',
          traits: { email: 'Ann@Shop.example', city: 'York' },
        }),
        call('track', {
          userId: 'ann',
          event: 'Order Completed',
          properties: {
            order_id: 'o',
            products: [
              { product_id: 'p-1', price: 3, quantity: 2 },
              { product_id: 'p-2', price: 5 },
            ],
          },
        }),
        call('track', { event: 'Nobody' }),
      ]),
    )
    await fold.drain()
  })
  expect(await eventsOf('kind, item_id, profile_id, toFloat64(amount) AS amount, source')).toEqual([
    { kind: 'view', item_id: 'p-1', profile_id: 'ann', amount: 0, source: 'web' },
    { kind: 'purchase', item_id: 'p-1', profile_id: 'ann', amount: 6, source: 'web' },
    { kind: 'purchase', item_id: 'p-2', profile_id: 'ann', amount: 5, source: 'web' },
  ])
  const identities = await database.query<{ kind: string; id: string }>(
    'SELECT kind, id, profile_id FROM identities FINAL ORDER BY kind',
  )
  expect(identities).toEqual([
    { kind: 'anonymous_id', id: 'd', profile_id: 'ann' },
    { kind: 'email', id: expect.stringMatching(/^[0-9a-f]{32}$/), profile_id: 'ann' },
    { kind: 'user_id', id: 'ann', profile_id: 'ann' },
  ])
  expect(await database.query('SELECT name, id_kind, id FROM trait_statements FINAL ORDER BY name')).toEqual([
    { name: 'city', id_kind: 'user_id', id: 'ann' },
    { name: 'email', id_kind: 'user_id', id: 'ann' },
  ])
  const aside = await database.query<{ raw: string }>('SELECT import_id, reason, raw FROM quarantine FINAL')
  expect(aside).toEqual([
    { import_id: 'live', reason: 'no_identity', raw: expect.stringContaining('Nobody') },
  ])
})

test('a login after the events were stored is told to readers as an override', async () => {
  await withCollecting(async ({ collector, fold }) => {
    await collector.accept(deliver([view({ anonymousId: 'd' }, 9)]))
    await fold.drain()
    await collector.accept(deliver([call('identify', { userId: 'ann', anonymousId: 'd' }, 1)]))
    await fold.drain()
  })
  expect(await eventsOf('profile_id')).toEqual([{ profile_id: 'd' }])
  const overrides = await database.query(
    'SELECT id_kind, id, spans.profile_id AS profiles, stored_as FROM profile_overrides FINAL',
  )
  expect(overrides).toEqual([{ id_kind: 'anonymous_id', id: 'd', profiles: ['ann'], stored_as: ['d'] }])
})

test('refunds take back what was bought live, at once or later', async () => {
  const order = (event: string, order_id: string, minutesAgo: number) =>
    call(
      'track',
      {
        userId: 'ann',
        event,
        properties: { order_id, products: [{ product_id: 'p', price: 3, quantity: 1 }] },
      },
      minutesAgo,
    )
  await withCollecting(async ({ collector, fold }) => {
    await collector.accept(deliver([order('Order Completed', 'o-1', 9), order('Order Completed', 'o-2', 8)]))
    await fold.drain()
    await collector.accept(
      deliver([
        order('Order Refunded', 'o-1', 5),
        order('Order Refunded', 'o-9', 4),
        order('Order Refunded', 'o-8', 3),
      ]),
    )
    await fold.drain()
  })
  const rows = await eventsOf('kind, order_id, event_id, refund_of, marks')
  const purchases = rows.filter((row) => row.kind === 'purchase')
  const bought = new Map(purchases.map((row) => [row.order_id, row.event_id]))
  const refunds = rows
    .filter((row) => row.kind === 'refund')
    .map((row) => [row.order_id, row.refund_of, row.marks])
  expect(refunds).toEqual([
    ['o-1', bought.get('o-1'), []],
    ['o-9', bought.get('o-2'), []],
    ['o-8', '', ['untied_refund']],
  ])
})

test('a refund takes back what was bought before the login, under the device', async () => {
  const order = (who: object, event: string, minutesAgo: number) => {
    const products = [{ product_id: 'p', price: 3, quantity: 1 }]
    return call('track', { ...who, event, properties: { order_id: 'o-1', products } }, minutesAgo)
  }
  await withCollecting(async ({ collector, fold }) => {
    await collector.accept(deliver([order({ anonymousId: 'd' }, 'Order Completed', 9)]))
    await fold.drain()
    await collector.accept(
      deliver([
        call('identify', { userId: 'ann', anonymousId: 'd' }, 5),
        order({ userId: 'ann' }, 'Order Refunded', 1),
      ]),
    )
    await fold.drain()
  })
  const [bought, refund] = await eventsOf('event_id, refund_of')
  expect(refund?.refund_of).toBe(bought?.event_id)
})

test('a device that acts faster than people is marked, others are not', async () => {
  await withCollecting(async ({ collector, fold }) => {
    const fast = Array.from({ length: 45 }, (_, index) => view({ anonymousId: 'robot' }, index / 60))
    const seen = Array.from({ length: 60 }, (_, index) =>
      call(
        'track',
        { anonymousId: 'd', event: 'Product Impression', properties: { product_id: 'p' } },
        index / 60,
      ),
    )
    await collector.accept(deliver([...fast, ...seen, view({ anonymousId: 'd' })]))
    await fold.drain()
    await collector.accept(deliver([view({ anonymousId: 'robot' }, 0)]))
    await fold.drain()
  })
  const marked = await database.query(
    "SELECT anonymous_id, count() AS rows, countIf(has(marks, 'bot')) AS bots FROM events GROUP BY anonymous_id ORDER BY anonymous_id",
  )
  expect(marked).toEqual([
    { anonymous_id: 'd', rows: 61, bots: 0 },
    { anonymous_id: 'robot', rows: 46, bots: 46 },
  ])
})

/** Fails the n-th call that reaches the database, before it does its work or after. */
function failing(at: number, when: 'before' | 'after'): { over: Database; calls: () => number } {
  let calls = 0
  const spoil = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    calls += 1
    const isTime = calls === at
    const trouble = () => new AppError('database_unreachable', 'pulled the plug')
    if (isTime && when === 'before') throw trouble()
    const result = await work()
    if (isTime) throw trouble()
    return result
  }
  const over: Database = {
    kind: 'embedded',
    query: (sql, options) => spoil(() => database.query(sql, options)),
    stream: (sql, options) => database.stream(sql, options),
    execute: (sql, options) => spoil(() => database.execute(sql, options)),
    executeOnEveryNode: (sql, options) => database.executeOnEveryNode(sql, options),
    insert: (table, rows, options) => spoil(() => database.insert(table, rows, options)),
    takeTurns: (name, work, signal) => database.takeTurns(name, work, signal),
    loadFile: (load) => database.loadFile(load),
    exportTo: (target, sql, options) => database.exportTo(target, sql, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return { over, calls: () => calls }
}

test('cut off at any step, before or after the database did it, every call is stored once', async () => {
  const calls = [
    view({ anonymousId: 'd' }, 60 * 24 * 40),
    call('identify', { userId: 'ann', anonymousId: 'd', traits: { city: 'York' } }, 5),
    ...Array.from({ length: 20 }, (_, index) => view({ anonymousId: `d-${index % 3}` }, index)),
    call(
      'track',
      {
        userId: 'ann',
        event: 'Order Refunded',
        properties: { order_id: 'o', products: [{ product_id: 'p', quantity: 1 }] },
      },
      1,
    ),
    call('track', {}),
  ]
  const counted: unknown[] = []
  let steps = 1
  for (const when of ['before', 'after'] as const) {
    for (let step = 1; step <= steps; step++) {
      const { over, calls: count } = failing(step, when)
      const path = freshPath()
      await using first = await openIn(path, over)
      await first.collector.accept(deliver(calls))
      await first.fold.drain().catch(() => undefined)
      // More arrives before the second try, which must not change what the first had begun.
      await first.collector.accept(deliver([view({ userId: `late-${when}-${step}` })]))
      await first.fold.drain().catch(() => first.fold.drain())
      if (step === 1 && when === 'before') steps = count()
      const [row] = await database.query(
        'SELECT count() AS lines, uniqExact(event_id, line_index) AS different FROM events',
      )
      const [rest] = await database.query(
        'SELECT count() AS aside, (SELECT count() FROM trait_statements FINAL) AS traits FROM quarantine FINAL',
      )
      counted.push({ ...(row as object), ...(rest as object) })
      for (const table of ['events', 'quarantine', 'trait_statements']) {
        await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
      }
    }
  }
  expect(steps).toBeGreaterThan(4)
  expect(new Set(counted.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify({ lines: 23, different: 23, aside: 1, traits: 1 })]),
  )
})

test('after everything was folded and the directory opened again, what comes next is stored, too', async () => {
  const path = freshPath()
  for (const userId of ['ann', 'bob', 'cat']) {
    await using collecting = await openIn(path)
    await collecting.collector.accept(deliver([view({ userId }), call('track', { event: userId })]))
    await collecting.fold.drain()
  }
  expect(await eventsOf('user_id')).toHaveLength(3)
  expect(await database.query('SELECT row_number FROM quarantine FINAL')).toHaveLength(3)
})

test('while the database is away calls are taken all the same, and all of them are there once it is back', async () => {
  let isAway = true
  const { over } = failing(0, 'before')
  const away: Database = {
    ...over,
    insert: (table, rows, options) =>
      isAway
        ? Promise.reject(new AppError('database_unreachable', 'away'))
        : over.insert(table, rows, options),
  }
  await withCollecting(async ({ collector, fold }) => {
    const stopper = new AbortController()
    const running = fold.run(stopper.signal)
    for (let batch = 0; batch < 30; batch++) {
      await collector.accept(deliver(Array.from({ length: 20 }, () => view({ anonymousId: 'd' }))))
    }
    isAway = false
    await fold.drain()
    stopper.abort()
    await running
  }, away)
  expect(
    await database.query('SELECT count() AS lines, uniqExact(event_id) AS different FROM events'),
  ).toEqual([{ lines: 600, different: 600 }])
})
