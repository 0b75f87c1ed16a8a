import { setTimeout as wait } from 'node:timers/promises'
import { squashOverrides } from '../identity/squash-overrides.ts'
import type { Engine } from './engine.ts'

/**
 * Rewrites stored rows of people who turned out to be one (or two), at intervals, until the signal fires. What fails is
 * told and tried again at the next time: readers see the right people meanwhile, only more slowly.
 */
export async function squashRegularly(engine: Engine, signal: AbortSignal): Promise<void> {
  const intervalMs = engine.config.squashMinutes * 60_000
  while (!signal.aborted) {
    await wait(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    try {
      const { monthCount, overrideCount } = await squashOverrides(engine.database, engine.graph, {
        now: engine.now(),
        signal,
      })
      if (overrideCount > 0) engine.log.info('overrides squashed', { monthCount, overrideCount })
    } catch (error) {
      if (!signal.aborted) engine.log.warn('squashing failed', { error: String(error) })
    }
  }
}
