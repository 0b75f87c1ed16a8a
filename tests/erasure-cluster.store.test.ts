import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { awaitCleanup } from '../src/database/await-cleanup.ts'
import { migrate } from '../src/database/migrate.ts'
import { createServerDatabase } from '../src/database/server-database.ts'
import { quickenCleanup } from '../src/database/test-database.ts'
import { findFreePort, startTestServer } from '../src/database/test-server.ts'
import { createPersonalReadings } from '../src/events/personal-readings.ts'
import { createSavedFeatures } from '../src/features/saved-features.ts'
import { createSavedScores } from '../src/profiles/saved-scores.ts'
import { derivedTables } from '../src/serve/derived-stores.ts'
import { findBytes } from './find-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-erasure-'))
const folders = ['one', 'two'].map((name) => join(folder, name))
for (const each of folders) mkdirSync(each)
const tcpPorts = [await findFreePort(), await findFreePort()]
const servers = await Promise.all(
  tcpPorts.map((tcpPort, index) =>
    startTestServer({ tcpPort, clusters: { duo: tcpPorts }, folder: folders[index] ?? '' }),
  ),
)
afterAll(async () => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  rmSync(folder, { recursive: true, force: true })
})
const urls = servers.map((server) => server.url)

const people = Array.from({ length: 12 }, (_, number) => `person-${number}`)
const word = (person: string, what: string) =>
  createHash('sha256').update(`${what} of ${person}`).digest('base64url')
const wordsOf = (person: string) => ['label', 'group', 'topic'].map((what) => word(person, what))

test('each node of a cluster erases its share, and nothing of it is left on the disk of any', async () => {
  const options = { url: urls[0] ?? '', database: 'erasure', cluster: { name: 'duo', nodeUrls: urls } }
  await using cluster = await createServerDatabase(options)
  await migrate(cluster)
  // The first look for replaced parts comes half a minute after a table was made or loaded, unless it is loaded with the
  // settings that it has by now.
  await quickenCleanup(cluster, derivedTables)
  for (const table of derivedTables) {
    await cluster.executeOnEveryNode(`DETACH TABLE ${table}_local SYNC`)
    await cluster.executeOnEveryNode(`ATTACH TABLE ${table}_local`)
  }
  const at = Date.UTC(2026, 4, 1)
  for (const [index, profile_id] of people.entries()) {
    const [country, group, topic] = wordsOf(profile_id)
    const [event_id, as_of, computed_at] = [`event ${index}`, at, at]
    const features = { as_of, profile_id, numbers: {}, labels: { country }, computed_at }
    await cluster.insert('profile_features', [features])
    const score = {
      model: 'interest-group',
      version: 'v1',
      horizon_days: 0,
      value: 1,
      low: 'nan',
      high: 'nan',
    }
    await cluster.insert('scores', [{ profile_id, ...score, as_of, label: group, computed_at }])
    await cluster.insert('events', [{ event_id, profile_id, user_id: profile_id, at, kind: 'search' }])
    const reading = { version: 'v1', event_id, line_index: 0, topic, sentiment: 'nan' }
    await cluster.insert('text_readings', [reading])
  }
  // Readings lie by their event, so on another node than the person's other rows for some of these.
  const [erased, kept] = [people.slice(0, 6), people.slice(6)]
  expect(findBytes(folder, people.flatMap(wordsOf))).toEqual(people.flatMap(wordsOf))
  const stores = [createPersonalReadings(cluster), createSavedFeatures(cluster), createSavedScores(cluster)]
  for (const store of stores) expect(await store.erase(erased)).toBe(6)
  for (const store of stores) {
    expect(await store.erase(erased)).toBe(0)
    for (const person of erased) expect(await store.exportOf(person)).toBeUndefined()
    for (const person of kept) expect(await store.exportOf(person)).toMatchObject([{}])
  }
  expect(await awaitCleanup(cluster, { tables: derivedTables, patienceMs: 90_000 })).toBe(0)
  expect(findBytes(folder, erased.flatMap(wordsOf))).toEqual([])
  expect(findBytes(folder, kept.flatMap(wordsOf))).toEqual(kept.flatMap(wordsOf))
  // The engine keeps the statements of erasures beside the tables; none names anybody.
  const [row] = await cluster.query<{ named: number }>(
    "SELECT countIf(command LIKE '%person-%') AS named FROM clusterAllReplicas('duo', system.mutations) WHERE database = 'erasure'",
  )
  expect(row).toEqual({ named: 0 })
})
