import type { Identity } from '../../core/identity.ts'
import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { WhoIsWho } from '../who-is-who.ts'
import type { Staging } from './staging.ts'

const rowIds = sqlFile(import.meta.url, '../sql/row-ids.sql')
const createOwners = sqlFile(import.meta.url, '../sql/create-owners.sql')
const dropTable = sqlFile(import.meta.url, '../sql/drop-table.sql')

const batchSize = 20_000

/** Finds out whose the rows of the file are by now; most ids stand for themselves. */
export async function findOwners(database: Database, staging: Staging, who: WhoIsWho): Promise<void> {
  const table = staging.nameOf('owners')
  // An earlier try may have left some.
  await database.execute(dropTable, { parameters: { table } })
  await staging.execute(createOwners)
  let owners: object[] = []
  const rows = database.stream<Identity>(rowIds, {
    parameters: { new_events: staging.nameOf('new_events') },
  })
  for await (const batch of rows) {
    for (const identity of batch) owners.push(...listOwners(identity, who))
    if (owners.length < batchSize) continue
    await database.insert(table, owners)
    owners = []
  }
  await database.insert(table, owners)
}

function listOwners({ kind, id }: Identity, who: WhoIsWho): readonly object[] {
  const spans = who.ownersOf({ kind, id })
  if (spans.every(([, , profileId]) => profileId === id)) return []
  return spans.map(([, until_at, profile_id]) => ({ id_kind: kind, id, until_at, profile_id }))
}
