import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { composeForCluster, splitStatements } from './migrate/statements.ts'
import { sqlFile } from './sql-file.ts'

/** A numbered file of DDL; what is applied once is never edited. */
export type Migration = { readonly number: number; readonly name: string; readonly text: string }

type AppliedMigration = { readonly number: number; readonly name: string; readonly checksum: string }

const recordTable = sqlFile(import.meta.url, './sql/migrations-table.sql')
const selectApplied = sqlFile(import.meta.url, './sql/applied-migrations.sql')

/**
 * Brings a database to the newest tables and returns the names of the migrations it applied. Statements are
 * idempotent and a migration is recorded after its last one, so one that was cut off is simply run again.
 * @throws AppError `bad_config` when an applied migration was edited or the database is newer than the program.
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url)),
): Promise<string[]> {
  await apply(database, recordTable)
  const applied = await database.query<AppliedMigration>(selectApplied)
  checkApplied(applied, migrations)
  const missing = migrations.filter((each) => !applied.some(({ number }) => number === each.number))
  for (const each of missing) {
    await apply(database, each.text)
    const { number, name } = each
    await database.insert('migrations', [
      { number, name, checksum: checksumOf(each), applied_at: new Date() },
    ])
  }
  return missing.map((each) => each.name)
}

/** The files `NNNN-name.sql` of a folder in the order of their numbers. */
export function readMigrations(folder: URL): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? []
      if (number === undefined || name === undefined) throw new Error(`no migration can be called ${file}`)
      return { number: Number(number), name, text: readFileSync(new URL(file, folder), 'utf8') }
    })
}

async function apply(database: Database, text: string): Promise<void> {
  for (const statement of splitStatements(text)) {
    const { clusterName } = database
    const parts = clusterName === undefined ? [statement.sql] : composeForCluster(statement, clusterName)
    for (const sql of parts) await database.executeOnEveryNode(sql)
  }
}

function checkApplied(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const { number, name, checksum } of applied) {
    const known = migrations.find((each) => each.number === number)
    if (known === undefined) {
      throw new AppError('bad_config', {
        en: `the database was written by a newer version: it holds migration ${number} (${name}), unknown here`,
        zh: `数据库由更新的版本写入：其中的迁移 ${number}（${name}）在此版本中不存在`,
      })
    }
    if (checksumOf(known) !== checksum) {
      throw new AppError('bad_config', {
        en: `migration ${number} (${name}) was edited after it was applied; add a new one instead`,
        zh: `迁移 ${number}（${name}）在应用之后被修改；请新增迁移`,
      })
    }
  }
}

/** SHA-256 of the text, the same under both line endings. */
function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.text.replaceAll('\r\n', '\n')).digest('hex')
}
