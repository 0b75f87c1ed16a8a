import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FoldAnswer, FoldJob, FoldProblem } from './fold-job.ts'

/** Answers the jobs on as many threads as there are cores; answers come in the jobs' order. */
export async function answerFolds(
  problem: FoldProblem,
  jobs: readonly FoldJob[],
  onAnswer: (job: FoldJob, answer: FoldAnswer) => void,
): Promise<FoldAnswer[]> {
  const answers: FoldAnswer[] = []
  const waiting = jobs.entries()
  const workers = Array.from(
    { length: Math.min(jobs.length, availableParallelism()) },
    () => new Worker(new URL('fold-worker.ts', import.meta.url), { workerData: problem }),
  )
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (const [index, job] of waiting) {
          const answer = await ask(worker, job)
          answers[index] = answer
          onAnswer(job, answer)
        }
      }),
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return answers
}

function ask(worker: Worker, job: FoldJob): Promise<FoldAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (answer: FoldAnswer) => {
      worker.off('error', reject)
      resolve(answer)
    })
    worker.postMessage(job)
  })
}
