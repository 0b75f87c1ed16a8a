import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import type { Contender, ExperimentResult } from '../experiment.ts'
import { answerFolds } from '../fold-pool.ts'
import type { PeerAnswer } from '../peers/run-peer.ts'
import { readTable } from '../table.ts'
import { contenderNames, type FoldAnswer, type FoldJob, type FoldProblem } from './fold-job.ts'
import { compareAuc, judge, type Predictions } from './judge.ts'
import { type Problem, toProblem } from './problem.ts'
import { askRivals, type Rival } from './rivals.ts'

export type FoldsQuestion = {
  readonly file: string
  readonly label: string
  readonly drop: readonly string[]
  readonly positive: string | undefined
  readonly foldCount: number
  readonly seeds: readonly number[]
}

/** Our classifiers and rivals on the same stratified folds, out-of-fold answers pooled by seed. */
export async function judgeFolds(
  { file, label, drop, positive, foldCount, seeds }: FoldsQuestion,
  say: (line: string) => void,
): Promise<ExperimentResult> {
  const problem = toProblem(await readTable(file), { label, drop, ...(positive && { positive }) })
  const folds = seeds.map((seed) =>
    stratifiedFolds(problem.labels, foldCount, createRandom(seed).fork('folds')),
  )
  const jobs = folds.flatMap((fold, index) => toJobs(fold, foldCount, seeds[index] ?? 0))
  let done = 0
  const worker = new URL('fold-worker.ts', import.meta.url)
  const answers = await answerFolds<FoldProblem, FoldJob, FoldAnswer>(
    { worker, problem: shareRows(problem), jobs },
    (_, { roundCount, seconds }) => {
      say(`fold ${++done} of ${jobs.length}: ${roundCount} rounds, ${seconds.stack.toFixed(1)} s`)
    },
  )
  const own = toContenders(problem, { seeds, jobs, answers })
  const peer = await askRivals(problem, folds, foldCount)
  const rivals = peer.kind === 'ran' ? peer.output.models : []
  // Every contender is judged on the same drawn rows.
  const random = () => createRandom(seeds[0] ?? 0).fork('bootstrap')
  const toResult = ({ name, predictions, seconds }: Rival): Contender => ({
    name,
    metrics: judge(problem.labels, predictions, random()),
    seconds,
  })
  return {
    experiment: 'classify',
    dataset: describe(problem, label, drop),
    split: `${foldCount} stratified folds, out-of-fold answers pooled; figures are means over fold seeds ${seeds.join(', ')}`,
    seed: seeds[0] ?? 0,
    models: own.map(toResult),
    baselines: [baseRate(problem, { seeds, jobs }), ...rivals].map(toResult),
    notes: [...explain(peer), ...describeFits(answers), ...compare(problem, [...own, ...rivals], random)],
  }
}

function toJobs(folds: Uint8Array, foldCount: number, seed: number): FoldJob[] {
  const rows = Uint32Array.from(folds, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => ({
    seed,
    train: rows.filter((row) => folds[row] !== fold),
    test: rows.filter((row) => folds[row] === fold),
  }))
}

/** Threads read one copy of the values. */
function shareRows({ dataset, labels, categorical }: Problem): FoldProblem {
  const values = new Float64Array(new SharedArrayBuffer(dataset.values.byteLength))
  values.set(dataset.values)
  return { dataset: { ...dataset, values }, labels, categorical }
}

type Run = {
  readonly seeds: readonly number[]
  readonly jobs: readonly FoldJob[]
  readonly answers: readonly FoldAnswer[]
}

function toContenders(problem: Problem, { seeds, jobs, answers }: Run): Rival[] {
  return contenderNames.map((name) => ({
    name,
    predictions: pool(problem, { seeds, jobs }, (index) => answers[index]?.probabilities[name]),
    seconds: answers.reduce((sum, answer) => sum + answer.seconds[name], 0),
  }))
}

function baseRate(problem: Problem, run: Omit<Run, 'answers'>): Rival {
  const predictions = pool(problem, run, (_, { train, test }) => {
    const rate = train.reduce((sum, row) => sum + (problem.labels[row] ?? 0), 0) / train.length
    return new Float64Array(test.length).fill(rate)
  })
  return { name: 'always the base rate', predictions, seconds: 0 }
}

/** Answers of all folds in the rows' order, one list a seed. */
function pool(
  { labels }: Problem,
  { seeds, jobs }: Omit<Run, 'answers'>,
  answerOf: (index: number, job: FoldJob) => Float64Array | undefined,
): Predictions {
  return seeds.map((seed) => {
    const pooled = new Float64Array(labels.length)
    for (const [index, job] of jobs.entries()) {
      if (job.seed !== seed) continue
      const said = answerOf(index, job)
      for (const [place, row] of job.test.entries()) pooled[row] = said?.[place] ?? Number.NaN
    }
    return pooled
  })
}

function describe(
  { labels, dataset, categorical, rowsWithoutLabel }: Problem,
  label: string,
  drop: readonly string[],
) {
  return {
    rows: labels.length,
    positives: labels.reduce((sum, value) => sum + value, 0),
    rowsWithoutLabel,
    label,
    dropped: drop.join(', '),
    numericColumns: dataset.featureNames.length - categorical.length,
    textColumns: categorical.length,
    missingCells: dataset.values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
  }
}

function explain(peer: PeerAnswer<unknown>): string[] {
  return [
    'Settings, rounds, stack weights and calibration are chosen on folds inside each training fold, for us and for rivals.',
    'Intervals are 95 % on the first seed, rows resampled; every row is one session or customer.',
    ...(peer.kind === 'absent' ? [`Without rivals in Python: ${peer.why}.`] : []),
  ]
}

function describeFits(answers: readonly FoldAnswer[]): string[] {
  const mean = (of: (answer: FoldAnswer) => number) =>
    (answers.reduce((sum, answer) => sum + of(answer), 0) / answers.length).toFixed(2)
  const weights = (answers[0]?.weights ?? []).map((_, member) =>
    mean((answer) => answer.weights[member] ?? 0),
  )
  return [
    `Mean weights of the stack (logistic, shallow trees, deeper trees, shallow trees with codes as categories): ${weights.join(', ')}; mean rounds of boosting: ${mean(({ roundCount }) => roundCount)}.`,
    'Seconds are summed over all folds: wall time of a thread for ours, CPU time of one thread for rivals.',
  ]
}

/** The stack against boosting, and boosting against each rival, on the same rows. */
function compare({ labels }: Problem, all: readonly Rival[], random: () => Random): string[] {
  const [, boosting, stack, ...rivals] = all
  if (boosting === undefined || stack === undefined) return []
  const pairs = [[stack, boosting] as const, ...rivals.map((rival) => [boosting, rival] as const)]
  return pairs.map(([one, other]) => {
    const { mean, firstSeed } = compareAuc(labels, [one.predictions, other.predictions], random())
    const [low, high] = [firstSeed.low.toFixed(5), firstSeed.high.toFixed(5)]
    return `AUC of ${one.name} less ${other.name}: ${mean.toFixed(5)}; first seed ${firstSeed.value.toFixed(5)} [${low}, ${high}].`
  })
}
