import { createEmbeddedDatabase } from '../../src/database/embedded-database.ts'
import { sqlFile } from '../../src/database/sql-file.ts'
import { databaseFolder, makeDataDirectory } from '../../src/serve/compose.ts'
import { fillHistory } from '../features/fill-history.ts'

const selectIds = sqlFile(import.meta.url, './profile-ids.sql')

/** Fills a data directory with a made-up year of some profiles, 40 events each on average, and tells their ids. */
export async function makeUpShop(dataDirectory: string, profileCount: number): Promise<string[]> {
  makeDataDirectory(dataDirectory)
  await using database = await createEmbeddedDatabase({ path: databaseFolder(dataDirectory) })
  await fillHistory(database, dataDirectory, profileCount * 40)
  const parameters = { count: profileCount }
  const rows = await database.query<{ profile_id: string }>(selectIds, { parameters })
  return rows.map(({ profile_id }) => profile_id)
}
