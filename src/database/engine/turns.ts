import { AppError, throwIfStopped } from '../../core/errors.ts'

/** Runs works of one name one after another, in the order in which they came. */
export type Turns = <Result>(
  name: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
) => Promise<Result>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return (name, work, signal) => {
    const before = last.get(name) ?? Promise.resolve()
    const mine = before.then(() => {
      throwIfStopped(signal)
      return work()
    })
    // Whoever comes next waits for the end of this one, however it ends.
    const end = mine.catch(() => undefined)
    last.set(name, end)
    void end.then(() => last.get(name) === end && last.delete(name))
    return signal === undefined ? mine : Promise.race([mine, stoppedWhileWaiting(signal, before)])
  }
}

/** Fails when the signal fires before the turn comes; afterwards the work itself heeds the signal. */
function stoppedWhileWaiting(signal: AbortSignal, turn: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(new AppError('stopped', { en: 'the work was stopped', zh: '工作已停止' }))
    signal.addEventListener('abort', onAbort, { once: true })
    void turn.then(() => signal.removeEventListener('abort', onAbort))
  })
}
