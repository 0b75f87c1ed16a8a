import type { Readable } from 'node:stream'
import { AppError } from '../../../core/errors.ts'

/** A body as it was sent; `too_large` when it was not kept. */
export type SentBody = Buffer | 'too_large'

const maxBatchBytes = 500 * 1024
/** So much of a body that is too large is read to its end, since a client that is cut off while it sends sees no answer. */
const maxDrainedBytes = 16 * 1024 * 1024

/** @throws AppError 'bad_input' when the client goes away midway; nobody is there to read it. */
export async function readSentBody(stream: Readable, maxSentBytes = maxBatchBytes): Promise<SentBody> {
  const chunks: Buffer[] = []
  let byteCount = 0
  try {
    // Destroyed, the stream would take the connection with it before the answer is out.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      byteCount += chunk.length
      if (byteCount <= maxSentBytes) chunks.push(chunk)
      else chunks.length = 0
      if (byteCount > maxDrainedBytes) break
    }
  } catch (cause) {
    const text = { en: 'the connection ended within the body', zh: '连接在正文结束前断开' }
    throw new AppError('bad_input', text, { cause })
  }
  return byteCount > maxSentBytes ? 'too_large' : Buffer.concat(chunks, byteCount)
}
