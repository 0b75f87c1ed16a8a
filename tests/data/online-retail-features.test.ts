import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadItems } from '../../src/catalog/load-items.ts'
import { saveItemTags } from '../../src/catalog/save-item-tags.ts'
import { importFile } from '../../src/collect/import-file.ts'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../../src/database/test-database.ts'
import { loadHistoryRange } from '../../src/events/history-range.ts'
import { computeFeatures } from '../../src/features/compute-features.ts'
import type { FeatureTable } from '../../src/features/feature-table.ts'
import { computeLabels } from '../../src/features/labels.ts'
import { computeLifetimeSummaries } from '../../src/features/lifetime-summary.ts'
import { createRandom } from '../../src/math/random.ts'
import { assignTopics, fitTopics, type TopicDocument } from '../../src/models/topics.ts'
import { contacts, datasetPath, importedAt, openPeople } from './datasets.ts'

const timeZone = 'Europe/London'
const dayMs = 86_400_000
let database: Database
let lastMs: number

beforeAll(async () => {
  database = await createTestDatabase()
  await using people = openPeople(database)
  await importFile(database, {
    path: datasetPath('online-retail.csv.gz'),
    reading: { format: 'online-retail' },
    now: importedAt,
    timeZone,
    contacts,
    who: people.who,
  })
  lastMs = (await loadHistoryRange(database))?.lastMs ?? 0
})
afterAll(() => database[Symbol.asyncDispose]())

function numberOf(
  { profileIds, numbers }: FeatureTable,
  profileId: string,
  name: string,
): number | undefined {
  const { featureNames, values } = numbers
  return values[profileIds.indexOf(profileId) * featureNames.length + featureNames.indexOf(name)]
}

async function idOf(customer: string): Promise<string> {
  const sql = 'SELECT any(profile_id) AS id FROM events WHERE user_id = {customer:String}'
  const [row] = await database.query<{ id: string }>(sql, { parameters: { customer } })
  return row?.id ?? ''
}

test('customer 12347 has 7 orders and 4,310.00 spent, from Iceland', async () => {
  expect(new Date(lastMs).toISOString()).toBe('2011-12-09T12:50:00.000Z')
  const table = await computeFeatures(database, { asOfMs: lastMs, timeZone })
  expect(table.profileIds.length).toBe(4372)
  const id = await idOf('12347')
  expect(numberOf(table, id, 'order_count')).toBe(7)
  expect(numberOf(table, id, 'spend')).toBe(4310)
  expect(numberOf(table, id, 'recency_days')).toBe(2)
  expect(numberOf(table, id, 'item_count')).toBe(103)
  expect(table.labels.country?.[table.profileIds.indexOf(id)]).toBe('Iceland')
})

test('the order of 74,215 jars that was cancelled at once is whole for people and cut for models', async () => {
  const table = await computeFeatures(database, { asOfMs: lastMs, timeZone })
  const id = await idOf('12346')
  expect(numberOf(table, id, 'spend')).toBe(77_183.6)
  expect(numberOf(table, id, 'return_rate')).toBe(1)
  expect(numberOf(table, id, 'spend_clipped')).toBeLessThan(1000)
})

test('labels after the cut of 90 days and lifetime summaries agree with features', async () => {
  const cutMs = lastMs - 90 * dayMs
  const [before, whole] = await Promise.all(
    [cutMs, lastMs].map((asOfMs) => computeFeatures(database, { asOfMs, timeZone })),
  )
  if (before === undefined || whole === undefined) throw new Error('no features')
  const labels = await computeLabels(database, { profileIds: before.profileIds, cutMs, horizonDays: 90 })
  for (const [row, id] of before.profileIds.entries()) {
    const spent = (numberOf(whole, id, 'spend') ?? 0) - (numberOf(before, id, 'spend') ?? 0)
    if (Math.abs(spent - (labels.spend[row] ?? 0)) > 0.005)
      expect([id, labels.spend[row]]).toEqual([id, spent])
  }
  const summaries = await computeLifetimeSummaries(database, { cutMs: lastMs, timeZone })
  const row = summaries.profileIds.indexOf(await idOf('12347'))
  expect([summaries.purchaseCount[row], summaries.recencyDays[row], summaries.ageDays[row]]).toEqual([
    6, 365, 367,
  ])
})

test('topics learned before a cut become shares of what people bought before it', async () => {
  const knownByMs = Date.parse('2011-03-14T00:00:00Z')
  const documents: TopicDocument[] = []
  for await (const items of loadItems(database, { knownByMs }))
    documents.push(
      ...items.map((item) => ({ id: item.id, text: { en: item.name || item.description, zh: '' } })),
    )
  const model = fitTopics(documents, {}, createRandom(1))
  expect(model.topics.length).toBeGreaterThanOrEqual(5)
  expect(model.topics.some((topic) => topic.terms.includes('christmas'))).toBe(true)
  const { version } = model
  await saveItemTags(database, { model: 'topics', version }, assignTopics(model, documents))
  const table = await computeFeatures(database, { asOfMs: knownByMs, timeZone, topicsVersion: version })
  const columns = table.numbers.featureNames.filter((name) => name.startsWith('bought_topic/'))
  expect(columns.length).toBe(model.topics.length)
  const shares = columns.map((name) => numberOf(table, table.profileIds[0] ?? '', name) ?? Number.NaN)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
})
