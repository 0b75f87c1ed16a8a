import { afterAll, expect, test } from 'vitest'
import type { IdentityStatement } from '../core/identity.ts'
import { migrate } from '../database/migrate.ts'
import { createServerDatabase } from '../database/server-database.ts'
import { findFreePort, startTestServer } from '../database/test-server.ts'
import { recoverSquash, squashOverrides } from './squash-overrides.ts'
import { interruptDatabase } from './testing/interrupt-database.ts'
import { compareOwners, storeEvents } from './testing/stored-events.ts'
import { openTemporaryGraph } from './testing/temporary-graph.ts'

const tcpPorts = [await findFreePort(), await findFreePort()]
const servers = await Promise.all(
  tcpPorts.map((tcpPort) => startTestServer({ tcpPort, clusters: { duo: tcpPorts } })),
)
afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())))
const urls = servers.map((server) => server.url)

function link(number: number): IdentityStatement {
  return {
    kind: 'together',
    first: { kind: 'user_id', id: `user ${number}` },
    second: { kind: 'anonymous_id', id: `device ${number}` },
    atMs: Date.UTC(2026, 0, 1),
    source: 'test',
  }
}

test('each node of a cluster rewrites its share, also one that has no row of the month, and mends it after a crash', async () => {
  const options = { url: urls[0] ?? '', database: 'squash', cluster: { name: 'duo', nodeUrls: urls } }
  await using cluster = await createServerDatabase(options)
  await migrate(cluster)
  await using opened = openTemporaryGraph()
  const { graph } = opened
  const many = Array.from({ length: 40 }, (_, number) => number)
  const visits = many.map((number) => ({
    userId: '',
    anonymousId: `device ${number}`,
    atMs: Date.UTC(2026, 0, 1, 0, number),
  }))
  await storeEvents(cluster, graph, visits, 'january')
  await storeEvents(
    cluster,
    graph,
    [{ userId: '', anonymousId: 'device 0', atMs: Date.UTC(2026, 1) }],
    'february',
  )
  await graph.learn(many.map(link))
  const dying = interruptDatabase(cluster, {
    before: ({ what }) => {
      if (what.includes('REPLACE PARTITION')) throw new Error('cut off')
    },
  })
  const now = new Date('2026-11-24T10:00:00Z')
  await expect(squashOverrides(dying, graph, { now })).rejects.toThrow('cut off')
  await recoverSquash(cluster, graph)
  expect(await squashOverrides(cluster, graph, { now })).toEqual({ monthCount: 1, overrideCount: 40 })
  const { stored, known } = await compareOwners(cluster, graph, 'events')
  expect(stored).toEqual(known)
  expect(stored).toHaveLength(41)
  expect((await compareOwners(cluster, graph, 'history')).stored).toEqual(known)
  expect(await cluster.query('SELECT id FROM profile_overrides FINAL WHERE squashed = 0')).toEqual([])
})
