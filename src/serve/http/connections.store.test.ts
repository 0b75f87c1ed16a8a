import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { basic, type IngestServer, startIngestServer } from './testing/ingest-server.ts'

function open(server: IngestServer): Socket {
  const { port } = new URL(server.url)
  // What becomes of the connection is what the tests ask; that it breaks is no fault of theirs.
  return connect(Number(port), '127.0.0.1').on('error', () => undefined)
}

/** All that a connection said until it was closed. */
async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

function head(server: IngestServer, length: number): string {
  return [
    'POST /v1/track HTTP/1.1',
    'host: shop.example',
    `authorization: ${basic(server.browserKey)}`,
    `content-length: ${length}`,
    '\r\n',
  ].join('\r\n')
}

const call = JSON.stringify({
  anonymousId: 'a-1',
  event: 'Product Viewed',
  properties: { product_id: 'p-1' },
})

test('1,000 idle connections and 200 that send a byte a second keep no honest sender waiting, and do not stay', async () => {
  await using server = await startIngestServer({ maxEventsPerSecond: 0 })
  const idle = Array.from({ length: 1000 }, () => open(server))
  const slow = Array.from({ length: 200 }, () => open(server))
  await Promise.all([...idle, ...slow].map((socket) => once(socket, 'connect')))
  const text = head(server, call.length) + call
  let sentCount = 0
  const dribble = setInterval(() => {
    for (const socket of slow) socket.write(text.charAt(sentCount))
    sentCount++
  }, 1000)
  const ends = [...idle.slice(0, 1), ...slow].map(readToEnd)
  let areAllGone = false
  const allGone = Promise.all(ends).finally(() => {
    areAllGone = true
  })
  const waits: number[] = []
  while (!areAllGone) {
    const startedMs = performance.now()
    const response = await fetch(`${server.url}/v1/track`, {
      method: 'POST',
      headers: { authorization: basic(server.browserKey) },
      body: call,
    })
    expect(response.status).toBe(200)
    await response.arrayBuffer()
    waits.push(performance.now() - startedMs)
  }
  clearInterval(dribble)
  const [saidIdle, ...saidSlow] = await allGone
  expect(saidIdle).toBe('')
  for (const said of saidSlow) expect(said).toMatch(/^HTTP\/1\.1 408 /)
  waits.sort((a, b) => a - b)
  expect(waits.length).toBeGreaterThan(500)
  expect(waits.at(-1)).toBeLessThan(2000)
  expect(waits[Math.floor(waits.length * 0.99)]).toBeLessThan(200)
  expect(server.collector.stored).toHaveLength(waits.length)
  for (const socket of idle) socket.destroy()
}, 60_000)

test('a server that stops answers what it had begun, tells the rest to come again, and ends', async () => {
  const server = await startIngestServer()
  let acknowledge: (() => void) | undefined
  server.collector.pause = new Promise((resolve) => {
    acknowledge = resolve
  })
  const begun = open(server)
  begun.write(head(server, call.length) + call)
  const late = open(server)
  const [firstHalf, secondHalf] = ['POST /v1/track HTTP/1.1\r\nhost: a', '\r\ncontent-length: 0\r\n\r\n']
  late.write(firstHalf)
  const answers = [readToEnd(begun), readToEnd(late)]
  while (!server.collector.isWaiting) await new Promise(setImmediate)
  const closed = server[Symbol.asyncDispose]()
  await new Promise(setImmediate)
  late.write(secondHalf)
  const told = await answers[1]
  for (const part of [/^HTTP\/1\.1 503 /, /retry-after: 5/, /connection: close/, /"reason":"stopping"/]) {
    expect(told).toMatch(part)
  }
  acknowledge?.()
  expect(await answers[0]).toMatch(/^HTTP\/1\.1 200 .*"stored":1/s)
  await closed
})

test.each([
  [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['not HTTP at all\r\n\r\n', 400],
  ['POST /v1/track HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400],
  ['POST /v1/track HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\n\r\n', 400],
])('what is no HTTP is told so and cut off (%#)', async (text, status) => {
  await using server = await startIngestServer()
  const socket = open(server)
  socket.write(text)
  expect(await readToEnd(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
})
