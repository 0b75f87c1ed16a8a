import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine } from '../src/serve/compose.ts'
import { loadConfig } from '../src/serve/config.ts'
import type { Engine } from '../src/serve/engine.ts'
import { createServer } from '../src/serve/http/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-lost-'))
let engine: Engine
beforeAll(async () => {
  engine = await openEngine(await loadConfig({ data: join(folder, 'data') }, { environment: {}, folder }))
})
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('an event whose answer is lost is sent again by Segment’s library and lies once in the history', async () => {
  const stopSignal = new AbortController().signal
  const app = await createServer({ engine, operations: [], token: 'token', stopSignal, version: '0' })
  let answerCount = 0
  // The first answers are lost on their way: what they acknowledge is on disk, and the sender cannot know.
  app.addHook('onSend', async (_request, reply) => {
    answerCount += 1
    if (answerCount <= 4) reply.raw.destroy()
  })
  const host = await app.listen({ host: '127.0.0.1', port: 0 })
  const writeKey = engine.sources.list().find(({ kind }) => kind === 'server')?.writeKey ?? ''
  const analytics = new Analytics({ writeKey, host, flushAt: 25 })
  for (let index = 0; index < 200; index++) {
    const properties = { product_id: `p-${index}`, price: index }
    analytics.track({ userId: `u-${index % 9}`, event: 'Product Viewed', properties })
  }
  await analytics.closeAndFlush()
  await app.close()
  await engine.fold.drain()
  const [row] = await engine.database.query<{ events: number; items: number; people: number }>(
    'SELECT toInt32(count()) AS events, toInt32(uniq(item_id)) AS items, toInt32(uniq(profile_id)) AS people FROM events',
  )
  expect(row).toEqual({ events: 200, items: 200, people: 9 })
  expect(engine.collector.counts().get('server')).toEqual({
    received: 300,
    stored: 200,
    duplicate: 100,
    quarantined: 0,
    rejected: 0,
  })
})
