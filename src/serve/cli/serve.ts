import { once } from 'node:events'
import { createServer as createNetServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { checkModelsRegularly } from '../check-models-regularly.ts'
import type { Config } from '../config.ts'
import type { Engine } from '../engine.ts'
import { createServer } from '../http/server.ts'
import { operations } from '../operations.ts'
import { announceServer, createServerToken, findServer, withdrawServer } from '../running-server.ts'
import { squashRegularly } from '../squash-regularly.ts'
import { productVersion } from '../version.ts'

/** Refuses when a server already owns the directory, naming where it listens. */
export async function refuseSecondServer(dataDirectory: string): Promise<void> {
  const running = await findServer(dataDirectory)
  if (running === undefined) return
  throw new AppError(
    'directory_in_use',
    {
      en: `a server with process id ${running.pid} already serves ${dataDirectory} at ${running.url}`,
      zh: `进程 ${running.pid} 的服务已在 ${running.url} 使用 ${dataDirectory}`,
    },
    { where: dataDirectory },
  )
}

/** Listens, leaves word for the command line, and goes on until the signal fires; then closes in order. */
export async function serveUntilStopped(
  engine: Engine,
  signal: AbortSignal,
  onListening: (url: string) => void,
): Promise<void> {
  const { data, host, port } = engine.config
  const token = createServerToken()
  const app = await createServer({
    engine,
    operations,
    token,
    stopSignal: signal,
    version: productVersion(),
  })
  const stopper = new AbortController()
  const background: Promise<void>[] = []
  try {
    const url = await listen(app, host, port)
    background.push(
      engine.fold.run(stopper.signal),
      squashRegularly(engine, stopper.signal),
      checkModelsRegularly(engine, stopper.signal),
    )
    await announceServer(data, url, token)
    onListening(url)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } finally {
    withdrawServer(data)
    await app.close()
    // What is not folded yet waits in the journal for the next start.
    stopper.abort()
    await Promise.all(background)
  }
}

/**
 * Looks before long work whether the port is free, so that nobody waits for a server that cannot start.
 * @throws AppError 'bad_config' when it is not.
 */
export async function refuseTakenPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const probe = createNetServer()
  try {
    probe.listen({ host, port })
    await once(probe, 'listening')
  } catch (cause) {
    throw explainRefusedPort(cause, host, port)
  } finally {
    probe.close()
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    throw explainRefusedPort(cause, host, port)
  }
}

function explainRefusedPort(cause: unknown, host: string, port: number): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (code === undefined || (syscall !== 'listen' && syscall !== 'getaddrinfo')) return cause
  return new AppError(
    'bad_config',
    {
      en: `port ${port} of ${host} cannot be listened on (${code})`,
      zh: `无法监听 ${host} 的端口 ${port}（${code}）`,
    },
    {
      cause,
      wayOut: {
        en: 'Choose another with --port, or --port 0 for a free one; --host names the address.',
        zh: '用 --port 选择其他端口，或用 --port 0 任选空闲端口；--host 指定监听地址。',
      },
    },
  )
}
