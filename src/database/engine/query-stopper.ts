import { setTimeout as wait } from 'node:timers/promises'

/** How often a stop is repeated: the query may not have started when the signal fires. */
const repeatMs = 50

/**
 * Stops a running query once the signal fires, by repeating `kill` until the query has settled; leaving off waiting
 * would leave the engine at work. Returns what to await when it has.
 */
export function stopOnSignal(
  signal: AbortSignal | undefined,
  kill: () => Promise<unknown>,
): () => Promise<void> {
  let isSettled = false
  let stopping: Promise<void> | undefined
  const stop = async () => {
    while (!isSettled) {
      await kill()
      await wait(repeatMs)
    }
  }
  const onAbort = () => {
    // A refused kill (a user without the right) leaves the query to end by itself; its own outcome counts.
    stopping = stop().catch(() => undefined)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  return async () => {
    isSettled = true
    signal?.removeEventListener('abort', onAbort)
    await stopping
  }
}
