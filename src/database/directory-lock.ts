import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

/**
 * The engine itself locks its directory (a kernel lock on `status`, which a killed process cannot leave behind) and
 * writes its process id into that file; this reads who holds it. Undefined when nobody ever opened the directory.
 */
function readHolderPid(directory: string): number | undefined {
  const pid = /^PID: (\d+)/.exec(readIfThere(join(directory, 'status')))?.[1]
  return pid === undefined ? undefined : Number(pid)
}

/** Why the engine could not open a directory: another live process holds it, or something else went wrong. */
export function explainRefusedDirectory(directory: string, cause: unknown): AppError {
  const pid = readHolderPid(directory)
  if (pid !== undefined && pid !== process.pid && isAlive(pid)) {
    return new AppError(
      'directory_in_use',
      {
        en: `process ${pid} holds the data directory ${directory}`,
        zh: `进程 ${pid} 正在使用数据目录 ${directory}`,
      },
      { where: directory, received: String(pid), cause },
    )
  }
  return new AppError(
    'database_failed',
    {
      en: `the data directory ${directory} cannot be opened: ${String(cause)}`,
      zh: `无法打开数据目录 ${directory}：${String(cause)}`,
    },
    { where: directory, cause },
  )
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** A process of another user answers EPERM: it lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
