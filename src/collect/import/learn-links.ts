import type { IdentityKind, IdentityStatement } from '../../core/identity.ts'
import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { WhoIsWho } from '../who-is-who.ts'
import type { Staging } from './staging.ts'

const newLinks = sqlFile(import.meta.url, '../sql/new-links.sql')

/** A tenth of a second of learning: calls are taken in meanwhile. */
const batchSize = 1_000
/** Ids told to the database in one go while nothing else is stored. */
const mirrorSize = 10_000

type LinkRow = {
  readonly kind: IdentityStatement['kind']
  readonly first_kind: IdentityKind
  readonly first_id: string
  readonly second_kind: IdentityKind
  readonly second_id: string
  readonly source: string
  readonly at_ms: number
}

/** Tells what the file says of who is who, as calls are told of before they are stored. */
export async function learnLinks(database: Database, staging: Staging, who: WhoIsWho): Promise<void> {
  let waiting: IdentityStatement[] = []
  let untoldCount = 0
  const learn = async () => {
    await who.learn(waiting, { areNewIdsUnstored: true })
    untoldCount += waiting.length
    waiting = []
    if (untoldCount < mirrorSize) return
    untoldCount = 0
    await database.takeTurns('events', () => who.mirror())
  }
  const rows = database.stream<LinkRow>(newLinks, {
    parameters: { new_links: staging.nameOf('new_links') },
  })
  for await (const batch of rows) {
    for (const row of batch) {
      waiting.push(toStatement(row))
      if (waiting.length >= batchSize) await learn()
    }
  }
  await learn()
}

function toStatement(row: LinkRow): IdentityStatement {
  return {
    kind: row.kind,
    first: { kind: row.first_kind, id: row.first_id },
    second: { kind: row.second_kind, id: row.second_id },
    atMs: row.at_ms,
    source: row.source,
  }
}
