import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process that answers each message, a job, with one message. */
export type WorkerProcess<Job, Result> = AsyncDisposable & { run(job: Job): Promise<Result> }

export function startWorker<Job extends object, Result>(
  module: URL,
  args: readonly string[] = [],
): WorkerProcess<Job, Result> {
  const child = fork(module, args)
  return {
    run: (job) => {
      child.send(job)
      return nextMessage<Result>(child)
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}

/** Starts a process that tells the address it listens on. */
export async function startListener(
  module: URL,
  args: readonly string[] = [],
): Promise<AsyncDisposable & { readonly url: string; readonly pid: number }> {
  const child = fork(module, args)
  const { url } = await nextMessage<{ url: string }>(child)
  return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => end(child) }
}

/** What the process says next; fails when it ends instead. */
async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const control = new AbortController()
  const { signal } = control
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Message),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the experiment ended with ${code}`)
      }),
    ])
  } finally {
    control.abort()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
