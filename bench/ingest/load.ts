import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'
import { quantileOfSorted } from '../../src/math/quantile.ts'
import { createBatchBody, type IdShape } from './batch-body.ts'

export type LoadOptions = {
  readonly url: string
  readonly key: string
  readonly connections: number
  readonly batchSize: number
  readonly ids: IdShape
  readonly seconds: number
  /** Sends the same bytes again and again: for a server that does not look at them. */
  readonly isStatic?: boolean
  /** Told of each batch that was acknowledged; then ids are read, which costs the generator some. */
  readonly onAcknowledged?: (ids: readonly string[]) => void
  readonly signal?: AbortSignal
}

export type LoadResult = {
  readonly eventsPerSecond: number
  readonly acknowledged: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers by status, `error` where the connection broke. */
  readonly statuses: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Each connection sends one batch after another until the time is over. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, key, connections, batchSize, ids, seconds } = options
  const pool = new Pool(url, { connections, pipelining: 1, bodyTimeout: 60_000, headersTimeout: 60_000 })
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    'content-type': 'application/json',
  }
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  let acknowledged = 0
  const startedMs = performance.now()
  const isOver = () => performance.now() - startedMs > seconds * 1000 || options.signal?.aborted === true
  const sender = async (index: number) => {
    const body = createBatchBody(batchSize, ids, index * batchSize)
    while (!isOver()) {
      const names =
        options.isStatic === true ? [] : body.renew(Date.now(), options.onAcknowledged !== undefined)
      const sentMs = performance.now()
      const status = await send(pool, headers, body.bytes)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status !== '200') continue
      latencies.push(performance.now() - sentMs)
      acknowledged += batchSize
      options.onAcknowledged?.(names)
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => sender(index)))
  const took = (performance.now() - startedMs) / 1000
  await pool.close().catch(() => undefined)
  latencies.sort((a, b) => a - b)
  return {
    eventsPerSecond: acknowledged / took,
    acknowledged,
    p50Ms: quantileOfSorted(latencies, 0.5),
    p99Ms: quantileOfSorted(latencies, 0.99),
    statuses,
    seconds: took,
  }
}

async function send(pool: Pool, headers: Record<string, string>, body: Buffer): Promise<string> {
  try {
    const answer = await pool.request({ path: '/v1/batch', method: 'POST', headers, body })
    await answer.body.dump()
    return String(answer.statusCode)
  } catch {
    // A server that was killed midway answers nothing: the batch counts as not acknowledged.
    await new Promise((resolve) => setTimeout(resolve, 20))
    return 'error'
  }
}
