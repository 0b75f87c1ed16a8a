import { parentPort, workerData } from 'node:worker_threads'
import { answerFold, type FoldJob, type FoldProblem } from './fold-job.ts'

// A thread that answers one fold after another; what it gets and sends is typed where it is started.
parentPort?.on('message', (job: FoldJob) => {
  parentPort?.postMessage(answerFold(workerData as FoldProblem, job))
})
