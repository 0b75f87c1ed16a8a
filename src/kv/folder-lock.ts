import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

/** What a socket's path may have on every system, in bytes. */
const maxPathBytes = 100

/**
 * Makes this process the owner of a folder, which is made where it is not there, as LMDB lets several open it and the journal's numbers are one process's. The
 * lock is a socket that listens: the system closes it when the process ends in whatever way, and a file left behind by
 * a killed process answers nobody.
 * @throws AppError 'directory_in_use' when another process owns it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = socketPath(realpathSync(folder))
  const server = await listen(path)
  // It keeps nothing alive: a process that is done may end.
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

function socketPath(folder: string): string {
  const name = `likeness-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  const inside = join(folder, 'owner.sock')
  return Buffer.byteLength(inside) <= maxPathBytes ? inside : join(tmpdir(), `${name}.sock`)
}

async function listen(path: string): Promise<Server> {
  try {
    return await tryListen(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    if (await answers(path)) throw inUse(path)
    rmSync(path, { force: true })
    return tryListen(path)
  }
}

async function tryListen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(path)
  await once(server, 'listening')
  return server
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Refused or gone: nobody listens.
    return false
  } finally {
    socket.destroy()
  }
}

function inUse(path: string): AppError {
  return new AppError(
    'directory_in_use',
    { en: 'another process owns the data directory', zh: '数据目录被另一进程占用' },
    { where: path },
  )
}
