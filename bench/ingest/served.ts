import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startListener } from '../processes.ts'

const program = join(import.meta.dirname, '../../bin/likeness.mjs')

/** A server as a shop runs it, in a process of its own. */
export type Served = AsyncDisposable & {
  readonly url: string
  readonly pid: number
  /** By kind: what the server's sources may send. */
  readonly keys: { readonly browser: string; readonly server: string }
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>
  /** Asks for one of the operations that the command line has. */
  ask(operation: string, input: object): Promise<unknown>
}

/** Starts `likeness serve` on a data directory; resolves when it listens. */
export async function startServer(dataDirectory: string, settings: NodeJS.ProcessEnv = {}): Promise<Served> {
  const child = spawn(process.execPath, [program, 'serve', '--data', dataDirectory, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...settings },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000)
  })
  const { url, token } = await untilAnnounced(child, dataDirectory, () => said)
  const ask = (operation: string, input: object) => askOperation(url, token, operation, input)
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  const { sources } = (await ask('sources.ls', {})) as { sources: { kind: string; writeKey: string }[] }
  const keyOf = (kind: string) => sources.find((source) => source.kind === kind)?.writeKey ?? ''
  return {
    url,
    pid: child.pid ?? 0,
    keys: { browser: keyOf('browser'), server: keyOf('server') },
    ask,
    kill: () => kill('SIGKILL'),
    [Symbol.asyncDispose]: () => kill('SIGTERM'),
  }
}

async function untilAnnounced(child: ChildProcess, dataDirectory: string, said: () => string) {
  const path = join(dataDirectory, 'server.json')
  for (let tries = 0; tries < 1200; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${said()}`)
    const file = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
    if (file?.pid === child.pid) return file as { url: string; token: string }
    await wait(50)
  }
  throw new Error(`the server did not start: ${said()}`)
}

async function askOperation(url: string, token: string, name: string, input: object): Promise<unknown> {
  const response = await fetch(`${url}/v1/operations/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  const lines = (await response.text()).trim().split('\n')
  const last = JSON.parse(lines.at(-1) ?? 'null')
  if (last?.output === undefined) throw new Error(`${name}: ${JSON.stringify(last)}`)
  return last.output
}

/** The server that stores nothing, for comparison. */
export function startBareServer() {
  return startListener(new URL('./bare-server.ts', import.meta.url))
}
