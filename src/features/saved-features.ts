import type { Erasable, Exportable } from '../core/erasable.ts'
import type { Database } from '../database/database.ts'
import { eraseRows } from '../database/erase-rows.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectSaved = sqlFile(import.meta.url, './sql/saved-features-of-profile.sql')

/** The features of people as of every cut that was built. */
export function createSavedFeatures(database: Database): Erasable & Exportable {
  return {
    name: 'profile_features',
    erase: (ids) => eraseRows(database, { table: 'profile_features', column: 'profile_id', ids }),
    async exportOf(profileId) {
      const rows = await database.query(selectSaved, { parameters: { profile_id: profileId } })
      return rows.length > 0 ? rows : undefined
    },
  }
}
