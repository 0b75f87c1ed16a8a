import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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
beforeEach(async () => {
  for (const table of [
    ...['events', 'items', 'identities', 'quarantine', 'trait_statements', 'profile_overrides'],
    ...['profile_features', 'imports'],
  ]) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
})

async function openFresh(): Promise<Collecting> {
  runs += 1
  const data = join(folder, `run-${runs}`)
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
