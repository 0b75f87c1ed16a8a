import type { Identity } from '../../core/identity.ts'
import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { WhoIsWho } from '../who-is-who.ts'
import { openStaging } from './staging.ts'

const peopleOfImport = sqlFile(import.meta.url, '../sql/people-of-import.sql')
const statedIds = sqlFile(import.meta.url, '../sql/stated-ids.sql')

/** The profiles that a stored file tells of, in batches, some of them twice; what was prepared of it must still be there. */
export async function* listImported(
  database: Database,
  importId: string,
  who: WhoIsWho,
): AsyncIterable<readonly string[]> {
  const people = database.stream<{ profile_id: string }>(peopleOfImport, {
    parameters: { import_id: importId },
  })
  for await (const rows of people) yield rows.map((row) => row.profile_id)
  const new_traits = openStaging(database, importId).nameOf('new_traits')
  for await (const ids of database.stream<Identity>(statedIds, { parameters: { new_traits } }))
    yield ids.map((identity) => who.profileOfId(identity))
}
