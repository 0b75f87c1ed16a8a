import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickenCleanup } from '../src/database/test-database.ts'
import { type Need, saveNeeds } from '../src/profiles/needs.ts'
import type { ProfileRecord } from '../src/profiles/profile-record.ts'
import { saveScores } from '../src/profiles/score.ts'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import { derivedTables, listDerivedStores } from '../src/serve/derived-stores.ts'
import type { Engine } from '../src/serve/engine.ts'
import { compactStorage } from '../src/serve/operations/compact-storage.ts'
import { eraseProfile } from '../src/serve/operations/erase-profile.ts'
import { exportProfile } from '../src/serve/operations/export-profile.ts'
import { findBytes } from './find-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-erasure-'))
const data = join(folder, 'data')
let engine: Engine

const open = async () => openEngine(await loadConfig({ data, minFreeDiskMb: 0 }, { environment: {}, folder }))

beforeAll(async () => {
  // The first look for replaced parts comes half a minute after a table was made; later ones, every few seconds.
  {
    await using first = await open()
    await quickenCleanup(first.database, derivedTables)
  }
  engine = await open()
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const context = () => ({ engine, progress: () => undefined, signal: new AbortController().signal })
const atMs = Date.UTC(2026, 4, 1)
/** Nothing of it stands anywhere else, so that compression leaves it as it is and a search for its bytes finds it. */
const word = (person: string, what: string) =>
  createHash('sha256').update(`${what} of ${person}`).digest('base64url')
const valuesOf = (person: string) =>
  ['trait', 'state', 'label', 'group', 'topic', 'need'].map((what) => word(person, what))

function buildRecord(profileId: string): ProfileRecord {
  return {
    formatVersion: 1,
    profileId,
    version: 1,
    position: { journalId: 'journal', sequence: 1 },
    state: ['of another plan', word(profileId, 'state'), 'x'.repeat(3000)],
    traits: [
      {
        name: 'city',
        value: word(profileId, 'trait'),
        source: 'web',
        purpose: '',
        atMs,
        isOfUser: true,
        id: profileId,
      },
    ],
    consents: [],
    updatedAtMs: atMs,
  }
}

function buildNeed(profileId: string): Need {
  const name = word(profileId, 'need')
  return {
    ...{ kind: 'item', target: 'cup', name: { en: name, zh: name } },
    ...{ probability: 0.5, units: 1, days: 30, reasons: [] },
  }
}

/** Something in every store of derived data, in several parts of each table. */
async function plant(people: readonly string[]): Promise<void> {
  const { database, living } = engine
  for (let round = 0; round < 3; round++) {
    const asOfMs = atMs + round * 86_400_000
    const features = people.map((profile_id) => ({
      as_of: asOfMs,
      profile_id,
      numbers: { order_count: round },
      labels: { country: word(profile_id, 'label') },
      computed_at: asOfMs,
    }))
    await database.insert('profile_features', features)
    const scores = people.map((profileId) => ({
      ...{ profileId, model: 'interest-group', version: 'v1', horizonDays: 0, asOfMs, value: 1 },
      label: word(profileId, 'group'),
      reasons: [{ feature: 'order_count', share: 1 }],
    }))
    await saveScores(database, scores, new Date(asOfMs))
    const needs = people.map((profileId) => ({
      ...{ profileId, version: 'v1', horizonDays: 90, asOfMs },
      needs: [buildNeed(profileId)],
    }))
    await saveNeeds(database, needs, new Date(asOfMs))
    const events = people.map((profile_id) => ({
      event_id: `event ${round} of ${profile_id}`,
      profile_id,
      user_id: profile_id,
      at: asOfMs,
      kind: 'search',
      source: 'web',
    }))
    await database.insert('events', events)
    const readings = events.map(({ event_id, profile_id }) => ({
      ...{ version: `v${round}`, event_id, line_index: 0, topic: word(profile_id, 'topic'), sentiment: 0.5 },
    }))
    await database.insert('text_readings', readings)
  }
  // What models said is put on the shelf when somebody asks.
  for (const person of people) await living.read(person)
  await living.store.save(people.map(buildRecord))
}

async function foldersOfDerived(): Promise<readonly string[]> {
  const rows = await engine.database.query<{ path: string }>(
    'SELECT arrayJoin(data_paths) AS path FROM system.tables WHERE database = currentDatabase() AND name IN {tables:Array(String)}',
    { parameters: { tables: derivedTables } },
  )
  return [join(data, 'journal'), ...rows.map(({ path }) => path)]
}

test('after an erasure and a compaction no byte of it is on disk, and others have kept theirs', async () => {
  const [erased, kept] = ['zoe-4711', 'max-0815']
  await plant([erased, kept])
  const planted = valuesOf(erased)
  const folders = await foldersOfDerived()
  const countId = () => folders.filter((each) => findBytes(each, [erased]).length > 0).length
  // The search finds what is there: values anywhere in the data directory, the id in each of the five places.
  expect(findBytes(data, planted)).toEqual(planted)
  expect([folders.length, countId()]).toEqual([5, 5])

  const startedMs = performance.now()
  const { ids, erased: counts } = await eraseProfile.run({ id: erased, scope: 'derived' }, context())
  expect(ids).toEqual([erased])
  expect(Object.fromEntries(counts.map(({ store, count }) => [store, count]))).toEqual({
    text_readings: 3,
    profile_features: 3,
    scores: 3,
    needs: 3,
    profile_learned: 1,
    profiles: 1,
  })
  const compaction = await compactStorage.run({}, context())
  const seconds = (performance.now() - startedMs) / 1000
  expect(compaction.leftPartCount).toBe(0)
  expect(findBytes(data, planted)).toEqual([])
  expect(countId()).toBe(0)
  // The delay that docs/privacy.md states.
  expect(seconds).toBeLessThan(60)

  expect(findBytes(data, valuesOf(kept))).toEqual(valuesOf(kept))
  for (const store of listDerivedStores(engine)) {
    // What compression hides from the search, no reader of the tables finds either.
    expect([store.name, await store.exportOf(erased)]).toEqual([store.name, undefined])
    expect([store.name, await store.exportOf(kept)]).not.toEqual([store.name, undefined])
  }
})

test('a compaction finds what was erased before a restart', async () => {
  await plant(['ida'])
  await eraseProfile.run({ id: 'ida', scope: 'derived' }, context())
  await engine[Symbol.asyncDispose]()
  expect(findBytes(data, valuesOf('ida'))).not.toEqual([])
  engine = await open()
  const compaction = await compactStorage.run({}, context())
  expect(compaction.leftPartCount).toBe(0)
  expect(findBytes(data, valuesOf('ida'))).toEqual([])
})

test('an export holds what every store keeps, and after the erasure nothing', async () => {
  await plant(['ann'])
  const exported = await exportProfile.run({ id: 'ann', scope: 'derived' }, context())
  const { profile_features, scores, needs, text_readings, profile_learned, profiles } = exported.stores
  expect(exported.id).toBe('ann')
  expect(profile_features?.ann).toMatchObject([{ as_of: '2026-05-03T00:00:00.000Z' }, {}, {}])
  expect(scores?.ann).toMatchObject([{ label: word('ann', 'group'), low: null }, {}, {}])
  expect(needs?.ann).toMatchObject([{ names: [word('ann', 'need')], lows: [null] }, {}, {}])
  expect(text_readings?.ann).toMatchObject([{ topic: word('ann', 'topic'), sentiment: 0.5 }, {}, {}])
  expect(profile_learned?.ann).toMatchObject({ interestGroup: { name: { en: word('ann', 'group') } } })
  expect(profiles?.ann).toMatchObject({ traits: [{ value: word('ann', 'trait') }] })
  expect(JSON.parse(exportProfile.render(exported, 'en'))).toEqual(exported)
  await eraseProfile.run({ id: 'ann', scope: 'derived' }, context())
  const again = exportProfile.run({ id: 'ann', scope: 'derived' }, context())
  await expect(again).rejects.toMatchObject({ code: 'not_found' })
})

test('what was kept under a device before its login was known is erased with the person, by either id', async () => {
  await plant(['phone-1', 'phone-2', 'bob', 'eve'])
  await engine.graph.learn(
    ['phone-1', 'phone-2'].map((device) => ({
      kind: 'together',
      first: { kind: 'user_id', id: 'bob' },
      second: { kind: 'anonymous_id', id: device },
      atMs,
      source: 'web',
    })),
  )
  const { id, ids, erased } = await eraseProfile.run({ id: 'phone-1', scope: 'derived' }, context())
  expect([id, [...ids].sort()]).toEqual(['bob', ['bob', 'phone-1', 'phone-2']])
  expect(erased.map(({ count }) => count)).toEqual([9, 9, 9, 9, 3, 3])
  const again = await eraseProfile.run({ id: 'bob', scope: 'derived' }, context())
  expect(again.erased.every(({ count }) => count === 0)).toBe(true)
  expect((await exportProfile.run({ id: 'eve', scope: 'derived' }, context())).id).toBe('eve')
})

test('a record that the fold is about to replace does not come back', async () => {
  const { database, living } = engine
  await plant(['cy'])
  const order: string[] = []
  const folding = Promise.withResolvers<void>()
  const fold = database.takeTurns('profiles', async () => {
    await folding.promise
    await living.store.save([{ ...buildRecord('cy'), version: 2 }])
    order.push('folded')
  })
  const erasing = eraseProfile.run({ id: 'cy', scope: 'derived' }, context()).then(() => order.push('erased'))
  folding.resolve()
  await Promise.all([fold, erasing])
  expect(order).toEqual(['folded', 'erased'])
  expect(await living.store.load('cy')).toBeUndefined()
})
