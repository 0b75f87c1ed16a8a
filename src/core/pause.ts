import { throwIfStopped } from './errors.ts'

/**
 * Lets signals, timers and other requests have their turn between the steps of a long computation.
 * @throws AppError 'stopped' once the signal has fired.
 */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  throwIfStopped(signal)
}
