import { parentPort, workerData } from 'node:worker_threads'
import { answerBandFold, type BandFold, type BandProblem } from './band-fold.ts'

// A thread that answers one fold after another; what it gets and sends is typed where it is started.
parentPort?.on('message', async (fold: BandFold) => {
  parentPort?.postMessage(await answerBandFold(workerData as BandProblem, fold))
})
