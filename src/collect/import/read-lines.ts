import { throwIfStopped } from '../../core/errors.ts'
import { openContent, toReadError } from './inspect-file.ts'

/** A line longer than this is no row: it is set aside with its beginning. */
export const maxLineBytes = 8 * 2 ** 20
/** How much of a line that is set aside is kept. */
export const keptBytes = 32 * 1024

export type Line = {
  /** From 1. */
  readonly number: number
  /** Without its end; of a line that is too long only the beginning. */
  readonly bytes: Buffer
  readonly isTooLong: boolean
}

type LineSource = {
  readonly path: string
  readonly compression: 'none' | 'gzip'
  readonly signal?: AbortSignal
}

/** The lines of a text in batches; holds one piece of the file and one line, never more. */
export async function* readLines({ path, compression, signal }: LineSource): AsyncGenerator<readonly Line[]> {
  let number = 0
  let pending: Buffer[] = []
  let pendingBytes = 0
  const finish = (end: Buffer): Line => {
    const byteCount = pendingBytes + end.length
    const isTooLong = byteCount > maxLineBytes
    const whole =
      pending.length === 0 ? end : Buffer.concat([...pending, isTooLong ? end.subarray(0, 0) : end])
    ;[pending, pendingBytes] = [[], 0]
    number += 1
    return { number, bytes: isTooLong ? whole.subarray(0, keptBytes) : withoutEnd(whole, number), isTooLong }
  }
  try {
    for await (const chunk of openContent(path, compression, signal) as AsyncIterable<Buffer>) {
      throwIfStopped(signal)
      const lines: Line[] = []
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        lines.push(finish(chunk.subarray(start, end)))
        start = end + 1
      }
      const rest = chunk.subarray(start)
      if (rest.length > 0 && pendingBytes <= maxLineBytes) pending.push(rest)
      pendingBytes += rest.length
      yield lines
    }
  } catch (error) {
    throw toReadError(path, compression, error)
  }
  if (pendingBytes > 0) yield [finish(Buffer.alloc(0))]
}

function withoutEnd(line: Buffer, number: number): Buffer {
  const start = number === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0
  return line.subarray(start, line.at(-1) === 13 ? -1 : undefined)
}
