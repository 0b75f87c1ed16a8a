import { setTimeout as wait } from 'node:timers/promises'
import { findLatestCut } from '../profiles/find-profiles.ts'
import type { Engine } from './engine.ts'
import { checkModels } from './operations/check-models.ts'

/** What came of past scores changes by the day. */
const intervalMs = 6 * 3_600_000

/**
 * Looks at the models in use at intervals, until the signal fires; alarms go to the log and `/metrics`. What fails is told and tried
 * again at the next time.
 */
export async function checkModelsRegularly(engine: Engine, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    try {
      if ((await findLatestCut(engine.database)) === undefined) continue
      await checkModels.run({}, { engine, signal, progress: () => undefined })
    } catch (error) {
      if (!signal.aborted) engine.log.warn('checking models failed', { error: String(error) })
    }
  }
}
