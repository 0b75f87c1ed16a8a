import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { feed } from './feed.ts'
import { watchProfiles } from './watch-profiles.ts'

/** Answers at once, and lets an event be seen `delayMs` later; everybody's second event is never seen. */
const delayMs = 120
const visible = new Map<string, number>()
const told = new Map<string, number>()
let batched = 0

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const id = request.url?.split('/').at(-1) ?? ''
    const count = visible.get(id)
    response.statusCode = count === undefined ? 404 : 200
    response.end(JSON.stringify({ id, features: { activity_7d: count } }))
    return
  }
  const body = await readBody(request)
  if (Array.isArray(body.batch)) batched += body.batch.length
  const id = String(body.userId)
  told.set(id, (told.get(id) ?? 0) + 1)
  if (told.get(id) !== 2) setTimeout(() => visible.set(id, (visible.get(id) ?? 0) + 1), delayMs)
  response.end('{}')
})
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

test('the time to the first answer that holds an event is told, and an event in none is counted', async () => {
  const job = { url, key: 'k', feature: 'activity_7d', people: 2, seconds: 1.6, pollMs: 5, patienceMs: 500 }
  const { seen, lostCount } = await watchProfiles(job)
  expect(lostCount).toBe(2)
  expect(seen.length).toBeGreaterThanOrEqual(4)
  for (const { fromAcknowledgedMs, fromSentMs } of seen) {
    expect(fromAcknowledgedMs).toBeGreaterThan(delayMs - 30)
    expect(fromAcknowledgedMs).toBeLessThan(600)
    expect(fromSentMs).toBeGreaterThan(fromAcknowledgedMs)
  }
})

test('a feeder sends as many events as the pace asks for, spread over the time', async () => {
  const result = await feed({ url, key: 'k', perSecond: 500, batchSize: 10, seconds: 0.5 })
  expect(result).toMatchObject({ sent: 250, acknowledged: 250 })
  expect(batched).toBe(250)
  // The last batch is due a batch's time before the end.
  expect(250 / result.perSecond).toBeGreaterThan(0.46)
})
