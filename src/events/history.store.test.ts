import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { loadTimeline } from './load-timeline.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['events', 'profile_overrides']) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
})

const start = Date.UTC(2026, 0, 1)
const names = fc.constantFrom('a', 'b', 'c', 'd')
type Row = { profile_id: string; user_id: string; anonymous_id: string; at: number; event_id: string }
const rows = fc.array(
  fc.record({
    profile_id: names,
    user_id: fc.constantFrom('', '', 'a', 'b'),
    anonymous_id: names,
    day: fc.nat(60),
  }),
  { minLength: 1, maxLength: 40 },
)
const overrides = fc.uniqueArray(
  fc.record({
    id_kind: fc.constantFrom('user_id', 'anonymous_id'),
    id: names,
    edges: fc.uniqueArray(fc.nat(60), { minLength: 2, maxLength: 5 }),
    owners: fc.array(names, { minLength: 4, maxLength: 4 }),
    squashed: fc.constantFrom(0, 0, 0, 1),
  }),
  { maxLength: 6, selector: ({ id_kind, id }) => `${id_kind} ${id}` },
)
function toOverride(each: {
  id_kind: string
  id: string
  edges: number[]
  owners: string[]
  squashed: number
}) {
  const edges = each.edges.toSorted((a, b) => a - b).map((day) => start + day * 86_400_000)
  const spans = edges.slice(1).map((until, index) => ({
    from_at: edges[index] ?? 0,
    until_at: until,
    profile_id: each.owners[index] ?? 'a',
  }))
  // A superset of where rows lie: the test's rows lie anywhere.
  return { ...each, spans, stored_as: ['a', 'b', 'c', 'd'], version: 1 }
}

function ownerOf(row: Row, all: readonly ReturnType<typeof toOverride>[]): string {
  const [kind, id] = row.user_id === '' ? ['anonymous_id', row.anonymous_id] : ['user_id', row.user_id]
  const override = all.find((each) => each.id_kind === kind && each.id === id && each.squashed === 0)
  return (
    override?.spans.find((span) => row.at > span.from_at && row.at <= span.until_at)?.profile_id ??
    row.profile_id
  )
}

test('every row is read under the profile that the overrides say, in whole histories and in timelines', async () => {
  await fc.assert(
    fc.asyncProperty(rows, overrides, async (drawnRows, drawnOverrides) => {
      for (const table of ['events', 'profile_overrides']) {
        await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
      }
      const stored = drawnRows.map(
        ({ day, ...row }, index): Row => ({
          ...row,
          at: start + day * 86_400_000,
          event_id: `e-${index}`,
        }),
      )
      const all = drawnOverrides.map(toOverride)
      await database.insert(
        'events',
        stored.map((row) => ({ ...row, kind: 'view' })),
      )
      await database.insert(
        'profile_overrides',
        all.map(({ edges: _, owners: __, ...row }) => row),
      )
      const history = await findHistorySource(database)
      expect(history).toBe(all.some(({ squashed }) => squashed === 0) ? 'history' : 'events')
      const read = await database.query<{ event_id: string; profile_id: string }>(
        'SELECT event_id, profile_id FROM {history:Identifier} ORDER BY event_id',
        { parameters: { history } },
      )
      const expected = stored.map((row) => ({ event_id: row.event_id, profile_id: ownerOf(row, all) }))
      expect(read).toEqual(expected.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1)))
      for (const person of ['a', 'b', 'c', 'd']) {
        const lines = await loadTimeline(database, person, { limit: 100 })
        expect(lines.map(({ eventId }) => eventId).sort()).toEqual(
          expected
            .filter(({ profile_id }) => profile_id === person)
            .map(({ event_id }) => event_id)
            .sort(),
        )
      }
    }),
    { numRuns: 40 },
  )
})
