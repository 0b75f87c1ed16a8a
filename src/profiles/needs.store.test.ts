import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { createSavedNeeds, loadNeeds, type PersonNeeds, saveNeeds } from './needs.ts'

const asOfMs = Date.parse('2026-06-01T00:00:00Z')
const now = new Date('2026-06-01T01:00:00Z')
const ann: PersonNeeds = {
  profileId: 'ann',
  version: 'needs-90d@x',
  horizonDays: 90,
  asOfMs,
  needs: [
    {
      kind: 'category',
      target: 'Phones',
      name: { en: 'Phones', zh: '手机' },
      probability: 0.75,
      units: 1.5,
      low: 0,
      high: 4,
      days: 20,
      reasons: [
        { feature: 'pair_recency_days', share: 0.5, value: 40 },
        { feature: 'age', share: -0.25 },
      ],
    },
    {
      kind: 'item',
      target: 'p1',
      name: { en: 'P', zh: 'P' },
      probability: 0.25,
      units: 1,
      days: 60,
      reasons: [],
    },
  ],
}

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  await saveNeeds(database, [ann, { ...ann, profileId: 'bob' }], now)
})
afterAll(() => database[Symbol.asyncDispose]())

test('needs come back as they were saved, of that person and cut only', async () => {
  expect(await loadNeeds(database, 'ann', asOfMs)).toEqual([ann])
  expect(await loadNeeds(database, 'ann', asOfMs - 1)).toEqual([])
  expect(await loadNeeds(database, 'zoe', asOfMs)).toEqual([])
})

test('saving those of the same cut again replaces all of them', async () => {
  const fewer = { ...ann, profileId: 'bob', needs: ann.needs.slice(1) }
  await saveNeeds(database, [fewer], new Date(now.getTime() + 1000))
  expect(await loadNeeds(database, 'bob', asOfMs)).toEqual([fewer])
})

test('they are handed out and erased with the person', async () => {
  const store = createSavedNeeds(database)
  expect(await store.exportOf('ann')).toMatchObject([
    { horizon_days: 90, targets: ['Phones', 'p1'], units: [1.5, 1] },
  ])
  expect(await store.erase(['ann'])).toBe(1)
  expect(await store.exportOf('ann')).toBeUndefined()
  expect(await loadNeeds(database, 'ann', asOfMs)).toEqual([])
  expect(await loadNeeds(database, 'bob', asOfMs)).toHaveLength(1)
})
