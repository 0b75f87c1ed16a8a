import { expect, test } from 'vitest'
import { loadItem } from '../src/catalog/load-items.ts'
import { upsertItems } from '../src/catalog/upsert-items.ts'
import type { CallOutcome, Delivery } from '../src/collect/collector.ts'
import { listQuarantine } from '../src/collect/quarantine.ts'
import { replayQuarantine } from '../src/collect/replay-quarantine.ts'
import { migrate } from '../src/database/migrate.ts'
import { createServerDatabase } from '../src/database/server-database.ts'
import { findFreePort, startTestServer } from '../src/database/test-server.ts'

test('on a cluster of two nodes items are stated and calls replayed as on one', async () => {
  const tcpPorts = [await findFreePort(), await findFreePort()]
  await using first = await startTestServer({ tcpPort: tcpPorts[0] ?? 0, clusters: { duo: tcpPorts } })
  await using second = await startTestServer({ tcpPort: tcpPorts[1] ?? 0, clusters: { duo: tcpPorts } })
  const cluster = { name: 'duo', nodeUrls: [first.url, second.url] }
  await using database = await createServerDatabase({ url: first.url, database: 'catalogue', cluster })
  await migrate(database)
  const now = new Date()

  const empty = { name: '', description: '', category: [], brand: '', price: 0, currency: '', attributes: {} }
  const ids = Array.from({ length: 600 }, (_, index) => `杯子-${index}`)
  for (const words of [{ name: 'Cup' }, { brand: 'Clay' }]) {
    const said = { ...empty, ...words, source: 'server', atMs: now.getTime() }
    const statements = ids.map((itemId) => ({ ...said, itemId }))
    await upsertItems(database, statements, { authority: 'catalogue', now })
  }
  expect(await loadItem(database, '杯子-599')).toMatchObject({ name: 'Cup', brand: 'Clay' })
  expect(await database.query("SELECT count() AS n FROM items FINAL WHERE brand = 'Clay'")).toEqual([
    { n: 600 },
  ])

  const rows = Array.from({ length: 30 }, (_, index) => ({
    ...{ import_id: 'live', source: 'web', row_number: 4096 + index, reason: 'forbidden_key', detail: '' },
    ...{ raw: JSON.stringify({ index }), at: now },
  }))
  await database.insert('quarantine', rows)
  const accept = async ({ json }: Delivery): Promise<readonly CallOutcome[]> =>
    JSON.stringify(json).includes('7')
      ? [{ kind: 'quarantined', reason: 'no_identity', detail: 'nobody' }]
      : [{ kind: 'stored' }]
  const options = { database, collector: { accept }, now: new Date(), progress: () => undefined }
  const report = await replayQuarantine({ source: 'web' }, options)
  expect(report).toMatchObject({ rowCount: 30, storedCount: 27, stayedCount: 3 })
  const stayed = (await listQuarantine(database)).map(({ rowNumber }) => rowNumber)
  expect(stayed).toEqual([4096 + 7, 4096 + 17, 4096 + 27])
})
