import type { Log } from '../core/log.ts'
import type { Database } from '../database/database.ts'
import type { ProfileReader } from '../profiles/profile-reader.ts'
import type { Config } from './config.ts'
import type { Collecting } from './open-collecting.ts'

/** What every operation works with; `compose.ts` builds it. */
export type Engine = Collecting & {
  readonly config: Config
  readonly database: Database
  readonly profiles: ProfileReader
  readonly log: Log
  now(): Date
}
