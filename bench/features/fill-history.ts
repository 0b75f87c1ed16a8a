import { statfs } from 'node:fs/promises'
import { AppError } from '../../src/core/errors.ts'
import type { Database } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { sqlFile } from '../../src/database/sql-file.ts'

const sourceEvents = sqlFile(import.meta.url, '../event-table/source-events.sql')
const insertItems = sqlFile(import.meta.url, './items.sql')
const insertStatements = sqlFile(import.meta.url, './statements.sql')
const insertReadings = sqlFile(import.meta.url, './text-readings.sql')
const insertTags = sqlFile(import.meta.url, './item-tags.sql')

export const seed = 20_250_101
const firstDayMs = Date.UTC(2025, 0, 1)
const dayMs = 86_400_000
const days = 365
/** Measured: what the table holds, and the merge of a month writes again beside it. */
const bytesPerEvent = 150

/**
 * A made-up year of events, 40 a profile, its catalogue, what people state of themselves and what models say of their
 * words: inserted month by month, so that nothing is held twice, and merged.
 * @throws AppError 'cannot_write' when the disk has too little room for it.
 */
export async function fillHistory(database: Database, folder: string, events: number): Promise<void> {
  await checkRoom(folder, events)
  await migrate(database)
  const profiles = Math.max(100, Math.round(events / 40))
  for (let month = 0; month < 12; month++) {
    const [from = 0, until = 0] = [month, month + 1].map((each) => firstOfMonth(each, events))
    const parameters = { events, profiles, seed, from, count: until - from }
    await database.execute(`INSERT INTO events ${sourceEvents}`, { parameters })
  }
  await database.execute('OPTIMIZE TABLE events FINAL')
  await database.execute(insertItems)
  await database.execute(insertTags)
  await database.execute(insertReadings)
  await database.execute(insertStatements, { parameters: { profiles } })
}

/** The number of the first event of a month; events are spread evenly over the year. */
function firstOfMonth(month: number, events: number): number {
  const day = (Date.UTC(2025, month, 1) - firstDayMs) / dayMs
  return Math.ceil((day / days) * events)
}

async function checkRoom(folder: string, events: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const [free, needed] = [bavail * bsize, events * bytesPerEvent]
  if (free > needed) return
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  throw new AppError('cannot_write', `${events} events need about ${gib(needed)} of disk`, {
    where: folder,
    received: gib(free),
  })
}
