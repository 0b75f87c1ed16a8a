import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ErrorData, fromErrorData } from '../core/error-data.ts'
import { AppError, throwIfStopped } from '../core/errors.ts'
import type { ProgressStep } from '../core/progress.ts'
import type { connectDatabase } from '../database/connect-database.ts'
import type { Database } from '../database/database.ts'
import { createProcessLine } from '../database/message-line.ts'
import { serveDatabase } from '../database/serve-database.ts'
import type { JobAnswers, JobControl, TrainingJob } from './training-job.ts'

/** What the process is told, over the line `job`. */
export type WorkerOrder =
  | {
      readonly kind: 'begin'
      readonly job: TrainingJob
      readonly traits: Parameters<typeof connectDatabase>[1]
    }
  | { readonly kind: 'stop' }

/** What the process tells, over the same line. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly step: ProgressStep }
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorData }

/** A fit that is in the middle of a computation hears of no signal: then the process is ended after so long. */
const graceMs = 3_000

/** The program of the process, from source as from the release. */
const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './training-worker.ts' : './training-worker.js',
  import.meta.url,
)

/**
 * Trains in a process of its own, which asks this one for rows: fits, judgements and scores keep no request waiting. What goes
 * wrong there, memory that runs out and native code that crashes among it, is an error here and nothing else.
 * @throws AppError as the job does; 'stopped' when the signal fires.
 */
export async function trainInWorker<Kind extends TrainingJob['kind']>(
  database: Database,
  job: Extract<TrainingJob, { kind: Kind }>,
  { progress, signal }: JobControl,
): Promise<JobAnswers[Kind]> {
  throwIfStopped(signal)
  const { kind, clusterName, streamFolder } = database
  const folder = streamFolder === undefined ? undefined : await mkdtemp(join(streamFolder, 'training-'))
  const worker = startWorker()
  serveDatabase(database, createProcessLine(worker, 'database'))
  const line = createProcessLine(worker, 'job')
  const tell = (order: WorkerOrder) => line.send(order)
  const answer = Promise.withResolvers<JobAnswers[Kind]>()
  line.onMessage((told) => {
    // The process answers with what its own job has: the same kind.
    const message = told as WorkerMessage
    if (message.kind === 'progress') progress(message.step)
    else if (message.kind === 'done') answer.resolve(message.answer as JobAnswers[Kind])
    else answer.reject(fromErrorData(message.error))
  })
  worker.on('error', (cause) => answer.reject(new Error('the training process did not start', { cause })))
  worker.on('exit', (code, by) => answer.reject(new Error(`the training process ended with ${by ?? code}`)))
  const stop = () => {
    tell({ kind: 'stop' })
    setTimeout(() => answer.reject(wasStopped(signal)), graceMs).unref()
  }
  signal.addEventListener('abort', stop, { once: true })
  const traits = {
    kind,
    ...(clusterName !== undefined && { clusterName }),
    ...(folder !== undefined && { streamFolder: folder }),
  }
  tell({ kind: 'begin', job, traits })
  try {
    return await answer.promise
  } finally {
    signal.removeEventListener('abort', stop)
    await end(worker)
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Of the flags of this program only its bounds of memory are for the other; what it prints goes to standard error. */
function startWorker(): ChildProcess {
  return fork(workerModule, {
    serialization: 'advanced',
    execArgv: process.execArgv.filter((flag) => flag.startsWith('--max-')),
    stdio: ['ignore', 2, 2, 'ipc'],
  })
}

/** The process holds nothing that wants closing: what it wrote lies with this one. */
async function end(worker: ChildProcess): Promise<void> {
  if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return
  const isOver = once(worker, 'exit')
  worker.kill('SIGKILL')
  await isOver
}

function wasStopped(signal: AbortSignal): AppError {
  return new AppError('stopped', { en: 'the work was stopped', zh: '工作已停止' }, { cause: signal.reason })
}
