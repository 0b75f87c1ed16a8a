import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'

/** What the engine says of a failure: `Code: 60. DB::Exception: text. (UNKNOWN_TABLE)`, over HTTP in parts. */
type EngineFailure = { readonly type: string; readonly text: string }

/** Failures that mean the bytes of a file are not what was announced, not that the database is unwell. */
const brokenFile =
  /^(CANNOT_PARSE_|CANNOT_READ_ALL_DATA|CANNOT_DECOMPRESS|CANNOT_EXTRACT_TABLE_STRUCTURE|INCORRECT_DATA|ZLIB_|UNEXPECTED_END_OF_FILE|ATTEMPT_TO_READ_AFTER_EOF|INCORRECT_NUMBER_OF_COLUMNS|THERE_IS_NO_COLUMN|ARGUMENT_OUT_OF_BOUND|TOO_LARGE_|TYPE_MISMATCH|VALUE_IS_OUT_OF_RANGE|SIZES_OF_COLUMNS|FILE_DOESNT_EXIST|CANNOT_OPEN_FILE|CANNOT_READ_FROM_|STD_EXCEPTION|UNKNOWN_EXCEPTION)/

/** Turns any failure of the engine into the AppError that the port promises. */
export function toDatabaseError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { type, text } = readFailure(error)
  if (type === 'QUERY_WAS_CANCELLED' || type === 'QUERY_WAS_CANCELLED_BY_CLIENT') return stoppedError(error)
  if (type === 'UNREACHABLE') return unreachableError(text, error)
  if (type === 'NOT_ENOUGH_SPACE' || /No space left on device|ENOSPC/.test(text))
    return fullDiskError(text, error)
  return new AppError(
    'database_failed',
    { en: `the database refused a query: ${text}`, zh: `数据库拒绝了查询：${text}` },
    { received: type, cause: error },
  )
}

/** The failure of a file load: a broken file is told from a database that refuses. */
export function toLoadError(error: unknown, path: string): AppError {
  const mapped = toDatabaseError(error)
  const type = mapped.received ?? ''
  const isBroken =
    mapped.code === 'database_failed' && (brokenFile.test(type) || isReadingError(mapped.cause))
  return isBroken ? brokenFileError(path, mapped.message, mapped.cause) : mapped
}

export function brokenFileError(path: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'bad_file',
    {
      en: `${basename(path)} cannot be read to its end: ${reason}`,
      zh: `${basename(path)} 无法完整读取：${reason}`,
    },
    { where: path, cause },
  )
}

function stoppedError(cause: unknown): AppError {
  return new AppError('stopped', { en: 'the query was stopped', zh: '查询已停止' }, { cause })
}

function unreachableError(text: string, cause: unknown): AppError {
  return new AppError(
    'database_unreachable',
    { en: `the database does not answer: ${text}`, zh: `数据库无响应：${text}` },
    { cause },
  )
}

const unreachableCodes = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|EPIPE)$/

function readFailure(error: unknown): EngineFailure {
  const message = error instanceof Error ? error.message : String(error)
  const own = error instanceof Error ? (error as Error & { type?: unknown; code?: unknown }) : undefined
  if (typeof own?.code === 'string' && unreachableCodes.test(own.code)) {
    return { type: 'UNREACHABLE', text: own.code }
  }
  if (/timeout error|socket hang up/i.test(message)) return { type: 'UNREACHABLE', text: shorten(message) }
  const type =
    typeof own?.type === 'string' ? own.type : (/\(([A-Z][A-Z0-9_]+)\)\s*$/.exec(message)?.[1] ?? '')
  return { type, text: shorten(message) }
}

/** Node's own failures to read or unpack. */
function isReadingError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(Z_|ENOENT|EISDIR|EACCES)/.test(code)
}

function fullDiskError(text: string, cause: unknown): AppError {
  return new AppError(
    'disk_full',
    { en: `the disk of the database is full: ${text}`, zh: `数据库所在磁盘已满：${text}` },
    {
      cause,
      wayOut: {
        en: 'Free some space; an import needs about four times the unpacked file while it runs.',
        zh: '请释放磁盘空间；导入期间约需文件解压后大小的四倍。',
      },
    },
  )
}

/** The engine's text can quote the data at length; a few hundred characters name the trouble. */
function shorten(message: string): string {
  const text = message.replace(/^Code: \d+\. DB::Exception: /, '').trim()
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
