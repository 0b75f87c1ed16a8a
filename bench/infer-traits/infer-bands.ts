import type { Interval } from '../../src/math/metrics/bootstrap.ts'
import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { createRandom } from '../../src/math/random.ts'
import type { Contender } from '../experiment.ts'
import { answerFolds } from '../fold-pool.ts'
import {
  type BandAnswer,
  type BandFold,
  type BandProblem,
  majority,
  modelNames,
  plainLogistic,
} from './band-fold.ts'
import { compareBands, figureNames, type Judged, judgeBands, prepareJudging } from './judge-bands.ts'

export type BandQuestion = {
  readonly problem: BandProblem
  readonly bandNames: readonly string[]
  readonly foldCount: number
  readonly seeds: readonly number[]
}

/** Our models, the two baselines, and by how much each model is ahead of each baseline. */
export type BandResult = {
  readonly models: readonly Contender[]
  readonly baselines: readonly Contender[]
  readonly comparisons: readonly string[]
}

/** Every contender on the same stratified folds, out-of-fold answers pooled by seed, judged on the same drawn people. */
export async function inferBands(question: BandQuestion, say: (line: string) => void): Promise<BandResult> {
  const { problem, seeds } = question
  const jobs = seeds.flatMap((seed) => toFolds(question, seed))
  let done = 0
  const answers = await answerFolds<BandProblem, BandFold, BandAnswer>(
    { worker: new URL('band-worker.ts', import.meta.url), problem, jobs },
    (_, { seconds }) => say(`fold ${++done} of ${jobs.length}: ${seconds.toFixed(1)} s`),
  )
  const judgedOf = (name: string) =>
    prepareJudging(
      problem.bandOf,
      problem.bandCount,
      seeds.map((seed) => pool(problem, { jobs, answers, seed, name })),
    )
  const judged = new Map([...modelNames, majority, plainLogistic].map((name) => [name, judgedOf(name)]))
  // All models come out of the same fits.
  const seconds = answers.reduce((sum, answer) => sum + answer.seconds, 0) / modelNames.length
  const toResult = (name: string, ownSeconds: number): Contender => ({
    name,
    metrics: metricsOf(question, judged.get(name)),
    seconds: ownSeconds,
  })
  return {
    models: modelNames.map((name) => toResult(name, seconds)),
    baselines: [majority, plainLogistic].map((name) => toResult(name, 0)),
    comparisons: modelNames.flatMap((name) =>
      [majority, plainLogistic].map((baseline) => compare(question, judged, [name, baseline])),
    ),
  }
}

function toFolds({ problem, foldCount }: BandQuestion, seed: number): BandFold[] {
  const folds = stratifiedFolds(problem.bandOf, foldCount, createRandom(seed).fork('folds'))
  const rows = Uint32Array.from(folds, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => ({
    seed,
    train: rows.filter((row) => folds[row] !== fold),
    test: rows.filter((row) => folds[row] === fold),
  }))
}

type Pooled = {
  readonly jobs: readonly BandFold[]
  readonly answers: readonly BandAnswer[]
  readonly seed: number
  readonly name: string
}

/** What a contender said of everyone under one seed. */
function pool({ bandOf, bandCount }: BandProblem, { jobs, answers, seed, name }: Pooled): Float64Array {
  const pooled = new Float64Array(bandOf.length * bandCount).fill(Number.NaN)
  for (const [index, job] of jobs.entries()) {
    if (job.seed !== seed) continue
    const said = answers[index]?.probabilities[name] ?? new Float64Array()
    for (const [place, row] of job.test.entries())
      pooled.set(said.subarray(place * bandCount, (place + 1) * bandCount), row * bandCount)
  }
  return pooled
}

function metricsOf(
  { problem, bandNames, seeds }: BandQuestion,
  judged: Judged | undefined,
): Contender['metrics'] {
  if (judged === undefined) throw new Error('a contender was not judged')
  const intervals = judgeBands(problem.bandOf.length, judged, drawing(seeds))
  const names = [...figureNames, ...bandNames.map((name) => `auc ${name}`)]
  return Object.fromEntries(names.map((name, index) => [name, intervals[index] ?? Number.NaN]))
}

/** Everyone is judged on the same drawn people. */
function drawing(seeds: readonly number[]) {
  return createRandom(seeds[0] ?? 0).fork('bootstrap')
}

function compare(
  { problem, seeds }: BandQuestion,
  judged: ReadonlyMap<string, Judged>,
  [name, baseline]: readonly [string, string],
): string {
  const [one, other] = [judged.get(name), judged.get(baseline)]
  if (one === undefined || other === undefined) throw new Error('a contender was not judged')
  const differences = compareBands(problem.bandOf.length, [one, other], drawing(seeds))
  const ahead = figureNames.map((figure, index) => {
    const { value, low, high } = differences[index] ?? {
      value: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
    }
    // A lower loss is better.
    return figure === 'logLoss'
      ? { figure, value: -value, low: -high, high: -low }
      : { figure, value, low, high }
  })
  return `${name} against ${baseline}: ${ahead.map(describeLead).join('; ')}.`
}

function describeLead({ figure, value, low, high }: Interval & { readonly figure: string }): string {
  const verdict = low > 0 ? 'better' : high < 0 ? 'WORSE' : 'NOT better'
  return `${figure} ${verdict}, by ${[value, low, high].map((each) => each.toFixed(3)).join(' [')}]`.replace(
    / \[([^[]*)\[/,
    ' [$1… ',
  )
}
