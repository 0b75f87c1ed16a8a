import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../../database/database.ts'
import { createTestDatabase } from '../../../database/test-database.ts'
import { loadConfig } from '../../config.ts'
import { createProfileReader } from '../../create-profile-reader.ts'
import type { Engine } from '../../engine.ts'
import { openCollecting } from '../../open-collecting.ts'
import { createServer } from '../server.ts'

/** A listening server with a database and a journal behind it; nothing is folded until `engine.fold` is asked to. */
export type EngineServer = AsyncDisposable & {
  readonly url: string
  readonly engine: Engine
  readonly browserKey: string
  readonly serverKey: string
}

/** `spoil` may put a database that fails in the place of the real one. For tests only. */
export async function startEngineServer(
  spoil: (database: Database) => Database = (database) => database,
  now: () => Date = () => new Date(),
): Promise<EngineServer> {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'likeness-server-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const database = spoil(opened.use(await createTestDatabase()))
  const config = await loadConfig({ data: folder, minFreeDiskMb: 0 }, { environment: {}, folder })
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const collecting = opened.use(await openCollecting(config, database, log, now))
  const profiles = createProfileReader(collecting)
  const dispose = () => Promise.resolve()
  const engine: Engine = {
    ...{ ...collecting, config, database, profiles, log, now },
    [Symbol.asyncDispose]: dispose,
  }
  const stopSignal = new AbortController().signal
  const app = await createServer({ engine, operations: [], token: 'token', stopSignal, version: '0' })
  opened.defer(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const keyOf = (kind: string) => engine.sources.list().find((source) => source.kind === kind)?.writeKey ?? ''
  const closing = opened.move()
  return {
    url,
    engine,
    browserKey: keyOf('browser'),
    serverKey: keyOf('server'),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
