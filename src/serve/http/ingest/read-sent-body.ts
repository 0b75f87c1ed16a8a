import type { Readable } from 'node:stream'

/** A body as it was sent; `too_large` when it was not kept. */
export type SentBody = Buffer | 'too_large'

const maxSentBytes = 500 * 1024
/** So much of a body that is too large is read to its end, since a client that is cut off while it sends sees no answer. */
const maxDrainedBytes = 16 * 1024 * 1024

/** Reads a body; rejects when the client goes away midway. */
export async function readSentBody(stream: Readable): Promise<SentBody> {
  const chunks: Buffer[] = []
  let byteCount = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    byteCount += chunk.length
    if (byteCount <= maxSentBytes) chunks.push(chunk)
    else chunks.length = 0
    if (byteCount > maxDrainedBytes) break
  }
  return byteCount > maxSentBytes ? 'too_large' : Buffer.concat(chunks, byteCount)
}
