import type { PassThrough } from 'node:stream'

/** What waits for a slow reader before calls are left out for them. */
const maxWaitingBytes = 64 * 1024

/** Writes a message unless too much waits already; then counts it, and tells the count once there is room. */
export function createLiveTeller(stream: PassThrough): (message: object) => void {
  let leftOutCount = 0
  return (message) => {
    if (stream.writableEnded || stream.readableLength + stream.writableLength > maxWaitingBytes) {
      leftOutCount += 1
      return
    }
    if (leftOutCount > 0) {
      stream.write(`event: left_out\ndata: ${JSON.stringify({ count: leftOutCount })}\n\n`)
      leftOutCount = 0
    }
    stream.write(`event: call\ndata: ${JSON.stringify(message)}\n\n`)
  }
}
