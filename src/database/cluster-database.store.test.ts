import { afterAll, expect, test } from 'vitest'
import { testDatabase } from './database.contract.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { createServerDatabase } from './server-database.ts'
import { findFreePort, startTestServer } from './test-server.ts'

const tcpPorts = [await findFreePort(), await findFreePort()]
const servers = await Promise.all(
  tcpPorts.map((tcpPort) => startTestServer({ tcpPort, clusters: { duo: tcpPorts } })),
)
afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())))
const urls = servers.map((server) => server.url)

function openCluster(database: string): Promise<Database> {
  return createServerDatabase({ url: urls[0] ?? '', database, cluster: { name: 'duo', nodeUrls: urls } })
}

testDatabase('a cluster of two nodes', () => openCluster('contract'))

test('the plain name is a Distributed table over a local one on every node', async () => {
  await using cluster = await openCluster('tables')
  await migrate(cluster)
  for (const url of urls) {
    await using node = await createServerDatabase({ url, database: 'tables' })
    const sql = `SELECT name, engine FROM system.tables
      WHERE database = 'tables' AND name LIKE 'events%' ORDER BY name`
    expect(await node.query(sql)).toEqual([
      { name: 'events', engine: 'Distributed' },
      { name: 'events_local', engine: 'MergeTree' },
    ])
  }
})

test('each person lies whole on one node, an insert twice is stored once, and every node reads all', async () => {
  await using cluster = await openCluster('shares')
  await migrate(cluster)
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    event_id: `event-${index}`,
    profile_id: `person-${index % 100}`,
    at: '2011-12-09T12:50:00.000Z',
    kind: 'view',
  }))
  for (let round = 0; round < 2; round++) await cluster.insert('events', rows, { token: 'thousand' })
  const shares: string[][] = []
  for (const url of urls) {
    await using node = await createServerDatabase({ url, database: 'shares' })
    expect(await node.query('SELECT count() AS count FROM events')).toEqual([{ count: 1000 }])
    const sql = 'SELECT DISTINCT profile_id AS id FROM events_local'
    shares.push((await node.query<{ id: string }>(sql)).map((each) => each.id))
  }
  const [first = [], second = []] = shares
  expect(first.length + second.length).toBe(100)
  expect(Math.min(first.length, second.length)).toBeGreaterThan(30)
  expect(first.filter((each) => second.includes(each))).toEqual([])
})
