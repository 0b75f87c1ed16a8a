import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { throwIfStopped } from '../core/errors.ts'
import type { KernelSteps } from './kernel-steps.ts'
import { type KernelCall, kernelModule } from './kernels.ts'
import type { SharedMemory } from './web-assembly.ts'

/** Threads that make kernel calls over shared memory, begun once and used for any number of fits. */
export type KernelPool = AsyncDisposable & {
  readonly threadCount: number
  /**
   * Does the work with the calls of each round spread over the threads.
   * @throws AppError 'stopped' between two rounds once the signal fires; an Error when a thread dies.
   */
  runSteps<Result>(
    memory: SharedMemory,
    steps: KernelSteps<Result>,
    signal?: AbortSignal | undefined,
  ): Promise<Result>
}

/** What a thread is told: where numbers lie under an id, to forget them, or calls over them that it answers with the round. */
export type KernelMessage =
  | { readonly kind: 'open'; readonly id: number; readonly memory: SharedMemory }
  | { readonly kind: 'close'; readonly id: number }
  | {
      readonly kind: 'call'
      readonly id: number
      readonly round: number
      readonly calls: readonly KernelCall[]
    }

export function createKernelPool(threadCount: number): KernelPool {
  const file = `./kernel-worker${extname(import.meta.url)}`
  const threads = Array.from({ length: threadCount }, () => startThread(new URL(file, import.meta.url)))
  let lastId = 0
  return {
    threadCount,
    async runSteps(memory, steps, signal) {
      const id = ++lastId
      for (const thread of threads) thread.tell({ kind: 'open', id, memory })
      try {
        let step = steps.next()
        while (!step.done) {
          throwIfStopped(signal)
          const calls = step.value
          await Promise.all(
            threads.map((thread, index) =>
              thread.ask(
                id,
                calls.filter((_, place) => place % threads.length === index),
              ),
            ),
          )
          step = steps.next()
        }
        return step.value
      } finally {
        for (const thread of threads) thread.tell({ kind: 'close', id })
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}

type Waiting = { resolve(): void; reject(error: Error): void }

function startThread(file: URL) {
  // Flags of the program, such as --input-type, are not for the file of a thread.
  const worker = new Worker(file, { workerData: kernelModule, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  let [round, failure]: [number, Error | undefined] = [0, undefined]
  worker.on('message', (done: number) => {
    waiting.get(done)?.resolve()
    waiting.delete(done)
  })
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread of kernels has ended')))
  const tell = (message: KernelMessage) => worker.postMessage(message)
  return {
    tell,
    ask(id: number, calls: readonly KernelCall[]): Promise<void> {
      if (calls.length === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        if (failure) return reject(failure)
        round++
        waiting.set(round, { resolve, reject })
        tell({ kind: 'call', id, round, calls })
      })
    },
    end: () => worker.terminate(),
  }
}
