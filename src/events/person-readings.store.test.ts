import { expect, test } from 'vitest'
import { createTestDatabase } from '../database/test-database.ts'
import { eraseReadingsOf, exportReadings } from './person-readings.ts'
import { saveTextReadings } from './text-readings.ts'

test('what is said of one person’s words is told, and taken out without touching anybody else’s', async () => {
  await using database = await createTestDatabase()
  const line = (event_id: string, profile_id: string, day: number) => ({
    event_id,
    profile_id,
    user_id: profile_id,
    at: new Date(Date.UTC(2026, 0, day)),
  })
  await database.insert('events', [
    line('b', 'ann', 2),
    line('a', 'ann', 3),
    line('c', 'bob', 2),
    ...Array.from({ length: 600 }, (_, index) => line(`m${index}`, 'max', 1)),
  ])
  const reading = (eventId: string, sentiment: number) => ({ eventId, lineIndex: 0, topic: 'tea', sentiment })
  const many = Array.from({ length: 600 }, (_, index) => reading(`m${index}`, 1))
  await saveTextReadings(database, 'v1', [
    reading('a', 0.5),
    reading('b', Number.NaN),
    reading('c', 1),
    ...many,
  ])
  await saveTextReadings(database, 'v2', [reading('a', 0.25)])
  const common = { lineIndex: 0, topic: 'tea' }
  expect(await exportReadings(database, 'ann')).toEqual([
    { ...common, version: 'v1', eventId: 'b', at: '2026-01-02T00:00:00.000Z' },
    { ...common, version: 'v1', eventId: 'a', at: '2026-01-03T00:00:00.000Z', sentiment: 0.5 },
    { ...common, version: 'v2', eventId: 'a', at: '2026-01-03T00:00:00.000Z', sentiment: 0.25 },
  ])
  expect(await eraseReadingsOf(database, 'ann')).toBe(3)
  expect(await exportReadings(database, 'ann')).toEqual([])
  expect(await exportReadings(database, 'bob')).toHaveLength(1)
  expect(await eraseReadingsOf(database, 'max')).toBe(600)
  expect(await database.query('SELECT event_id FROM text_readings FINAL')).toEqual([{ event_id: 'c' }])
  expect(await eraseReadingsOf(database, 'nobody')).toBe(0)
})

test('words that were said before a login are the person’s, too', async () => {
  await using database = await createTestDatabase()
  await database.insert('events', [
    { event_id: 'e', anonymous_id: 'd', profile_id: 'd', at: new Date('2026-01-02') },
  ])
  await saveTextReadings(database, 'v1', [{ eventId: 'e', lineIndex: 0, topic: 'tea', sentiment: 1 }])
  await database.insert('profile_overrides', [
    {
      id_kind: 'anonymous_id',
      id: 'd',
      spans: [{ until_at: new Date('2200-01-01'), profile_id: 'ann' }],
      stored_as: ['d'],
      squashed: 0,
      version: 2,
    },
  ])
  expect(await exportReadings(database, 'ann')).toMatchObject([{ eventId: 'e', topic: 'tea' }])
  expect(await eraseReadingsOf(database, 'ann')).toBe(1)
})
