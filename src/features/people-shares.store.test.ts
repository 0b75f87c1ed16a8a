import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { computeFeatures } from './compute-features.ts'
import { featureDefinitions } from './definitions.ts'
import { loadFeatures } from './load-features.ts'
import { loadPeopleShares } from './people-shares.ts'
import { saveFeatures } from './save-features.ts'
import { insertLines, makeLine } from './testing/test-history.ts'

const dayMs = 86_400_000
const asOfMs = Date.parse('2011-02-01T12:00:00Z')
const people = ['Zoe', 'ann', 'bob', 'é', '李雷', '𝒳', "o'neil", '0']
/** Of every scan of the history some features: all of them take long in many shares. */
const names = [
  ...[
    'activity_30d',
    'activity_hour',
    'spend_clipped',
    'order_gap_days',
    'bounce_rate',
    'favourite_item',
    'item_interest',
  ],
  ...[
    'bought_topic',
    'searched_topic',
    'sentiment_mean',
    'age_years',
    'purchasing_power',
    'country',
    'overdue_ratio',
  ],
]
const definitions = featureDefinitions.filter(({ name }) => names.includes(name))
const options = { asOfMs, timeZone: 'UTC', textVersion: 'v1', topicsVersion: 'v1', definitions }

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  const lines = people.flatMap((profileId, person) =>
    Array.from({ length: 3 + person }, (_, index) =>
      makeLine({
        ...{ profileId, eventId: `${profileId} ${index}`, itemId: `item ${index % 3}` },
        ...{ kind: index % 2 === 0 ? ('purchase' as const) : ('search' as const), query: 'lamp', price: 10 },
        ...{ orderId: index % 2 === 0 ? `order ${index}` : '', atMs: asOfMs - (index + 1) * dayMs },
      }),
    ),
  )
  await insertLines(database, lines)
  const readings = lines
    .filter(({ kind }) => kind === 'search')
    .map(({ eventId }, index) => ({
      ...{ version: 'v1', event_id: eventId, line_index: 0 },
      ...{ topic: index % 2 === 0 ? 'lamps' : '', sentiment: 0.5 },
    }))
  await database.insert('text_readings', readings)
  await database.insert('item_tags', [
    { item_id: 'item 1', tag: 'lamps', weight: 1, model: 'topics', version: 'v1' },
  ])
  const said = { name: 'age', source: 'crm', purpose: '', at: asOfMs - dayMs }
  await database.insert('trait_statements', [
    { ...said, id_kind: 'user_id', id: 'u1', value: '34' },
    { ...said, id_kind: 'anonymous_id', id: 'bob', value: '41' },
    // The id of one person that is somebody else's by now.
    { ...said, id_kind: 'anonymous_id', id: 'Zoe', value: '27' },
  ])
  const owned = { source: 'test', at: asOfMs - dayMs }
  await database.insert('identities', [
    { ...owned, kind: 'user_id', id: 'u1', profile_id: '李雷' },
    { ...owned, kind: 'anonymous_id', id: 'Zoe', profile_id: 'é' },
  ])
})
afterAll(() => database[Symbol.asyncDispose]())

async function tell(linesPerShare: number): Promise<ReadonlyMap<string, unknown>> {
  const { profileIds, numbers, labels } = await computeFeatures(database, { ...options, linesPerShare })
  const { featureNames, values } = numbers
  return new Map(
    profileIds.map((id, row) => [
      id,
      {
        numbers: values.slice(row * featureNames.length, (row + 1) * featureNames.length),
        labels: Object.entries(labels).map(([name, texts]) => [name, texts[row]]),
        names: featureNames,
      },
    ]),
  )
}

test('shares hold everyone once, whatever their ids, one person never in two', async () => {
  const shares = await loadPeopleShares(database, { linesPerShare: 7 })
  expect(shares.length).toBeGreaterThan(3)
  const [first, last] = [shares[0], shares.at(-1)]
  expect([first?.from, last?.until]).toEqual([undefined, undefined])
  expect(shares.slice(1).map(({ from }) => from)).toEqual(shares.slice(0, -1).map(({ until }) => until))
  expect(await loadPeopleShares(database, { linesPerShare: 1_000 })).toEqual([{}])
})

test('people computed in shares have the features that they have computed all at once', async () => {
  expect(definitions.length).toBe(names.length)
  const whole = await tell(1_000_000)
  expect([...whole.keys()].sort()).toEqual([...people].sort())
  expect(JSON.stringify(whole.get('李雷'))).toContain('34')
  const parted = await tell(7)
  expect(parted.size).toBe(people.length)
  for (const id of people) expect(parted.get(id), id).toEqual(whole.get(id))
})

test('the same holds where rows lie under others by now', async () => {
  const spans = [{ from_at: 0, until_at: asOfMs - 3 * dayMs, profile_id: '𝒳' }]
  await database.execute("ALTER TABLE events UPDATE anonymous_id = 'bob' WHERE profile_id = 'bob'", {
    settings: { mutations_sync: 2 },
  })
  const override = { id_kind: 'anonymous_id', id: 'bob', stored_as: ['bob'], version: 1, squashed: 0, spans }
  await database.insert('profile_overrides', [override])
  const whole = await tell(1_000_000)
  const parted = await tell(7)
  expect(parted.size).toBe(people.length)
  for (const id of people) expect(parted.get(id), id).toEqual(whole.get(id))
  await saveFeatures(database, { ...options, linesPerShare: 7, now: new Date(asOfMs) })
  const saved = await loadFeatures(database, { profileId: '𝒳', asOfMs })
  await saveFeatures(database, { ...options, now: new Date(asOfMs + 1) })
  expect(saved).toBeDefined()
  expect(await loadFeatures(database, { profileId: '𝒳', asOfMs })).toEqual(saved)
})
