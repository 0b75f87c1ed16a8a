import { MessageChannel, Worker } from 'node:worker_threads'
import { type ErrorData, fromErrorData } from '../core/error-data.ts'
import { AppError, throwIfStopped } from '../core/errors.ts'
import type { ProgressStep } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { serveDatabase } from '../database/serve-database.ts'
import type { JobAnswers, JobControl, TrainingJob } from './training-job.ts'

/** What the thread tells. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly step: ProgressStep }
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorData }

/** A fit that is in the middle of a computation hears of no signal: then the thread is ended after so long. */
const graceMs = 3_000

/** The module that runs in the thread, from source as from the release. */
const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './training-worker.ts' : './training-worker.js',
  import.meta.url,
)

/**
 * Trains in a thread of its own, which asks this one for rows: fits, judgements and scores keep no request waiting. What goes
 * wrong there, memory that runs out among it, is an error here and nothing else.
 * @throws AppError as the job does; 'stopped' when the signal fires.
 */
export async function trainInWorker<Kind extends TrainingJob['kind']>(
  database: Database,
  job: Extract<TrainingJob, { kind: Kind }>,
  { progress, signal }: JobControl,
): Promise<JobAnswers[Kind]> {
  throwIfStopped(signal)
  const { port1, port2 } = new MessageChannel()
  serveDatabase(database, port1)
  const { kind, clusterName } = database
  const traits = clusterName === undefined ? { kind } : { kind, clusterName }
  const worker = new Worker(workerModule, {
    workerData: { job, traits, port: port2 },
    transferList: [port2],
  })
  const answer = Promise.withResolvers<JobAnswers[Kind]>()
  worker.on('message', (message: WorkerMessage) => {
    // The thread answers with what its own job has: the same kind.
    if (message.kind === 'progress') progress(message.step)
    else if (message.kind === 'done') answer.resolve(message.answer as JobAnswers[Kind])
    else answer.reject(fromErrorData(message.error))
  })
  worker.on('error', (cause) => answer.reject(new Error('the training thread failed', { cause })))
  worker.on('exit', (code) => answer.reject(new Error(`the training thread ended with ${code}`)))
  const stop = () => {
    worker.postMessage('stop')
    setTimeout(() => answer.reject(wasStopped(signal)), graceMs).unref()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await answer.promise
  } finally {
    signal.removeEventListener('abort', stop)
    port1.close()
    await worker.terminate()
  }
}

function wasStopped(signal: AbortSignal): AppError {
  return new AppError('stopped', { en: 'the work was stopped', zh: '工作已停止' }, { cause: signal.reason })
}
