import { Pool } from 'undici'
import { createBatchBody } from '../ingest/batch-body.ts'

/** What a feeder is asked to send: events at an even pace, in batches, for some time. */
export type FeedJob = {
  readonly url: string
  readonly key: string
  readonly perSecond: number
  readonly batchSize: number
  readonly seconds: number
}

export type FeedResult = {
  readonly sent: number
  readonly acknowledged: number
  readonly perSecond: number
  /** The furthest that a batch was sent behind its time: much of it says that the pace was not kept. */
  readonly mostLateMs: number
}

/** Batches that are on their way at once; a server that is slower than that holds the feeder up. */
const connections = 16

/** Sends until the time is over; each batch has a time at which it is due, whatever became of those before. */
export async function feed({ url, key, perSecond, batchSize, seconds }: FeedJob): Promise<FeedResult> {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    'content-type': 'application/json',
  }
  const count = Math.round((seconds * perSecond) / batchSize)
  const startedMs = performance.now()
  let [next, acknowledged, mostLateMs] = [0, 0, 0]
  const sender = async (index: number) => {
    const body = createBatchBody(batchSize, 'segment', index * batchSize)
    while (next < count) {
      const dueMs = startedMs + (next++ * batchSize * 1000) / perSecond
      const earlyMs = dueMs - performance.now()
      if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs))
      mostLateMs = Math.max(mostLateMs, performance.now() - dueMs)
      body.renew(Date.now())
      const answer = await pool.request({ path: '/v1/batch', method: 'POST', headers, body: body.bytes })
      await answer.body.dump()
      if (answer.statusCode === 200) acknowledged += batchSize
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => sender(index)))
  await pool.close()
  const took = (performance.now() - startedMs) / 1000
  return { sent: count * batchSize, acknowledged, perSecond: acknowledged / took, mostLateMs }
}
