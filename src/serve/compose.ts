import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { recoverImports } from '../collect/recover-imports.ts'
import type { Database } from '../database/database.ts'
import { createEmbeddedDatabase } from '../database/embedded-database.ts'
import { migrate } from '../database/migrate.ts'
import { createServerDatabase } from '../database/server-database.ts'
import { loadTextReader } from '../train/load-text-reader.ts'
import type { Config } from './config.ts'
import { createProfileReader } from './create-profile-reader.ts'
import type { Engine } from './engine.ts'
import { createLog } from './log.ts'
import { openCollecting } from './open-collecting.ts'
import { refreshProfiles } from './refresh-profiles.ts'
import { explainRefusedWrite } from './whole-file.ts'

/**
 * Opens the database that the configuration names, brings its tables up to date and cleans up after imports that were
 * cut off. The one place that picks adapters.
 * @throws AppError 'directory_in_use', 'cannot_write', 'database_unreachable' or 'bad_config'.
 */
export async function openEngine(config: Config): Promise<Engine> {
  await using opened = new AsyncDisposableStack()
  const log = createLog(config.logLevel)
  const now = () => new Date()
  makeDataDirectory(config.data)
  const database = opened.use(await openDatabase(config))
  await migrate(database)
  const collecting = opened.use(await openCollecting(config, database, log, now))
  collecting.readers.replace(await loadTextReader(database))
  await recoverImports(database, { ...collecting, onStored: refreshProfiles(collecting.living) })
  const profiles = createProfileReader(collecting)
  const closing = opened.move()
  const dispose = () => closing.disposeAsync()
  return { ...collecting, config, database, profiles, log, now, [Symbol.asyncDispose]: dispose }
}

/** Whether tables were ever made there; a database server of one's own is taken to hold some. */
export function holdsData({ data, databaseUrl }: Pick<Config, 'data' | 'databaseUrl'>): boolean {
  return databaseUrl !== undefined || existsSync(databaseFolder(data))
}

/** Where the embedded engine keeps its tables in a data directory. */
export function databaseFolder(dataDirectory: string): string {
  return join(dataDirectory, 'clickhouse')
}

/** @throws AppError 'cannot_write'. */
export function makeDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
  } catch (error) {
    throw explainRefusedWrite(path, error)
  }
}

function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl === undefined) {
    return createEmbeddedDatabase({ path: databaseFolder(config.data) })
  }
  return createServerDatabase({
    url: config.databaseUrl,
    username: config.databaseUser,
    password: config.databasePassword,
    database: config.databaseName,
    ...(config.databaseCluster === ''
      ? {}
      : { cluster: { name: config.databaseCluster, nodeUrls: config.databaseNodes } }),
  })
}
