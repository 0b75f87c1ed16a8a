/** How many events each key may send; a bucket of tokens that fills as time goes by. */
export type RateLimit = {
  /** 0 when the events may pass, else the seconds until the key may try again. */
  take(key: string, eventCount: number, nowMs: number): number
}

type Bucket = { tokens: number; atMs: number }

/**
 * A bucket holds the tokens of one second. While any are left a request passes whole and may leave a debt, so that a
 * batch larger than the bucket gets through, too.
 */
export function createRateLimit(eventsPerSecond: number): RateLimit {
  const buckets = new Map<string, Bucket>()
  return {
    take(key, eventCount, nowMs) {
      if (eventsPerSecond === 0) return 0
      const bucket = buckets.get(key) ?? { tokens: eventsPerSecond, atMs: nowMs }
      buckets.set(key, bucket)
      // A clock that was set back fills nothing.
      const passedSeconds = Math.max(0, nowMs - bucket.atMs) / 1000
      bucket.tokens = Math.min(eventsPerSecond, bucket.tokens + passedSeconds * eventsPerSecond)
      bucket.atMs = nowMs
      if (bucket.tokens <= 0) return Math.ceil(-bucket.tokens / eventsPerSecond) || 1
      bucket.tokens -= eventCount
      return 0
    },
  }
}
