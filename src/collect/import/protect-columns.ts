import type { Database } from '../../database/database.ts'
import { sqlFile } from '../../database/sql-file.ts'
import type { ContactProtection } from '../protect-contacts.ts'
import type { Staging } from './staging.ts'

const contactTraits = sqlFile(import.meta.url, '../sql/contact-traits.sql')

type ContactRow = {
  readonly user_id: string
  readonly anonymous_id: string
  readonly name: string
  readonly value: string
  readonly stated_row: number
  readonly at_ms: number
}

type ProtectOptions = {
  readonly contacts: ContactProtection
  /** Traits of the table that are contacts. */
  readonly contactNames: readonly string[]
  readonly signal?: AbortSignal
}

/** The contacts in columns of a table become statements like those of calls, as they may be kept. */
export async function protectColumns(
  database: Database,
  staging: Staging,
  { contacts, contactNames, signal }: ProtectOptions,
): Promise<void> {
  if (contactNames.length === 0) return
  const options = signal === undefined ? {} : { signal }
  const rows = database.stream<ContactRow>(contactTraits, {
    parameters: {
      lines: staging.nameOf('lines'),
      repeats: staging.nameOf('repeats'),
      contact_names: [...contactNames],
    },
    ...options,
  })
  for await (const batch of rows) {
    const said = batch.map(({ at_ms, user_id, anonymous_id, name, value, stated_row }) => {
      const person = { userId: user_id, anonymousId: anonymous_id }
      const trait = { ...person, name, value, source: '', purpose: '', atMs: at_ms }
      return {
        row_number: stated_row,
        user_id,
        anonymous_id,
        name,
        value: contacts.trait(trait).value,
        at: at_ms,
      }
    })
    await database.insert(staging.nameOf('said_traits'), said, options)
  }
}
