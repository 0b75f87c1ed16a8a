import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { createServerDatabase } from '../database/server-database.ts'
import { findFreePort, startTestServer } from '../database/test-server.ts'
import { deleteRows } from './import/commit-import.ts'
import { importFile } from './import-file.ts'
import { parseMapping } from './mapping.ts'
import { recoverImports } from './recover-imports.ts'
import { createPlainWho } from './testing/plain-who.ts'
import { contacts, countsOf, header, now, orders } from './testing/test-importer.ts'

test('on a cluster of two nodes a file is imported, known again and taken out as on one', async () => {
  const tcpPorts = [await findFreePort(), await findFreePort()]
  await using first = await startTestServer({ tcpPort: tcpPorts[0] ?? 0, clusters: { duo: tcpPorts } })
  await using second = await startTestServer({ tcpPort: tcpPorts[1] ?? 0, clusters: { duo: tcpPorts } })
  const cluster = { name: 'duo', nodeUrls: [first.url, second.url] }
  await using database = await createServerDatabase({ url: first.url, database: 'imported', cluster })
  await migrate(database)
  const who = createPlainWho(database)
  await recoverImports(database, { who })
  const folder = await mkdtemp(join(tmpdir(), 'likeness-cluster-'))
  try {
    const rows = Array.from(
      { length: 400 },
      (_, index) =>
        `o${index},${index % 40},tea,${index < 380 ? 1 : -1},2.00,2024-02-${10 + (index >= 380 ? 9 : 0)}`,
    )
    const path = join(folder, 'orders.csv')
    await writeFile(path, [header, ...rows, 'o1,1,tea'].join('\n'))
    const mapping = parseMapping({ ...orders, cancellation: { isNegativeQuantity: true } })
    const options = { path, reading: { mapping }, now, timeZone: 'UTC', contacts, who }
    const report = await importFile(database, options)
    expect(countsOf(report)).toEqual([401, 400, 0, 1])
    expect(report.asStored.tiedCount).toBe(20)
    expect(countsOf(await importFile(database, options))).toEqual([401, 0, 400, 1])
    const stored =
      'SELECT (SELECT count() FROM events) AS events, (SELECT count() FROM quarantine) AS quarantined'
    expect(await database.query(stored)).toEqual([{ events: 400, quarantined: 1 }])
    await deleteRows(database, report.importId)
    expect(await database.query(stored)).toEqual([{ events: 0, quarantined: 0 }])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
