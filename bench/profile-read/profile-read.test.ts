import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { createPicker } from './choose-profile.ts'
import { readAnswer } from './raw-connection.ts'
import { createReader } from './read-load.ts'

test('an answer is whole when its length is there, whatever pieces it comes in', () => {
  const bytes = Buffer.from('HTTP/1.1 404 Not Found\r\nX: y\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200')
  for (let size = 0; size < bytes.length - 12; size++)
    expect(readAnswer(bytes.subarray(0, size))).toBeUndefined()
  expect(readAnswer(bytes)).toEqual({ status: 404, bodyBytes: 5, size: bytes.length - 12 })
  const bare = 'HTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n'
  expect(readAnswer(Buffer.from(bare))).toEqual({ status: 304, bodyBytes: 0, size: bare.length })
  const chunked = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
  expect(readAnswer(chunked)).toMatchObject({ problem: expect.stringContaining('without a length') })
})

test('by Zipf the first of a hundred is picked twice as often as the second, uniformly all alike', () => {
  const count = (picking: 'uniform' | 'zipf') => {
    const times = new Uint32Array(100)
    const pick = createPicker(picking, 100, createRandom(1))
    for (let round = 0; round < 100_000; round++) {
      const place = pick()
      times[place] = (times[place] ?? 0) + 1
    }
    return times
  }
  const [first = 0, second = 0] = count('zipf')
  // 1 / (1 + 1/2 + … + 1/100) = .1928
  expect(first / 100_000).toBeCloseTo(0.1928, 2)
  expect(first / second).toBeCloseTo(2, 1)
  expect(Math.max(...count('uniform'))).toBeLessThan(1200)
})

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.statusCode = request.url === '/v1/profiles/c%2Fd' ? 500 : 200
  response.end('12345')
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
})

test('a reader asks for every profile, tells first reads from later ones, and counts what failed', async () => {
  const reader = createReader(['a', 'b', 'c/d'])
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const common = { url, picking: 'uniform', seed: 1, connections: 2 } as const
  const each = await reader.run({ ...common, kind: 'each' })
  expect([...asked].sort()).toEqual(['/v1/profiles/a', '/v1/profiles/b', '/v1/profiles/c%2Fd'])
  expect(each).toMatchObject({ requests: 3, failed: 1, meanBytes: 5, warm: { count: 0 }, cold: { count: 3 } })
  const steady = await reader.run({ ...common, kind: 'steady', perSecond: 100, seconds: 0.2 })
  expect(steady).toMatchObject({ requests: 20, warm: { count: 20 }, cold: { count: 0 } })
  expect(steady.seconds).toBeGreaterThan(0.18)
  const saturated = await reader.run({ ...common, kind: 'saturate', seconds: 0.1 })
  expect(saturated.requests).toBeGreaterThan(2)
  expect(saturated.requests).toBe(asked.length - 23)
})

test('a server that is far behind the pace is let go, and what was never asked is counted', async () => {
  const slow = createServer((_, response) => {
    setTimeout(() => response.end('{}'), 60)
  })
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`
    const job = { url, picking: 'uniform', seed: 1, connections: 1, perSecond: 500, seconds: 0.2 } as const
    const result = await createReader(['a']).run({ ...job, kind: 'steady' })
    expect(result.requests + result.missed).toBe(100)
    expect(result.requests).toBeLessThan(10)
    // The last to be asked was due long before.
    expect(result.warm.maxMs).toBeGreaterThan(100)
  } finally {
    slow.close()
  }
})
