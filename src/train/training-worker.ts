import { setPriority } from 'node:os'
import { toErrorData } from '../core/error-data.ts'
import { connectDatabase } from '../database/connect-database.ts'
import { createProcessLine } from '../database/message-line.ts'
import { streamByFile } from '../database/stream-by-file.ts'
import type { WorkerMessage, WorkerOrder } from './train-in-worker.ts'
import { runTrainingJob } from './training-job.ts'

/** Nicer than the process that answers requests: about a third of its share where both want a core. */
const niceness = 5

setPriority(niceness)
const stopper = new AbortController()
const line = createProcessLine(process, 'job')
const tell = (message: WorkerMessage) => line.send(message)
line.onMessage((told) => {
  // The other end is `trainInWorker`.
  const order = told as WorkerOrder
  if (order.kind === 'begin') void work(order)
  else stopper.abort(new Error('stopped'))
})
// The process that began this one decides what a signal to both of them means; without it there is nobody to work for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
line.onClose(() => process.exit(1))

async function work({ job, traits }: Extract<WorkerOrder, { kind: 'begin' }>): Promise<void> {
  const connected = connectDatabase(createProcessLine(process, 'database'), traits)
  // A server is asked over the network and holds up nobody.
  const database =
    traits.streamFolder === undefined ? connected : streamByFile(connected, traits.streamFolder)
  try {
    const progress = (step: Extract<WorkerMessage, { kind: 'progress' }>['step']) =>
      tell({ kind: 'progress', step })
    tell({ kind: 'done', answer: await runTrainingJob(database, job, { progress, signal: stopper.signal }) })
  } catch (error) {
    tell({ kind: 'failed', error: toErrorData(error) })
  }
}
