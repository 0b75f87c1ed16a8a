import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { toErrorData } from '../core/error-data.ts'
import { connectDatabase } from '../database/connect-database.ts'
import type { WorkerMessage } from './train-in-worker.ts'
import { runTrainingJob, type TrainingJob } from './training-job.ts'

const { job, traits, port } = workerData as {
  readonly job: TrainingJob
  readonly traits: Parameters<typeof connectDatabase>[1]
  readonly port: MessagePort
}
const stopper = new AbortController()
parentPort?.on('message', () => stopper.abort(new Error('stopped')))

const tell = (message: WorkerMessage) => parentPort?.postMessage(message)
const database = connectDatabase(port, traits)
try {
  const progress = (step: Extract<WorkerMessage, { kind: 'progress' }>['step']) =>
    tell({ kind: 'progress', step })
  tell({ kind: 'done', answer: await runTrainingJob(database, job, { progress, signal: stopper.signal }) })
} catch (error) {
  tell({ kind: 'failed', error: toErrorData(error) })
}
