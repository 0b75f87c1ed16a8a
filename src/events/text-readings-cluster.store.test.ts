import { expect, test } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { createServerDatabase } from '../database/server-database.ts'
import { findFreePort, startTestServer } from '../database/test-server.ts'
import { readNewTexts } from './read-new-texts.ts'
import { deleteOtherReadings, saveTextReadings } from './text-readings.ts'

test('on a cluster of two nodes each line is read once, wherever it lies, and old versions go from both', async () => {
  const tcpPorts = [await findFreePort(), await findFreePort()]
  await using first = await startTestServer({ tcpPort: tcpPorts[0] ?? 0, clusters: { duo: tcpPorts } })
  await using second = await startTestServer({ tcpPort: tcpPorts[1] ?? 0, clusters: { duo: tcpPorts } })
  const cluster = { name: 'duo', nodeUrls: [first.url, second.url] }
  await using database = await createServerDatabase({ url: first.url, database: 'read', cluster })
  await migrate(database)
  const lines = Array.from({ length: 200 }, (_, index) => ({
    event_id: `e${index}`,
    profile_id: `p${index}`,
    at: `2026-0${1 + (index % 2)}-02`,
    kind: 'search',
    query: 'tea',
  }))
  await database.insert('events', lines)
  const reader = { version: 'v2', read: () => ({ topic: 'tea', sentiment: Number.NaN }) }
  await saveTextReadings(database, 'v1', [{ eventId: 'e1', lineIndex: 0, topic: 'cup', sentiment: 1 }])
  await saveTextReadings(database, 'v2', [{ eventId: 'e1', lineIndex: 0, topic: 'tea', sentiment: 0 }])
  expect(await readNewTexts(database, reader)).toBe(199)
  expect(await readNewTexts(database, reader)).toBe(0)
  await deleteOtherReadings(database, 'v2')
  expect(
    await database.query(
      'SELECT version, count() AS count, uniqExact(event_id) AS events, countIf(isNaN(sentiment)) AS unsaid FROM text_readings FINAL GROUP BY version',
    ),
  ).toEqual([{ version: 'v2', count: 200, events: 200, unsaid: 199 }])
})
