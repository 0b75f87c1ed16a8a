import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { createEmbeddedDatabase } from './embedded-database.ts'
import { migrate } from './migrate.ts'

/**
 * A fresh migrated database for store tests. A process has one data directory, so all test databases of a process
 * lie in one temporary folder, which goes when the process ends. For tests only; left out of the build.
 */
export async function createTestDatabase(): Promise<Database> {
  const path = join(tmpdir(), `likeness-test-${process.pid}`)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const database = await createEmbeddedDatabase({ path, database: name, sessionCount: 2 })
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  await migrate(database)
  return database
}
