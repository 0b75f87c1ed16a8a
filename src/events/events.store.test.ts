import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { loadHistoryRange } from './history-range.ts'
import { loadTimeline } from './load-timeline.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

function row(profileId: string, at: string, eventId: string, lineIndex = 0): object {
  return {
    profile_id: profileId,
    event_id: eventId,
    line_index: lineIndex,
    at,
    kind: 'purchase',
    price: 2.55,
  }
}

test('the range of an empty history is not there, and that of a history is its first and last event', async () => {
  expect(await loadHistoryRange(database)).toBeUndefined()
  await database.insert('events', [
    row('ann', '2011-01-02T10:00:00.500Z', 'b'),
    row('ann', '2011-01-02T10:00:00.500Z', 'b', 1),
    row('ann', '2011-01-02T10:00:00.500Z', 'a'),
    row('ann', '2011-01-01T10:00:00Z', 'c'),
    row('bob', '2010-12-01T00:00:00Z', 'd'),
    row('', '2012-01-01T00:00:00Z', 'e'),
  ])
  expect(await loadHistoryRange(database)).toEqual({
    lineCount: 6,
    profileCount: 2,
    firstMs: Date.parse('2010-12-01T00:00:00Z'),
    lastMs: Date.parse('2012-01-01T00:00:00Z'),
  })
})

test('a timeline is read page by page, newest first, without a gap or a repeat', async () => {
  const pages: string[][] = []
  let before: Awaited<ReturnType<typeof loadTimeline>>[number] | undefined
  do {
    const page = await loadTimeline(database, 'ann', { limit: 2, ...(before && { before }) })
    pages.push(page.map((line) => `${line.eventId}${line.lineIndex}`))
    before = page.at(-1)
  } while (before !== undefined)
  expect(pages).toEqual([['b1', 'b0'], ['a0', 'c0'], []])
})

test('nobody has no timeline', async () => {
  expect(await loadTimeline(database, '', { limit: 10 })).toEqual([])
})
