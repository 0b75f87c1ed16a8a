import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importFile } from '../src/collect/import-file.ts'
import { type Mapping, parseMapping } from '../src/collect/mapping.ts'
import { listImports } from '../src/collect/quarantine.ts'
import type { IdentityStatement } from '../src/core/identity.ts'
import type { Database } from '../src/database/database.ts'
import { createEmbeddedDatabase } from '../src/database/embedded-database.ts'
import { migrate } from '../src/database/migrate.ts'
import { mirrorIdentities } from '../src/identity/mirror-identities.ts'
import { loadProfile } from '../src/profiles/load-profile.ts'
import { loadConfig } from '../src/serve/config.ts'
import { type Collecting, openCollecting } from '../src/serve/open-collecting.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-people-'))
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const nowMs = Date.UTC(2026, 10, 24, 12)
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
beforeEach(empty)

async function empty(): Promise<void> {
  for (const table of [
    ...['events', 'items', 'identities', 'quarantine', 'trait_statements', 'profile_overrides'],
    ...['profile_features', 'imports'],
  ]) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
}

async function openFresh(): Promise<Collecting> {
  runs += 1
  const data = join(folder, `run-${runs}`)
  // One key for all, so that their hashes can be compared.
  mkdirSync(data)
  writeFileSync(join(data, 'secrets.json'), JSON.stringify({ contactKey: '07'.repeat(32) }))
  const config = await loadConfig({ data, minFreeDiskMb: 0 }, { environment: {}, folder })
  return openCollecting(config, database, silent, now)
}

async function send({ collector, fold }: Collecting, calls: readonly object[]): Promise<void> {
  const json = { batch: calls }
  const body = Buffer.from(JSON.stringify(json))
  const head = { route: 'batch', source: 'web', isServer: true, isHistoric: true } as const
  await collector.accept({ ...head, receivedAtMs: nowMs, body, json })
  await fold.drain()
}

let ids = 0
function call(type: string, minutesAgo: number, rest: object): object {
  ids += 1
  const timestamp = new Date(nowMs - minutesAgo * 60_000).toISOString()
  return { type, messageId: `m-${ids}`, timestamp, ...rest }
}

/** Whatever a build would compute: a profile is told once it has features. */
async function pretendBuilt(...people: readonly string[]): Promise<void> {
  const rows = people.map((profile_id) => ({ as_of: nowMs, profile_id, computed_at: nowMs }))
  await database.insert('profile_features', rows)
}

async function namesOfTraits(person: string): Promise<readonly string[]> {
  const { traits } = await loadProfile(database, person)
  return traits.map(({ name, value }) => `${name} ${value}`)
}

test('what somebody said before logging in is the user’s, until the two are told apart', async () => {
  await using collecting = await openFresh()
  await send(collecting, [
    call('identify', 9, { anonymousId: 'd', traits: { city: 'York', tier: 'gold' } }),
    call('identify', 8, { userId: 'ann', traits: { tier: 'silver' } }),
  ])
  await pretendBuilt('ann', 'd')
  expect(await namesOfTraits('ann')).toEqual(['tier silver'])
  expect(await namesOfTraits('d')).toEqual(['city York', 'tier gold'])
  await send(collecting, [call('identify', 5, { userId: 'ann', anonymousId: 'd' })])
  expect(await namesOfTraits('ann')).toEqual(['city York', 'tier silver'])
  expect(await namesOfTraits('d')).toEqual([])
  const split: IdentityStatement = {
    kind: 'split',
    first: { kind: 'user_id', id: 'ann' },
    second: { kind: 'anonymous_id', id: 'd' },
    atMs: nowMs,
    source: 'desk',
  }
  await collecting.graph.learn([split])
  await mirrorIdentities(database, collecting.graph, new Date(nowMs + 1))
  expect(await namesOfTraits('ann')).toEqual(['tier silver'])
  expect(await namesOfTraits('d')).toEqual(['city York', 'tier gold'])
})

async function importText(
  { contacts, who }: Pick<Collecting, 'contacts' | 'who'>,
  text: string,
  mapping?: Mapping,
): Promise<void> {
  const path = join(folder, `file-${runs}`)
  writeFileSync(path, text)
  const reading = mapping === undefined ? ({ format: 'segment' } as const) : { mapping }
  await importFile(database, { path, reading, now: now(), timeZone: 'UTC', contacts, who })
}

/** Few people and devices, so that they meet; some times within one minute. */
const userId = fc.constantFrom('u1', 'u2', 'u3')
const anonymousId = fc.constantFrom('d1', 'd2')
const someone = fc.oneof(
  { arbitrary: fc.record({ anonymousId }), weight: 3 },
  { arbitrary: fc.record({ userId }), weight: 1 },
  { arbitrary: fc.record({ userId, anonymousId }), weight: 2 },
)
const content = fc.oneof(
  {
    arbitrary: fc.constant({ type: 'track', event: 'Product Viewed', properties: { product_id: 'p' } }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      type: fc.constant('identify'),
      traits: fc.record({ email: fc.constantFrom('a@shop.example', 'b@shop.example') }),
    }),
    weight: 2,
  },
)
const alias = fc.record({
  type: fc.constant('alias'),
  userId,
  previousId: fc.oneof(userId, anonymousId),
})
const drawnCall = fc
  .record({
    said: fc.oneof(
      { arbitrary: fc.tuple(someone, content).map(([who, what]) => ({ ...who, ...what })), weight: 20 },
      { arbitrary: alias, weight: 1 },
    ),
    atMs: fc.oneof(
      fc.nat(8).map((step) => step * 20_000),
      fc.nat(8).map((step) => step * 3_600_000),
    ),
    way: fc.constantFrom('before', 'file', 'after'),
    rank: fc.nat(1_000),
  })
  .map(({ said, atMs, way, rank }) => ({
    said,
    way,
    rank,
    timestamp: new Date(nowMs - 86_400_000 + atMs).toISOString(),
  }))
const drawnCalls = fc.array(drawnCall, { minLength: 6, maxLength: 30, size: 'max' }).map((calls) =>
  calls.map(({ said, ...rest }, index) => ({
    ...rest,
    call: { ...said, messageId: `m-${index}`, timestamp: rest.timestamp },
  })),
)

type Ending = { readonly owners: readonly unknown[]; readonly graph: unknown }

async function readEnding({ graph }: Collecting): Promise<Ending> {
  const owners = await database.query('SELECT event_id, profile_id FROM history ORDER BY event_id')
  return { owners, graph: graph.snapshot() }
}

const toLines = (calls: readonly object[]) => calls.map((each) => JSON.stringify(each)).join('\n')

test('the same calls, in a file, live in any order or some this way and some that, make the same people', async () => {
  let sharedCount = 0
  await fc.assert(
    fc.asyncProperty(drawnCalls, async (drawn) => {
      await empty()
      await using filed = await openFresh()
      await importText(filed, toLines(drawn.map(({ call }) => call)))
      const expected = await readEnding(filed)
      expect(expected.owners).toHaveLength(drawn.filter(({ call }) => 'event' in call).length)
      await empty()
      await using live = await openFresh()
      const shuffled = drawn.toSorted((a, b) => a.rank - b.rank)
      for (let start = 0; start < shuffled.length; start += 5) {
        await send(
          live,
          shuffled.slice(start, start + 5).map(({ call }) => call),
        )
      }
      expect(await readEnding(live)).toEqual(expected)
      await empty()
      await using mixed = await openFresh()
      const of = (way: string) => drawn.filter((each) => each.way === way).map(({ call }) => call)
      await send(mixed, of('before'))
      await importText(mixed, toLines(of('file')))
      await send(mixed, of('after'))
      expect(await readEnding(mixed)).toEqual(expected)
      sharedCount += Object.keys(filed.graph.snapshot().shared).length
    }),
    { numRuns: 8 },
  )
  expect(sharedCount).toBeGreaterThan(3)
})

test('a file of people with devices of their own is stored where it belongs and leaves nothing to override', async () => {
  await using collecting = await openFresh()
  const rows = Array.from({ length: 2_500 }, (_, index) => [
    `2026-11-01T10:00:00Z,device-${index},,tea`,
    `2026-11-01T11:00:00Z,device-${index},${index % 5 === 0 ? '' : `user-${index}`},tea`,
    `2026-11-01T12:00:00Z,,lone-${index},tea`,
  ])
  const mapping = parseMapping({
    name: 'visits',
    columns: { at: 'at', anonymousId: 'device', userId: 'user', itemId: 'item' },
    constants: { kind: 'view' },
  })
  await importText(collecting, ['at,device,user,item', ...rows.flat()].join('\n'), mapping)
  expect(await database.query('SELECT count() AS count FROM profile_overrides')).toEqual([{ count: 0 }])
  expect(
    await database.query(`SELECT count() AS rows, uniqExact(profile_id) AS people,
      countIf(user_id = '' AND profile_id = replaceOne(anonymous_id, 'device', 'user')) AS merged FROM events`),
  ).toEqual([{ rows: 7_500, people: 5_000, merged: 2_000 }])
  expect(await database.query('SELECT count() AS count FROM identities FINAL')).toEqual([{ count: 7_000 }])
})

test('a refund finds the purchase of a user who was merged into another', async () => {
  await using collecting = await openFresh()
  await send(collecting, [call('alias', 60, { userId: 'anna', previousId: 'ann' })])
  const order = (event: string, minutesAgo: number) =>
    call('track', minutesAgo, {
      userId: 'ann',
      event,
      properties: { order_id: 'o', products: [{ product_id: 'tea', price: 3, quantity: 1 }] },
    })
  await importText(collecting, toLines([order('Order Completed', 30)]))
  await importText(collecting, toLines([order('Order Refunded', 20)]))
  expect(
    await database.query("SELECT kind, profile_id, refund_of != '' AS is_tied FROM events ORDER BY at"),
  ).toEqual([
    { kind: 'purchase', profile_id: 'anna', is_tied: 0 },
    { kind: 'refund', profile_id: 'anna', is_tied: 1 },
  ])
})

test('a file cut off between what it teaches and what it stores is carried to its end when it comes again', async () => {
  await using collecting = await openFresh()
  const { contacts, who } = collecting
  const view = { event: 'Product Viewed', properties: { product_id: 'tea' } }
  const text = toLines([
    call('track', 30, { anonymousId: 'd', ...view }),
    call('track', 20, { anonymousId: 'd', userId: 'ann', ...view }),
  ])
  const cutOff = { ...who, mirror: () => Promise.reject(new Error('cut off')) }
  await expect(importText({ contacts, who: cutOff }, text)).rejects.toThrow('cut off')
  expect(collecting.graph.profileOf('', 'd', nowMs)).toBe('ann')
  expect(await database.query('SELECT count() AS count FROM events')).toEqual([{ count: 0 }])
  await importText(collecting, text)
  expect(await database.query('SELECT profile_id, count() AS count FROM events GROUP BY profile_id')).toEqual(
    [{ profile_id: 'ann', count: 2 }],
  )
  const [report] = await listImports(database)
  expect(report).toMatchObject({ storedCount: 2, asStored: { profileCount: 1 }, identityCount: 2 })
  expect(await database.query('SELECT count() AS count FROM profile_overrides')).toEqual([{ count: 0 }])
})
