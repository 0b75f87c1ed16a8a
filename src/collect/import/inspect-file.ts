import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError, throwIfStopped } from '../../core/errors.ts'
import type { Bilingual } from '../../core/language.ts'
import { refuseContent } from './refuse-content.ts'

const headBytes = 1 << 20
const chunkBytes = 1 << 18

/** What one pass over a file tells, before anything is made of it. */
export type FileFacts = {
  readonly path: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** SHA-256 of the content, unpacked: a file packed again is the same file. */
  readonly checksum: string
  readonly compression: 'none' | 'gzip'
  readonly container: 'text' | 'parquet'
  /** The first MiB, unpacked and without a byte order mark. */
  readonly head: Buffer
  readonly isHeadWhole: boolean
  readonly lineCount: number
  readonly longestLineBytes: number
}

/**
 * Reads a file once, from end to end in small pieces, so that what cannot be read is known before anything is stored.
 * @throws AppError `bad_file` for a directory, an empty or absent file, a gzip cut short, and what is no table (UTF-16, a workbook …).
 */
export async function inspectFile(path: string, signal?: AbortSignal): Promise<FileFacts> {
  const found = await statFile(path)
  const compression = await readCompression(path)
  const fileName = basename(path)
  const content = await readContent(path, compression, signal)
  const container = findContainer(path, content.head)
  return {
    path,
    fileName,
    sizeBytes: found.size,
    modifiedMs: found.mtimeMs,
    compression,
    container,
    isHeadWhole: content.byteCount <= headBytes,
    ...content,
    head: withoutMark(content.head),
  }
}

/** @throws AppError `bad_file` when the file is not the one that was inspected. */
export async function checkUnchanged(facts: FileFacts): Promise<void> {
  const found = await statFile(facts.path)
  if (found.size !== facts.sizeBytes || found.mtimeMs !== facts.modifiedMs) {
    throw badFile(facts.path, {
      en: `${facts.fileName} changed while it was read; import it when nothing writes to it`,
      zh: `${facts.fileName} 在读取过程中发生变化；请在无程序写入时导入`,
    })
  }
}

/** The bytes of a file, unpacked, from the beginning. Ends with an error when the file does. */
export function openContent(path: string, compression: 'none' | 'gzip', signal?: AbortSignal): Readable {
  const file = createReadStream(path, { highWaterMark: chunkBytes, ...(signal && { signal }) })
  if (compression === 'none') return file
  const unpacked = createGunzip({ chunkSize: chunkBytes })
  file.on('error', (error) => unpacked.destroy(error))
  unpacked.on('close', () => file.destroy())
  return file.pipe(unpacked)
}

export function badFile(path: string, text: Bilingual, cause?: unknown): AppError {
  return new AppError('bad_file', text, { where: path, cause })
}

/** What a failure to read bytes means to a person. */
export function toReadError(path: string, compression: 'none' | 'gzip', error: unknown): unknown {
  if (error instanceof AppError) return error
  if (error instanceof Error && error.name === 'AbortError') {
    return new AppError('stopped', { en: 'the work was stopped', zh: '工作已停止' }, { cause: error })
  }
  const name = basename(path)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (compression === 'gzip' && code.startsWith('Z_')) {
    return badFile(
      path,
      {
        en: `${name} is a gzip that was cut off or damaged: it cannot be unpacked to its end`,
        zh: `${name} 是被截断或损坏的 gzip，无法完整解压`,
      },
      error,
    )
  }
  if (code === 'ENOSPC') {
    return new AppError(
      'bad_file',
      { en: `there is no room for a copy of ${name}`, zh: `没有空间存放 ${name} 的副本` },
      {
        where: tmpdir(),
        wayOut: { en: 'Free some space there, or set TMPDIR.', zh: '请释放该处空间，或设置 TMPDIR。' },
        cause: error,
      },
    )
  }
  // What is no failure of the system is one of the program.
  if (code === '') return error
  return badFile(path, { en: `${name} cannot be read: ${code}`, zh: `${name} 无法读取：${code}` }, error)
}

async function statFile(path: string): Promise<Stats> {
  const found = await stat(path).catch(() => undefined)
  const name = basename(path)
  if (found === undefined) {
    throw badFile(path, { en: `there is no file ${name}`, zh: `没有文件 ${name}` })
  }
  if (!found.isFile()) {
    throw badFile(path, { en: `${name} is a directory, not a file`, zh: `${name} 是目录，不是文件` })
  }
  if (found.size === 0) throw badFile(path, { en: `${name} is empty`, zh: `${name} 是空文件` })
  return found
}

/** Told by the first bytes, whatever the name says. */
async function readCompression(path: string): Promise<'none' | 'gzip'> {
  try {
    await using file = await open(path)
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b ? 'gzip' : 'none'
  } catch (error) {
    throw toReadError(path, 'none', error)
  }
}

async function readContent(path: string, compression: 'none' | 'gzip', signal: AbortSignal | undefined) {
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let [byteCount, lineCount, lineBytes, longestLineBytes] = [0, 0, 0, 0]
  throwIfStopped(signal)
  try {
    for await (const chunk of openContent(path, compression, signal) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      if (byteCount < headBytes) head.push(chunk.subarray(0, headBytes - byteCount))
      byteCount += chunk.length
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        longestLineBytes = Math.max(longestLineBytes, lineBytes + end - start)
        lineBytes = 0
        lineCount += 1
        start = end + 1
      }
      lineBytes += chunk.length - start
    }
  } catch (error) {
    throw toReadError(path, compression, error)
  }
  if (byteCount === 0) {
    throw badFile(path, { en: `${basename(path)} is empty`, zh: `${basename(path)} 是空文件` })
  }
  return {
    checksum: hash.digest('hex'),
    head: Buffer.concat(head),
    byteCount,
    lineCount: lineCount + (lineBytes > 0 ? 1 : 0),
    longestLineBytes: Math.max(longestLineBytes, lineBytes),
  }
}

function findContainer(path: string, head: Buffer): 'text' | 'parquet' {
  if (head.toString('latin1', 0, 4) === 'PAR1') return 'parquet'
  refuseContent(path, head)
  if (head.length < headBytes && head.toString('latin1').trim() === '') {
    throw badFile(path, {
      en: `${basename(path)} holds nothing but blank lines`,
      zh: `${basename(path)} 只有空行`,
    })
  }
  return 'text'
}

function withoutMark(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head
}
