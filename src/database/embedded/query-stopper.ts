import { setTimeout as wait } from 'node:timers/promises'
import type { Session } from 'chdb'
import { quoteLiteral } from '../engine/parameters.ts'

/** How often a stop is repeated: the query may not have started when the signal fires. */
const repeatMs = 50

/**
 * Stops the query that runs under a label (its `log_comment`) once the signal fires. The binding's own abort only
 * stops waiting while the engine goes on; a KILL QUERY from another session ends the work itself. It must be ASYNC:
 * SYNC waits for the stopped query inside the engine and never returned (chDB 3.4).
 * Returns what to await when the query has settled.
 */
export function stopOnSignal(control: Session, label: string, signal: AbortSignal): () => Promise<void> {
  let isSettled = false
  let stopping: Promise<void> | undefined
  const stop = async () => {
    while (!isSettled) {
      await control.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${quoteLiteral(label)} ASYNC`)
      await wait(repeatMs)
    }
  }
  const onAbort = () => {
    stopping = stop()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return async () => {
    isSettled = true
    signal.removeEventListener('abort', onAbort)
    await stopping
  }
}
