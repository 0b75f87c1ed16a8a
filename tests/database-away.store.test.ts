import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { migrate } from '../src/database/migrate.ts'
import { createServerDatabase } from '../src/database/server-database.ts'
import { findFreePort, startTestServer } from '../src/database/test-server.ts'
import { loadConfig } from '../src/serve/config.ts'
import { openCollecting } from '../src/serve/open-collecting.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-away-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let calls = 0
function delivery() {
  const batch = Array.from({ length: 50 }, () => {
    calls += 1
    const who = calls % 3 === 0 ? { userId: `u-${calls % 70}` } : {}
    const properties = { product_id: `p-${calls % 9}` }
    return {
      type: 'track',
      event: 'Product Viewed',
      messageId: `m-${calls}`,
      anonymousId: `d-${calls % 90}`,
      ...who,
      properties,
    }
  })
  const json = { batch }
  const body = Buffer.from(JSON.stringify(json))
  const head = { route: 'batch', source: 'web', isServer: true, isHistoric: false } as const
  return { ...head, receivedAtMs: Date.now(), body, json }
}

test('a ClickHouse server that is killed under load and comes back later costs lag and nothing else', async () => {
  const place = { folder: join(folder), httpPort: await findFreePort(), tcpPort: await findFreePort() }
  let server = await startTestServer(place)
  const warnings: string[] = []
  const log = { info: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined }
  const config = await loadConfig(
    { data: join(folder, 'data'), minFreeDiskMb: 0 },
    { environment: {}, folder },
  )
  await using database = await createServerDatabase({ url: server.url })
  await migrate(database)
  await using collecting = await openCollecting(config, database, log, () => new Date())
  const stopper = new AbortController()
  const folding = collecting.fold.run(stopper.signal)
  const send = async (count: number) => {
    for (let each = 0; each < count; each++) await collecting.collector.accept(delivery())
  }
  for (let round = 0; round < 3; round++) {
    await send(60)
    const sending = send(60)
    await server[Symbol.asyncDispose]()
    await sending
    await send(60)
    expect(collecting.collector.counts().get('web')).toMatchObject({ stored: calls, rejected: 0 })
    server = await startTestServer(place)
  }
  await collecting.fold.drain()
  stopper.abort()
  await folding
  const [stored] = await database.query(
    'SELECT count() AS lines, uniqExact(event_id) AS different FROM events',
  )
  expect(stored).toEqual({ lines: calls, different: calls })
  expect(warnings).toContain('folding failed and will be tried again')
  await server[Symbol.asyncDispose]()
}, 120_000)
