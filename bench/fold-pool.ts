import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** Jobs on one problem, which every thread is given once. */
type Folds<Problem, Job> = {
  /** A module that answers each message, a job, with one message; the problem is its `workerData`. */
  readonly worker: URL
  readonly problem: Problem
  readonly jobs: readonly Job[]
}

/** Answers the jobs on as many threads as there are cores; answers come in the jobs' order. */
export async function answerFolds<Problem, Job, Answer>(
  { worker: url, problem, jobs }: Folds<Problem, Job>,
  onAnswer: (job: Job, answer: Answer) => void,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const waiting = jobs.entries()
  const workers = Array.from(
    { length: Math.min(jobs.length, availableParallelism()) },
    () => new Worker(url, { workerData: problem }),
  )
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (const [index, job] of waiting) {
          const answer = await ask<Job, Answer>(worker, job)
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

function ask<Job, Answer>(worker: Worker, job: Job): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (answer: Answer) => {
      worker.off('error', reject)
      resolve(answer)
    })
    worker.postMessage(job)
  })
}
