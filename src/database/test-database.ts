import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { createEmbeddedDatabase } from './embedded-database.ts'
import { quoteIdentifier } from './identifier.ts'
import { migrate } from './migrate.ts'

/**
 * A fresh migrated database for store tests; dispose of it at the end. A process has one data directory, so all test
 * databases of a process lie in one temporary folder, which the last one to close removes. For tests only.
 */
export async function createTestDatabase(): Promise<Database> {
  const path = join(tmpdir(), `likeness-test-${process.pid}`)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // One empty folder per open database tells whether another still needs the directory.
  const openFolder = join(path, 'open')
  mkdirSync(join(openFolder, name), { recursive: true })
  const database = await createEmbeddedDatabase({ path, database: name, sessionCount: 2 })
  const close = database[Symbol.asyncDispose].bind(database)
  database[Symbol.asyncDispose] = async () => {
    await database.execute(`DROP DATABASE IF EXISTS ${name} SYNC`)
    await close()
    rmSync(join(openFolder, name), { recursive: true })
    if (readdirSync(openFolder).length === 0) rmSync(path, { recursive: true, force: true })
  }
  await migrate(database)
  return database
}

/** Has replaced parts leave the disk within two or three seconds instead of ten to twenty, once the tables are loaded anew. For tests only. */
export async function quickenCleanup(database: Database, tables: readonly string[]): Promise<void> {
  const suffix = database.kind === 'cluster' ? '_local' : ''
  for (const table of tables) {
    await database.executeOnEveryNode(
      `ALTER TABLE ${quoteIdentifier(table + suffix)} MODIFY SETTING old_parts_lifetime = 1, cleanup_delay_period = 1,
        max_cleanup_delay_period = 1, cleanup_delay_period_random_add = 0`,
    )
  }
}
