import { afterAll, expect, test } from 'vitest'
import { testDatabase } from './database.contract.ts'
import { createServerDatabase } from './server-database.ts'
import { findFreePort, startTestServer } from './test-server.ts'

const tcpPort = await findFreePort()
const server = await startTestServer({ tcpPort, clusters: { solo: [tcpPort] } })
afterAll(() => server[Symbol.asyncDispose]())

testDatabase('a server', () => createServerDatabase({ url: server.url }))
testDatabase('a cluster of one shard', () =>
  createServerDatabase({
    url: server.url,
    database: 'shared',
    cluster: { name: 'solo', nodeUrls: [server.url] },
  }),
)

test('on a cluster the plain name reads a Distributed table over the local ones', async () => {
  await using database = await createServerDatabase({ url: server.url, database: 'shared' })
  const rows = await database.query(
    "SELECT name, engine FROM system.tables WHERE database = 'shared' AND name LIKE 'events%' ORDER BY name",
  )
  expect(rows).toEqual([
    { name: 'events', engine: 'Distributed' },
    { name: 'events_local', engine: 'MergeTree' },
  ])
})

test('an address where nobody answers is named as such', async () => {
  const port = await findFreePort()
  const opening = createServerDatabase({ url: `http://127.0.0.1:${port}` })
  await expect(opening).rejects.toMatchObject({ name: 'AppError', code: 'database_unreachable' })
})
