import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openSources, type Sources } from '../../../collect/sources.ts'
import { openKeyValueStore } from '../../../kv/key-value-store.ts'
import { loadConfig } from '../../config.ts'
import type { Engine } from '../../engine.ts'
import { openSecretKeys, type SecretKeys } from '../../secret-keys.ts'
import { createServer } from '../server.ts'
import { MemoryCollector } from './memory-collector.ts'

/** A listening server that takes calls in, without a database behind it. For tests only. */
export type IngestServer = AsyncDisposable & {
  readonly app: FastifyInstance
  readonly url: string
  readonly collector: MemoryCollector
  readonly sources: Sources
  readonly secretKeys: SecretKeys
  readonly browserKey: string
  readonly serverKey: string
  /** What the server takes for the time; set it to let time pass. */
  clockMs: number
}

export const testToken = 'token-of-server-json'

/** `settings` are keys of the configuration; whatever `host` they name, it listens on loopback. */
export async function startIngestServer(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<IngestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-ingest-'))
  const store = openKeyValueStore(join(folder, 'journal'))
  const clock = { ms: Date.now() }
  const now = () => new Date(clock.ms)
  let drawnCount = 0
  const drawing = { store, now, drawSecret: () => `secret${drawnCount++}` }
  const sources = await openSources(drawing)
  const secretKeys = openSecretKeys(drawing)
  const collector = new MemoryCollector()
  const config = await loadConfig({ data: folder, ...settings }, { environment: {}, folder })
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const engine = { config, collector, sources, secretKeys, log, now } as unknown as Engine
  const stopper = new AbortController()
  const app = await createServer({
    engine,
    operations: [],
    token: testToken,
    stopSignal: stopper.signal,
    version: '0',
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const keyOf = (kind: string) => sources.list().find((source) => source.kind === kind)?.writeKey ?? ''
  return {
    app,
    url,
    collector,
    sources,
    secretKeys,
    browserKey: keyOf('browser'),
    serverKey: keyOf('server'),
    get clockMs() {
      return clock.ms
    },
    set clockMs(ms: number) {
      clock.ms = ms
    },
    [Symbol.asyncDispose]: async () => {
      stopper.abort()
      await app.close()
      await store[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The header that carries a write key. */
export function basic(key: string): string {
  return `Basic ${Buffer.from(`${key}:`).toString('base64')}`
}
