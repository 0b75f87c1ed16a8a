import { z } from 'zod'
import type { Interval } from '../../src/math/metrics/bootstrap.ts'
import { createRandom } from '../../src/math/random.ts'
import { type Contender, type Experiment, parseOptions } from '../experiment.ts'
import { answerFolds } from '../fold-pool.ts'
import { readTable } from '../table.ts'
import {
  contenderNames,
  foldsOf,
  type UpliftAnswer,
  type UpliftJob,
  type UpliftProblem,
} from '../uplift/fold-job.ts'
import { judgeUplift, type Said } from '../uplift/judge.ts'
import { answerOfRule, listRules } from '../uplift/rules.ts'
import { type Trial, toTrial } from '../uplift/trial.ts'

const whole = z.coerce.number().int()
const schema = z.object({
  file: z.string(),
  treatment: z.string(),
  treated: z.string(),
  control: z.string(),
  outcome: z.string(),
  folds: whole.min(2).max(63).default(5),
  seeds: whole.min(1).default(1),
  seed: whole.default(1),
})

const ruleByHindsight = 'best single-column rule by hindsight'
const baselineNames = ['response model', 'best single-column rule by training rows', ruleByHindsight]

/** Whom a treatment moves: transformed outcome, T- and X-learner beside a response model and the best rule of one column. */
export const experiment: Experiment = {
  summary: 'area between the Qini curve and random of models of a treatment’s effect, from an experiment',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped: a row a person', required: true },
    treatment: { summary: 'the column that tells the arm', required: true },
    treated: { summary: 'its cell for the treated', required: true },
    control: { summary: 'its cell for the control; rows of other arms are left out', required: true },
    outcome: { summary: 'the column of what came of it: a number, or yes and no', required: true },
    drop: { summary: 'a column to leave out; may be repeated', multiple: true },
    folds: { summary: 'number of folds; 5 when left out' },
    seeds: { summary: 'how many fold seeds are averaged; 1 when left out' },
    seed: { summary: 'the first fold seed; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(schema, given)
    const trial = toTrial(await readTable(options.file), { ...options, drop: given.drop ?? [] })
    for (const { name, why } of trial.later) say(`left out '${name}': ${why}`)
    const jobs = listJobs(trial, options)
    const answers = await answerJobs(trial, jobs, say)
    const contenders = [...toContenders(answers), hindsightOf(trial, jobs)]
    const pairs = contenderNames
      .slice(0, 4)
      .flatMap((name) => baselineNames.map((baseline) => [name, baseline] as const))
    const random = createRandom(options.seed).fork('bootstrap')
    const { areas, differences } = judgeUplift(trial.rows, jobs, contenders, pairs, random)
    const toResult = ({ name }: Said): Contender => ({
      name,
      metrics: { qini: areas.get(name) ?? Number.NaN },
      seconds: answers.reduce((sum, { seconds }) => sum + (seconds[name as keyof typeof seconds] ?? 0), 0),
    })
    const isBaseline = ({ name }: Said) => baselineNames.includes(name)
    return {
      experiment: 'uplift',
      dataset: describe(trial, options),
      split: `${options.folds} folds with arms and outcomes spread evenly, each fold ranked by itself; means over ${options.seeds} fold seeds`,
      seed: options.seed,
      models: contenders.filter((each) => !isBaseline(each)).map(toResult),
      baselines: [
        { name: 'at random', metrics: { qini: 0 }, seconds: 0 },
        ...contenders.filter(isBaseline).map(toResult),
      ],
      notes: [...explain(trial), ...describeChoices(answers), ...tellPairs(pairs, differences)],
    }
  },
}

function listJobs({ rows }: Trial, { folds: foldCount, seed, seeds }: z.infer<typeof schema>): UpliftJob[] {
  return Array.from({ length: seeds }, (_, index) => seed + index).flatMap((own) => {
    const folds = foldsOf(rows, foldCount, createRandom(own).fork('folds'))
    const places = Uint32Array.from(folds, (_, row) => row)
    return Array.from({ length: foldCount }, (_, fold) => ({
      seed: own,
      train: places.filter((row) => folds[row] !== fold),
      test: places.filter((row) => folds[row] === fold),
    }))
  })
}

function answerJobs(
  { rows, task }: Trial,
  jobs: readonly UpliftJob[],
  say: (line: string) => void,
): Promise<UpliftAnswer[]> {
  let done = 0
  const worker = new URL('../uplift/fold-worker.ts', import.meta.url)
  return answerFolds<UpliftProblem, UpliftJob, UpliftAnswer>(
    { worker, problem: { rows, task }, jobs },
    (_, { chosen }) => {
      say(`fold ${++done} of ${jobs.length}: ${chosen['best of them by inner folds']}`)
    },
  )
}

function toContenders(answers: readonly UpliftAnswer[]): Said[] {
  return contenderNames.map((name) => ({
    name,
    scores: answers.map(({ scores }) => scores[name]),
  }))
}

/** The rule that does best on the very rows it is judged on: the hardest mark. */
function hindsightOf({ rows }: Trial, jobs: readonly UpliftJob[]): Said {
  const said = listRules(rows.dataset, rows.categorical ?? []).map((rule) => {
    const all = answerOfRule(rule, rows.dataset)
    return {
      name: rule.name,
      scores: jobs.map(({ test }) => Float64Array.from(test, (row) => all[row] ?? Number.NaN)),
    }
  })
  const areas = said.map((each) => meanOf(each, rows, jobs))
  const best = said[areas.indexOf(Math.max(...areas))]
  return { name: ruleByHindsight, scores: best?.scores ?? [] }
}

function meanOf(said: Said, rows: Trial['rows'], jobs: readonly UpliftJob[]): number {
  const { areas } = judgeUplift(rows, jobs, [said], [], createRandom(0), 0)
  return areas.get(said.name)?.value ?? Number.NaN
}

function describe(
  { rows, later, otherRowCount }: Trial,
  { treatment, treated, control, outcome }: z.infer<typeof schema>,
) {
  const rateOf = (arm: number) => {
    const labels = Array.from(rows.labels).filter((_, row) => rows.treatments[row] === arm)
    return labels.reduce((sum, label) => sum + label, 0) / labels.length
  }
  return {
    rows: rows.labels.length,
    rowsOfOtherArms: otherRowCount,
    treatedRows: Array.from(rows.treatments).filter((arm) => arm === 1).length,
    arms: `${treatment}: ${treated} against ${control}`,
    outcome,
    meanOfTreated: rateOf(1),
    meanOfControl: rateOf(0),
    columns: rows.dataset.featureNames.join(', '),
    leftOut: later.map(({ name }) => name).join(', '),
  }
}

function explain({ later }: Trial): string[] {
  return [
    'Qini: outcomes a person of the experiment between the curve and treating at random. Settings, and which method, are chosen on folds inside the training rows.',
    'Intervals are 95 %, people drawn anew within their arm, the same draw for all contenders.',
    ...later.map(({ name, why }) => `Left out '${name}': ${why}.`),
  ]
}

function describeChoices(answers: readonly UpliftAnswer[]): string[] {
  return contenderNames.flatMap((name) => {
    const chosen = answers.flatMap((answer) => answer.chosen[name] ?? [])
    if (chosen.length === 0) return []
    const counts = [...Map.groupBy(chosen, (each) => each)].sort((a, b) => b[1].length - a[1].length)
    return [`${name} chose ${counts.map(([each, list]) => `${each} (${list.length})`).join(', ')}.`]
  })
}

function tellPairs(
  pairs: readonly (readonly [string, string])[],
  differences: readonly Interval[],
): string[] {
  return pairs.map(([one, other], index) => {
    const { value = 0, low = 0, high = 0 } = differences[index] ?? {}
    return `${one} less ${other}: ${value.toFixed(5)} [${low.toFixed(5)}, ${high.toFixed(5)}].`
  })
}
