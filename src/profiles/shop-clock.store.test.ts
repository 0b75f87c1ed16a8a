import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { createShopClock } from './shop-clock.ts'

const dayMs = 86_400_000
const nowMs = Date.UTC(2026, 10, 24, 12, 34, 56)
let database: Database
let clockMs = nowMs
const now = () => new Date(clockMs)
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  clockMs = nowMs
  await database.execute('TRUNCATE TABLE events')
})

async function happen(atMs: number, marks: readonly string[] = []): Promise<void> {
  await database.insert('events', [{ event_id: `e${atMs}`, profile_id: 'ann', at: new Date(atMs), marks }])
}

test('a shop that is alive is read as of now, told in steps of ten minutes', async () => {
  await happen(nowMs - 6 * dayMs)
  const clock = createShopClock(database, now)
  expect(await clock.asOfMs()).toBe(nowMs)
  expect(await clock.toldAsOfMs()).toBe(Date.UTC(2026, 10, 24, 12, 30))
})

test('a shop that was silent for a week stands at its last event, until something happens', async () => {
  const lastMs = nowMs - 8 * dayMs
  await happen(lastMs)
  await happen(nowMs - 1000, ['bot'])
  await happen(nowMs + dayMs)
  const clock = createShopClock(database, now)
  expect([await clock.asOfMs(), await clock.toldAsOfMs(), await clock.lastEventMs()]).toEqual([
    lastMs,
    lastMs,
    lastMs,
  ])
  // What is dated ahead has not come to pass.
  clock.saw(nowMs + 1)
  expect(await clock.asOfMs()).toBe(lastMs)
  clock.saw(nowMs)
  expect(await clock.asOfMs()).toBe(nowMs)
})

test('a shop without events is read as of now, and its first file is heard of', async () => {
  const clock = createShopClock(database, now)
  expect([await clock.asOfMs(), await clock.lastEventMs()]).toEqual([nowMs, undefined])
  await happen(nowMs - 9 * dayMs)
  clock.reload()
  expect(await clock.asOfMs()).toBe(nowMs - 9 * dayMs)
})
