import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Database } from '../src/database/database.ts'
import { createTestDatabase } from '../src/database/test-database.ts'
import { squashOverrides } from '../src/identity/squash-overrides.ts'
import { loadConfig } from '../src/serve/config.ts'
import { openCollecting } from '../src/serve/open-collecting.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-beside-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const now = new Date('2026-11-24T10:00:00Z')

test('a squash that ends just before a batch is stored leaves no row under a profile of before', async () => {
  await using database = await createTestDatabase()
  let meanwhile: (() => Promise<unknown>) | undefined
  const watched = interruptTurns(database, async () => {
    const work = meanwhile
    meanwhile = undefined
    await work?.()
  })
  const config = await loadConfig({ data: folder, minFreeDiskMb: 0 }, { environment: {}, folder })
  await using collecting = await openCollecting(config, watched, silent, () => now)
  const { collector, fold, graph } = collecting
  const who = { userId: 'ann', anonymousId: 'd' }
  const view = { type: 'track', event: 'Product Viewed', timestamp: now.toISOString() }
  const deliver = async (call: object) => {
    const json = { batch: [call] }
    const body = Buffer.from(JSON.stringify(json))
    const head = { route: 'batch', source: 'web', isServer: true, isHistoric: false } as const
    await collector.accept({ ...head, receivedAtMs: now.getTime(), body, json })
    await fold.drain()
  }
  await deliver({ ...view, ...who, messageId: 'm-1' })
  meanwhile = async () => {
    const [first, second] = [
      { kind: 'user_id', id: 'ann' },
      { kind: 'anonymous_id', id: 'd' },
    ] as const
    await graph.learn([{ kind: 'split', first, second, atMs: now.getTime() + 1, source: 'desk' }])
    await squashOverrides(database, graph, { now })
  }
  await deliver({ ...view, anonymousId: 'd', messageId: 'm-2' })
  expect(meanwhile).toBeUndefined()
  const rows = 'SELECT event_id, profile_id FROM history ORDER BY event_id'
  expect(await database.query(rows)).toEqual([
    { event_id: 'm-1', profile_id: 'ann' },
    { event_id: 'm-2', profile_id: 'd' },
  ])
})

/** The same database; `before` is done before each turn in which events are stored. */
function interruptTurns(database: Database, before: () => Promise<void>): Database {
  return {
    kind: database.kind,
    query: (sql, options) => database.query(sql, options),
    stream: (sql, options) => database.stream(sql, options),
    execute: (sql, options) => database.execute(sql, options),
    executeOnEveryNode: (sql, options) => database.executeOnEveryNode(sql, options),
    insert: (table, rows, options) => database.insert(table, rows, options),
    loadFile: (load) => database.loadFile(load),
    exportTo: (target, sql, options) => database.exportTo(target, sql, options),
    takeTurns: async (name, work, signal) => {
      await before()
      return database.takeTurns(name, work, signal)
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
