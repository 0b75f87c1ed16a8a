import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { Journal } from '../journal.ts'

type CollectorLimits = {
  /** Bytes that may wait to be folded before more is refused. */
  readonly journalBytes: number
  /** How long the oldest delivery may wait to be folded before more is refused. */
  readonly journalLagMs: number
  /** Bytes on their way to disk at one time. */
  readonly inFlightBytes: number
  /** Bytes that wait to be folded from which on senders are slowed down to the pace of the fold. */
  readonly crowdedBytes: number
}

export type BackPressureOptions = {
  readonly journal: Journal
  readonly limits: CollectorLimits
  /** Whether the disk has less room than is kept in reserve. */
  readonly isDiskFull: () => boolean
  readonly now: () => Date
}

/** Says when more comes than can be kept, before memory or the disk run out. */
export type BackPressure = {
  /** Why so many bytes more cannot be taken now, with the time to come again; undefined when they can. */
  findTrouble(bytes: number): AppError | undefined
  /**
   * Where more waits than the fold keeps up with, resolves when it has made some room, or after a second. While the
   * database is away nobody waits for it.
   */
  slowDown(): Promise<unknown> | undefined
  /** So many bytes are on their way to disk. */
  begin(bytes: number): void
  end(bytes: number): void
  /** Nothing is taken from here on. */
  close(): void
}

const longestWaitMs = 1_000

export function createBackPressure({ journal, limits, isDiskFull, now }: BackPressureOptions): BackPressure {
  let inFlightBytes = 0
  let isClosed = false
  return {
    findTrouble(bytes) {
      if (isClosed) return overloaded('the server is stopping', '服务正在停止', 5)
      if (isDiskFull()) return diskFull()
      if (inFlightBytes + bytes > limits.inFlightBytes) {
        return overloaded('too much is on its way to the disk', '写入磁盘的数据过多', 1)
      }
      if (journal.waitingBytes + bytes > limits.journalBytes) {
        return overloaded(
          'the journal is full: the database does not keep up',
          '日志已满：数据库处理不及',
          60,
        )
      }
      const oldestMs = journal.waitingBytes > 0 ? journal.oldestWaitingSinceMs() : undefined
      if (oldestMs !== undefined && now().getTime() - oldestMs > limits.journalLagMs) {
        return overloaded('the database lags too far behind', '数据库严重滞后', 300)
      }
      return undefined
    },
    slowDown() {
      if (journal.waitingBytes <= limits.crowdedBytes) return undefined
      const folded = journal.whenFolded()
      return folded && Promise.race([folded, wait(longestWaitMs, undefined, { ref: false })])
    },
    begin: (bytes) => {
      inFlightBytes += bytes
    },
    end: (bytes) => {
      inFlightBytes -= bytes
    },
    close: () => {
      isClosed = true
    },
  }
}

function overloaded(en: string, zh: string, retryAfterSeconds: number): AppError {
  return new AppError('overloaded', { en, zh }, { retryAfterSeconds })
}

/**
 * LMDB says ENOSPC, EDQUOT or, where a file system writes a part before it is full, EIO. Whatever it is, it is not the
 * sender's trouble.
 */
export function explainRefusedWrite(error: unknown): AppError {
  return error instanceof AppError ? error : diskFull(error)
}

function diskFull(cause?: unknown): AppError {
  const reason = cause === undefined ? '' : ` (${cause instanceof Error ? cause.message : String(cause)})`
  return new AppError(
    'disk_full',
    { en: `the disk of the journal takes nothing more${reason}`, zh: `日志所在磁盘无法继续写入${reason}` },
    { retryAfterSeconds: 30, ...(cause !== undefined && { cause }) },
  )
}
