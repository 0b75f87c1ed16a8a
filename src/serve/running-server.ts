import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const fileSchema = z.object({ pid: z.number(), url: z.url(), token: z.string() })

/** A server that owns a data directory: where it listens and the token that its operations ask for. */
export type RunningServer = z.infer<typeof fileSchema>

function filePath(dataDirectory: string): string {
  return join(dataDirectory, 'server.json')
}

/** Leaves word for the command line where the server of this directory listens; readable by its owner alone. */
export async function announceServer(dataDirectory: string, url: string, token: string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true })
  const path = filePath(dataDirectory)
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, JSON.stringify({ pid: process.pid, url, token }), { mode: 0o600 })
  await rename(fresh, path)
}

/** Takes the word back, if it is still this process's. */
export function withdrawServer(dataDirectory: string): void {
  if (readServerFile(dataDirectory)?.pid === process.pid) rmSync(filePath(dataDirectory), { force: true })
}

/** The server that owns the directory and answers; undefined when there is none. */
export async function findServer(dataDirectory: string): Promise<RunningServer | undefined> {
  const server = readServerFile(dataDirectory)
  if (server === undefined || !isAlive(server.pid)) return undefined
  try {
    const response = await fetch(new URL('/v1/health', server.url), { signal: AbortSignal.timeout(30_000) })
    return response.ok ? server : undefined
  } catch {
    // No answer is an answer here: nobody serves at that address.
    return undefined
  }
}

export function createServerToken(): string {
  return randomBytes(24).toString('base64url')
}

function readServerFile(dataDirectory: string): RunningServer | undefined {
  const path = filePath(dataDirectory)
  if (!existsSync(path)) return undefined
  return fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8') || 'null')).data
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
