import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Database } from '../database/database.ts'
import { eraseRows } from '../database/erase-rows.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectSaved = sqlFile(import.meta.url, './sql/saved-scores-of-profile.sql')

/** What models said of people as of every cut. */
export function createSavedScores(database: Database): Erasable & Exportable {
  return {
    name: 'scores',
    erase: (ids) => eraseRows(database, { table: 'scores', column: 'profile_id', ids }),
    async exportOf(profileId) {
      const rows = await database.query(selectSaved, { parameters: { profile_id: profileId } })
      return rows.length > 0 ? rows : undefined
    },
  }
}
