import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Database } from '../database/database.ts'
import { eraseRows } from '../database/erase-rows.ts'
import { sqlFile } from '../database/sql-file.ts'

const listEvents = sqlFile(import.meta.url, './sql/list-events-to-erase.sql')
const selectReadings = sqlFile(import.meta.url, './sql/readings-of-profile.sql')

/** What models say of the words that people wrote and searched for; found through their events, so before those are erased. */
export function createPersonalReadings(database: Database): Erasable & Exportable {
  return {
    name: 'text_readings',
    erase: (profileIds) =>
      eraseRows(database, {
        table: 'text_readings',
        column: 'event_id',
        ids: { sql: listEvents, parameters: { profile_ids: profileIds } },
      }),
    async exportOf(profileId) {
      const rows = await database.query(selectReadings, { parameters: { profile_id: profileId } })
      return rows.length > 0 ? rows : undefined
    },
  }
}
