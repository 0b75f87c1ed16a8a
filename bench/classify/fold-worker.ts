import { parentPort, workerData } from 'node:worker_threads'
import { answerFold, type FoldJob, type FoldProblem } from './fold-job.ts'

// A thread that answers one fold after another; what it gets and sends is typed where it is started.
parentPort?.on('message', async (job: FoldJob) => {
  parentPort?.postMessage(await answerFold(workerData as FoldProblem, job))
})
