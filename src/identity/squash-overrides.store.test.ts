import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { IdentityStatement } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import type { IdentityGraph } from './identity-graph.ts'
import { recoverSquash, squashOverrides } from './squash-overrides.ts'
import { eventOf, statement } from './testing/draw-statements.ts'
import { interruptDatabase } from './testing/interrupt-database.ts'
import { compareOwners, type StoredEvent, storeEvents } from './testing/stored-events.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['events', 'profile_overrides', 'identities']) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
})

const now = new Date('2026-11-24T10:00:00Z')
const months = [
  Date.UTC(2025, 10, 30, 23, 59),
  Date.UTC(2026, 0, 1),
  Date.UTC(2026, 0, 1, 2, 30),
  Date.UTC(2026, 1, 3),
]
const visits = (id: string): StoredEvent[] => months.map((atMs) => ({ userId: '', anonymousId: id, atMs }))
function link(userId: string, anonymousId: string, atMs = Date.UTC(2026, 0, 1)): IdentityStatement {
  const [first, second] = [
    { kind: 'user_id', id: userId },
    { kind: 'anonymous_id', id: anonymousId },
  ] as const
  return { kind: 'together', first, second, atMs, source: 'test' }
}

async function expectSettled(graph: IdentityGraph): Promise<void> {
  const { stored, known } = await compareOwners(database, graph, 'events')
  expect(stored).toEqual(known)
  expect((await compareOwners(database, graph, 'history')).stored).toEqual(known)
  expect(graph.overrides(10)).toEqual([])
  const open = await database.query('SELECT id FROM profile_overrides FINAL WHERE squashed = 0')
  expect(open).toEqual([])
  expect(
    await database.query(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'squash%'",
    ),
  ).toEqual([])
}

test('after a squash every row lies under its profile and no override is left', async () => {
  const history = fc.array(
    fc.tuple(
      fc.array(statement, { maxLength: 5 }),
      fc.array(eventOf(fc.constantFrom(...months)), { maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  for (const [round, batches] of fc.sample(history, { numRuns: 12, seed: 11 }).entries()) {
    await using opened = openTemporaryGraph()
    const { graph } = opened
    await database.execute('TRUNCATE TABLE events')
    await database.execute('TRUNCATE TABLE profile_overrides')
    for (const [index, [statements, events]] of batches.entries()) {
      await graph.learn(statements)
      await storeEvents(database, graph, events, `${round}-${index}`)
      if (index === 1) await squashOverrides(database, graph, { now })
    }
    await squashOverrides(database, graph, { now })
    await expectSettled(graph)
    const [counted] = await database.query<{ count: number }>('SELECT count() AS count FROM events')
    expect(counted?.count).toBe(batches.reduce((sum, [, events]) => sum + events.length, 0))
  }
})

test('only months with rows that moved are rewritten, and without any nothing is', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await storeEvents(database, graph, visits('other'), 'other')
  await storeEvents(database, graph, visits('d').slice(0, 1), 'visit')
  await graph.learn([link('ann', 'd')])
  const moved = await squashOverrides(database, graph, { now })
  expect(moved).toEqual({ monthCount: 1, overrideCount: 1 })
  expect(await squashOverrides(database, graph, { now })).toEqual({ monthCount: 0, overrideCount: 0 })
  await expectSettled(graph)
})

test('whoever reads during a squash sees every row once and under its profile', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  for (const id of ['d', 'e', 'f']) await storeEvents(database, graph, visits(id), id)
  await graph.learn([link('ann', 'd'), link('bob', 'e')])
  let readCount = 0
  const watched = interruptDatabase(database, {
    after: async () => {
      readCount += 1
      const owners = await database.query(
        'SELECT profile_id, count() AS count, uniqExact(event_id) AS different FROM history GROUP BY profile_id ORDER BY profile_id',
      )
      if (graph.pending(1).versions.length > 0) return
      expect(owners).toEqual(
        ['ann', 'bob', 'f'].map((profile_id) => ({ profile_id, count: 4, different: 4 })),
      )
    },
  })
  await squashOverrides(watched, graph, { now })
  expect(readCount).toBeGreaterThan(10)
  await expectSettled(graph)
})

test('what is learnt and stored while a squash is under way is kept for the next', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await storeEvents(database, graph, visits('d'), 'd')
  await storeEvents(database, graph, visits('e'), 'e')
  await graph.learn([link('ann', 'd'), link('bob', 'e')])
  let replacedCount = 0
  const busy = interruptDatabase(database, {
    after: async ({ what }) => {
      if (!what.includes('REPLACE PARTITION') || ++replacedCount !== 1) return
      void database.takeTurns('events', () => storeEvents(database, graph, visits('d'), 'late'))
      await graph.learn([{ ...link('ann', 'd'), kind: 'split', atMs: Date.UTC(2026, 5, 1) }])
    },
  })
  const report = await squashOverrides(busy, graph, { now })
  expect(report).toEqual({ monthCount: 3, overrideCount: 1 })
  expect(graph.overrides(10)).toMatchObject([{ kind: 'anonymous_id', id: 'd' }])
  await squashOverrides(database, graph, { now })
  await expectSettled(graph)
  const [counted] = await database.query<{ count: number }>('SELECT count() AS count FROM events')
  expect(counted?.count).toBe(12)
})

test('cut off before or after any of its steps, the next squash ends it', async () => {
  for (const moment of ['before', 'after'] as const) {
    for (let step = 1; ; step++) {
      await using opened = openTemporaryGraph()
      const { graph } = opened
      const name = `${moment}-${step}`
      await storeEvents(database, graph, visits(name).slice(0, 2), name)
      await graph.learn([link(`user ${name}`, name)])
      let count = 0
      const cutOff = () => {
        if (++count === step) throw new Error('cut off')
      }
      const squash = squashOverrides(interruptDatabase(database, { [moment]: cutOff }), graph, { now })
      const isWhole = await squash.then(
        () => true,
        () => false,
      )
      await opened.reopen()
      await recoverSquash(database, opened.graph)
      await squashOverrides(database, opened.graph, { now })
      const owners = await database.query(
        'SELECT profile_id, count() AS count FROM events WHERE anonymous_id = {name:String} GROUP BY profile_id',
        { parameters: { name } },
      )
      expect(owners).toEqual([{ profile_id: `user ${name}`, count: 2 }])
      if (!isWhole) continue
      expect(step).toBeGreaterThan(10)
      break
    }
  }
})

const loseRows = "ALTER TABLE events DROP PARTITION '202601'"
const doubleRows = 'INSERT INTO events SELECT * FROM squash_copy SETTINGS insert_deduplicate = 0'
test.each([
  ['lost', loseRows],
  ['doubled', doubleRows],
])(
  'rows %s by a crash in the middle of replacing a month are mended, and rows stored since stay',
  async (_, mishap) => {
    await using opened = openTemporaryGraph()
    const { graph } = opened
    await storeEvents(database, graph, visits('d').slice(1, 3), 'd')
    await graph.learn([link('ann', 'd')])
    const dying = interruptDatabase(database, {
      before: ({ what }) => {
        if (what.includes('REPLACE PARTITION')) throw new Error('cut off')
      },
    })
    await expect(squashOverrides(dying, graph, { now })).rejects.toThrow('cut off')
    await database.execute(mishap)
    await storeEvents(database, graph, visits('d').slice(1, 3), 'later')
    await opened.reopen()
    await recoverSquash(database, opened.graph)
    const rows = 'SELECT event_id, profile_id FROM events ORDER BY event_id'
    const names = ['d-0', 'd-1', 'later-0', 'later-1']
    expect(await database.query(rows)).toEqual(names.map((event_id) => ({ event_id, profile_id: 'ann' })))
    await squashOverrides(database, opened.graph, { now })
    await expectSettled(opened.graph)
  },
)

test('a month left half replaced by one squash is mended before another takes the next', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await storeEvents(database, graph, visits('d'), 'd')
  await graph.learn([link('ann', 'd')])
  let isBroken = false
  const breaking = interruptDatabase(database, {
    before: async ({ what }) => {
      if (isBroken || !what.includes('REPLACE PARTITION')) return
      isBroken = true
      await database.execute("ALTER TABLE events DROP PARTITION '202511'")
      throw new Error('cut off')
    },
  })
  // Both have planned before either rewrites.
  const squashes = [squashOverrides(breaking, graph, { now }), squashOverrides(database, graph, { now })]
  const [broken, whole] = await Promise.allSettled(squashes)
  expect([broken?.status, whole?.status]).toEqual(['rejected', 'fulfilled'])
  await expectSettled(graph)
  expect((await compareOwners(database, graph, 'events')).stored).toHaveLength(4)
})

test('a squash that is told to stop leaves its overrides for the next', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await storeEvents(database, graph, visits('d'), 'd')
  await graph.learn([link('ann', 'd')])
  const controller = new AbortController()
  const stopped = interruptDatabase(database, {
    after: ({ what }) => {
      if (what.includes('REPLACE PARTITION')) controller.abort()
    },
  })
  const squash = squashOverrides(stopped, graph, { now, signal: controller.signal })
  await expect(squash).rejects.toMatchObject({ code: 'stopped' })
  expect(graph.overrides(10)).toHaveLength(1)
  expect((await compareOwners(database, graph, 'history')).stored).toHaveLength(4)
  await squashOverrides(database, graph, { now })
  await expectSettled(graph)
})

test('squashes begun at once and beside each other end as one would', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  for (const id of ['d', 'e']) await storeEvents(database, graph, visits(id), id)
  await graph.learn([link('ann', 'd'), link('bob', 'e')])
  let others: Promise<unknown>[] = []
  const crowded = interruptDatabase(database, {
    after: ({ what }) => {
      if (what.includes('REPLACE PARTITION')) others.push(squashOverrides(database, graph, { now }))
    },
  })
  others = [squashOverrides(crowded, graph, { now }), squashOverrides(database, graph, { now })]
  for (let index = 0; index < others.length; index++) await others[index]
  expect(others.length).toBeGreaterThan(2)
  await expectSettled(graph)
})
