import { recoverImports } from '../collect/recover-imports.ts'
import type { Database } from '../database/database.ts'
import { createEmbeddedDatabase } from '../database/embedded-database.ts'
import { migrate } from '../database/migrate.ts'
import { createServerDatabase } from '../database/server-database.ts'
import type { Config } from './config.ts'
import type { Engine } from './engine.ts'
import { createLog } from './log.ts'

/**
 * Opens the database that the configuration names, brings its tables up to date and cleans up after imports that were
 * cut off. The one place that picks adapters.
 * @throws AppError 'directory_in_use', 'database_unreachable' or 'bad_config'.
 */
export async function openEngine(config: Config): Promise<Engine> {
  const database = await openDatabase(config)
  try {
    await migrate(database)
    await recoverImports(database)
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  return {
    config,
    database,
    log: createLog(config.logLevel),
    now: () => new Date(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl === undefined) return createEmbeddedDatabase({ path: `${config.data}/clickhouse` })
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
