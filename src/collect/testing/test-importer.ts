import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../database/database.ts'
import { createTestDatabase } from '../../database/test-database.ts'
import { createContactHasher } from '../contact-hash.ts'
import { importFile } from '../import-file.ts'
import type { ImportFormat } from '../import-formats.ts'
import type { ImportReport } from '../import-report.ts'
import { type MappingInput, parseMapping } from '../mapping.ts'
import { createContactProtection } from '../protect-contacts.ts'
import type { WhoIsWho } from '../who-is-who.ts'
import { createPlainWho } from './plain-who.ts'

/** When all tests import, in UTC. */
export const now = new Date('2026-11-24T00:00:00Z')

/** What importers in tests keep of contacts, under a key of their own. */
export const contacts = createContactProtection({
  hashContact: createContactHasher(Buffer.alloc(32, 7)),
  clearPurposes: ['service'],
})

/** A table of orders and two good rows of it. */
export const orders: MappingInput = {
  name: 'orders',
  columns: {
    orderId: 'order',
    userId: 'customer',
    itemId: 'item',
    quantity: 'units',
    price: 'price',
    at: 'date',
  },
  repeats: 'duplicate',
}
export const header = 'order,customer,item,units,price,date'
export const good = ['o1,7,tea,2,3.50,2024-01-02 10:00:00', 'o1,7,cup,1,8.00,2024-01-02 10:00:00']

/** A database and a folder of files to import; for tests only. */
export type TestImporter = AsyncDisposable & {
  readonly database: Database
  readonly folder: string
  readonly who: WhoIsWho
  write(name: string, body: string | Buffer): Promise<string>
  /** Writes and imports a table of `orders`, or of another mapping. */
  importText(name: string, body: string | Buffer, mapping?: MappingInput): Promise<ImportReport>
  importAs(name: string, body: string | Buffer, format: ImportFormat): Promise<ImportReport>
  select(sql: string): Promise<unknown[]>
  /** Empties all tables. */
  clear(): Promise<void>
}

export async function createTestImporter(): Promise<TestImporter> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'likeness-import-test-'))
  const who = createPlainWho(database)
  const write = async (name: string, body: string | Buffer) => {
    const path = join(folder, name)
    await writeFile(path, body)
    return path
  }
  return {
    database,
    folder,
    who,
    write,
    importText: async (name, body, mapping = orders) => {
      const path = await write(name, body)
      return importFile(database, {
        path,
        reading: { mapping: parseMapping(mapping) },
        now,
        timeZone: 'UTC',
        contacts,
        who,
      })
    },
    importAs: async (name, body, format) => {
      const path = await write(name, body)
      return importFile(database, { path, reading: { format }, now, timeZone: 'UTC', contacts, who })
    },
    select: (sql) => database.query(sql),
    clear: async () => {
      who.forget()
      for (const table of ['events', 'items', 'trait_statements', 'identities', 'quarantine', 'imports']) {
        await database.execute(`TRUNCATE TABLE ${table}`)
      }
    },
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Rows, and what became of them: stored, duplicates, quarantined. */
export function countsOf(report: ImportReport): readonly number[] {
  const { rowCount, storedCount, duplicateCount, quarantinedCount } = report
  return [rowCount, storedCount, duplicateCount, quarantinedCount]
}

/** What a refused import must leave behind. */
export const nothingStored = [{ events: 0, imports: 0, staging: 0 }]
export const countStored = `SELECT (SELECT count() FROM events) AS events, (SELECT count() FROM imports FINAL) AS imports,
  (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE 'staging%') AS staging`
