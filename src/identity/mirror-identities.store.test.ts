import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Identity, IdentityStatement } from '../core/identity.ts'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { mirrorIdentities } from './mirror-identities.ts'
import { compareOwners, storeEvents } from './testing/stored-events.ts'
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
const at = (minutes: number) => Date.UTC(2026, 0, 1) + minutes * 60_000
const user = (id: string): Identity => ({ kind: 'user_id', id })
const device = (id: string): Identity => ({ kind: 'anonymous_id', id })
function see(first: Identity, second: Identity, minutes: number): IdentityStatement {
  return { kind: 'together', first, second, atMs: at(minutes), source: 'test' }
}

function listIdentities(): Promise<unknown[]> {
  return database.query('SELECT kind, id, profile_id, source FROM identities FINAL ORDER BY kind, id')
}

test('the database learns the ids and where rows belong, to the millisecond and from the first moment to the last', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const moments = [-60_000_000, 0, 5, 6, 20, 30, 100_000_000]
  const visits = moments.map((minutes) => ({ userId: '', anonymousId: 'd', atMs: at(minutes) }))
  await storeEvents(database, graph, [...visits, { userId: '', anonymousId: 'd', atMs: at(5) + 1 }], 'visit')
  await graph.learn([see(user('ann'), device('d'), 5), see(user('bob'), device('d'), 20)])
  await mirrorIdentities(database, graph, now)
  const { stored, known } = await compareOwners(database, graph, 'history')
  expect(stored).toEqual(known)
  expect(stored).toEqual([
    ...['visit-0 ann', 'visit-1 ann', 'visit-2 ann', 'visit-3 bob', 'visit-4 bob', 'visit-5 d'],
    ...['visit-6 d', 'visit-7 bob'],
  ])
  expect(await listIdentities()).toEqual([
    { kind: 'anonymous_id', id: 'd', profile_id: 'd', source: 'identity' },
    { kind: 'user_id', id: 'ann', profile_id: 'ann', source: 'identity' },
    { kind: 'user_id', id: 'bob', profile_id: 'bob', source: 'identity' },
  ])
})

test('what an import said of an id counts until the graph says otherwise, and what was told is not told again', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const said = {
    kind: 'email',
    id: 'hash',
    profile_id: 'old',
    source: 'file',
    at: '2026-11-01T00:00:00.000Z',
  }
  await database.insert('identities', [said])
  await graph.learn([see(user('ann'), { kind: 'email', id: 'hash' }, 0)])
  await mirrorIdentities(database, graph, now)
  expect(await listIdentities()).toContainEqual({
    kind: 'email',
    id: 'hash',
    profile_id: 'ann',
    source: 'identity',
  })
  expect(graph.pending(10).versions).toEqual([])
})

test('a mirror that is cut off anywhere is done again without a trace', async () => {
  await using opened = openTemporaryGraph()
  const { graph } = opened
  await storeEvents(database, graph, [{ userId: '', anonymousId: 'd', atMs: at(0) }], 'visit')
  await graph.learn([see(user('ann'), device('d'), 5)])
  for (const table of ['profile_overrides', 'identities']) {
    const broken = breakInsertsInto(table)
    await expect(mirrorIdentities(broken, graph, now)).rejects.toThrow('cut off')
    expect(graph.pending(10).versions).toHaveLength(2)
  }
  await mirrorIdentities(database, graph, now)
  expect(graph.pending(10).versions).toEqual([])
  expect(await listIdentities()).toHaveLength(2)
  expect((await compareOwners(database, graph, 'history')).stored).toEqual(['visit-0 ann'])
})

/** The rows arrive; the answer does not. */
function breakInsertsInto(table: string): Database {
  return new Proxy(database, {
    get(target, key: keyof Database) {
      if (key !== 'insert') return target[key]
      return async (name: string, rows: readonly object[]) => {
        await target.insert(name, rows)
        if (name === table) throw new Error('cut off')
      }
    },
  })
}
