import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'

export type WatchJob = {
  readonly url: string
  readonly key: string
  /** A feature that one more event raises by one. */
  readonly feature: string
  /** People that are watched beside each other; nobody else's events are theirs. */
  readonly people: number
  readonly seconds: number
  /** How long the watcher waits between two answers of a profile that has not changed. */
  readonly pollMs: number
  /** How long it looks at all before it gives an event up. */
  readonly patienceMs: number
}

/** One event: from when it was acknowledged, and from when it was sent, to the first answer that holds it. */
export type Seen = { readonly fromAcknowledgedMs: number; readonly fromSentMs: number }
export type WatchResult = {
  readonly seen: readonly Seen[]
  /** Events that no answer held within the patience. */
  readonly lostCount: number
}

/** Sends an event of a person, reads their profile until the feature has risen by one, and again. */
export async function watchProfiles(job: WatchJob): Promise<WatchResult> {
  const pool = new Pool(job.url, { connections: job.people, pipelining: 1 })
  const seen: Seen[] = []
  let lostCount = 0
  const endMs = performance.now() + job.seconds * 1000
  const watcher = async (index: number) => {
    // Spread, so that people do not send in step.
    await wait((index * 1000) / job.people)
    const userId = `watched-${index}-${randomUUID()}`
    let value = await readFeature(pool, userId, job.feature)
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      await sendEvent(pool, job.key, userId)
      const acknowledgedMs = performance.now()
      const answeredMs = await untilReached(pool, userId, value + 1, job)
      if (answeredMs === undefined) lostCount++
      else seen.push({ fromAcknowledgedMs: answeredMs - acknowledgedMs, fromSentMs: answeredMs - sentMs })
      value = answeredMs === undefined ? await readFeature(pool, userId, job.feature) : value + 1
      await wait(50 + (index % 7) * 10)
    }
  }
  await Promise.all(Array.from({ length: job.people }, (_, index) => watcher(index)))
  await pool.close()
  return { seen, lostCount }
}

/** When the answer that holds it had arrived; undefined when the patience was over. */
async function untilReached(
  pool: Pool,
  userId: string,
  value: number,
  { feature, pollMs, patienceMs }: WatchJob,
): Promise<number | undefined> {
  const startedMs = performance.now()
  while (performance.now() - startedMs < patienceMs) {
    if ((await readFeature(pool, userId, feature)) >= value) return performance.now()
    await wait(pollMs)
  }
  return undefined
}

/** 0 of somebody whom nobody knows yet, or whose profile has no such number. */
async function readFeature(pool: Pool, userId: string, feature: string): Promise<number> {
  const { statusCode, body } = await pool.request({ path: `/v1/profiles/${userId}`, method: 'GET' })
  if (statusCode !== 200) {
    await body.dump()
    if (statusCode === 404 || statusCode === 409) return 0
    throw new Error(`a profile was answered with ${statusCode}`)
  }
  const { features = {} } = (await body.json()) as { features?: Record<string, unknown> }
  return Number(features[feature] ?? 0)
}

async function sendEvent(pool: Pool, key: string, userId: string): Promise<void> {
  const call = {
    ...{ userId, event: 'Product Viewed', messageId: randomUUID(), timestamp: new Date().toISOString() },
    properties: { product_id: 'p-1', name: 'Thing 1', price: 12.5, currency: 'EUR' },
  }
  const answer = await pool.request({
    path: '/v1/track',
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(call),
  })
  await answer.body.dump()
  if (answer.statusCode !== 200) throw new Error(`an event was answered with ${answer.statusCode}`)
}
