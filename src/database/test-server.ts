import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { libchdbPath } from 'chdb/libchdb'

/** A running ClickHouse server. */
export type TestServer = AsyncDisposable & {
  /** Its HTTP address. */
  readonly url: string
  readonly tcpPort: number
}

export type TestServerOptions = {
  /** Clusters it knows: name → the native ports of its shards, all on this machine. */
  readonly clusters?: Readonly<Record<string, readonly number[]>>
  readonly tcpPort?: number
  readonly httpPort?: number
  /** Where it keeps its data; kept at its end, so that it can be started again on them. Without one, a folder of its own. */
  readonly folder?: string
}

/**
 * Starts a real ClickHouse server from the library that chDB ships, on free ports of the loopback address; it ends
 * with its disposal and with this process. For tests only; left out of the build.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'likeness-server-')))
  const httpPort = options.httpPort ?? (await findFreePort())
  const tcpPort = options.tcpPort ?? (await findFreePort())
  const config = join(folder, 'config.xml')
  await writeFile(config, formatConfig(options.clusters ?? {}))
  const script = fileURLToPath(new URL('./testing/server-process.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    [
      script,
      libchdbPath(),
      `--config-file=${config}`,
      `--path=${join(folder, 'data')}`,
      '--listen_host=127.0.0.1',
      `--http_port=${httpPort}`,
      `--tcp_port=${tcpPort}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const url = `http://127.0.0.1:${httpPort}`
  const stop = async () => {
    await end(child)
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
  await waitUntilReady(url, child).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, tcpPort, [Symbol.asyncDispose]: stop }
}

/** A port of the loopback address that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000)
  })
  const deadlineMs = Date.now() + 30_000
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`the test server ended with ${child.exitCode}: ${said}`)
    const answer = await fetch(`${url}/ping`).catch(() => undefined)
    if (answer?.ok) return
    await wait(50)
  }
  throw new Error(`the test server did not answer: ${said}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function formatConfig(clusters: Readonly<Record<string, readonly number[]>>): string {
  const shard = (port: number) =>
    `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`
  const entries = Object.entries(clusters).map(
    ([name, ports]) => `<${name}>${ports.map(shard).join('')}</${name}>`,
  )
  return `<clickhouse><remote_servers>${entries.join('')}</remote_servers></clickhouse>\n`
}
