import { stratifiedFolds } from '../../src/math/metrics/folds.ts'
import { qiniArea } from '../../src/math/metrics/uplift.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { type BoostingSettings, boostingLearner } from '../../src/models/boosting-learner.ts'
import { pickLearningRows } from '../../src/models/hold-out.ts'
import { type RidgeLearnerSettings, ridgeLearner } from '../../src/models/ridge-learner.ts'
import { fitUplift, type TreatedLearningRows, type UpliftMethod } from '../../src/models/uplift.ts'
import { answerOfRule, listRules } from './rules.ts'
import type { Trial } from './trial.ts'

export type UpliftProblem = Pick<Trial, 'rows' | 'task'>

/** One outer fold of one seed: rows to learn from, rows to answer. */
export type UpliftJob = { readonly seed: number; readonly train: Uint32Array; readonly test: Uint32Array }

export const contenderNames = [
  'transformed outcome',
  'T-learner',
  'X-learner',
  'best of them by inner folds',
  'response model',
  'best single-column rule by training rows',
] as const
type ContenderName = (typeof contenderNames)[number]

export type UpliftAnswer = {
  readonly scores: Readonly<Record<ContenderName, Float64Array>>
  readonly seconds: Readonly<Record<ContenderName, number>>
  /** The candidate of each method, and the rule. */
  readonly chosen: Readonly<Partial<Record<ContenderName, string>>>
}

type Candidate = {
  readonly name: string
  readonly method: UpliftMethod
  answer(train: TreatedLearningRows, test: TreatedLearningRows, random: Random): Promise<Float64Array>
}

const methods: Readonly<Record<UpliftMethod, ContenderName>> = {
  transformed_outcome: 'transformed outcome',
  t_learner: 'T-learner',
  x_learner: 'X-learner',
}
const innerFoldCount = 3

/** Everything that is chosen is chosen on folds inside the training rows. */
export async function answerFold({ rows, task }: UpliftProblem, job: UpliftJob): Promise<UpliftAnswer> {
  const [train, test] = [pickTreated(rows, job.train), pickTreated(rows, job.test)]
  const random = createRandom(`uplift ${job.seed}`)
  const scores: Partial<Record<ContenderName, Float64Array>> = {}
  const seconds: Partial<Record<ContenderName, number>> = {}
  const chosen: Partial<Record<ContenderName, string>> = {}
  const trials = []
  for (const method of ['transformed_outcome', 't_learner', 'x_learner'] as const) {
    const startedMs = performance.now()
    const trial = await chooseCandidate(
      train,
      candidatesOf(task).filter((each) => each.method === method),
      random.fork('inner'),
    )
    const name = methods[method]
    scores[name] = await trial.candidate.answer(train, test, random.fork(name))
    seconds[name] = (performance.now() - startedMs) / 1000
    chosen[name] = trial.candidate.name
    trials.push({ name, area: trial.area })
  }
  const best = trials.reduce((a, b) => (b.area > a.area ? b : a))
  const bestName = 'best of them by inner folds'
  scores[bestName] = scores[best.name] ?? new Float64Array()
  seconds[bestName] = trials.reduce((sum, { name }) => sum + (seconds[name] ?? 0), 0)
  chosen[bestName] = `${best.name}, ${chosen[best.name]}`
  const responseMs = performance.now()
  scores['response model'] = await answerOfResponse(train, test, task, random)
  seconds['response model'] = (performance.now() - responseMs) / 1000
  const rule = chooseRule(train)
  const ruleName = 'best single-column rule by training rows'
  scores[ruleName] = answerOfRule(rule, test.dataset)
  return {
    scores: completely(scores, new Float64Array()),
    seconds: completely(seconds, 0),
    chosen: { ...chosen, [ruleName]: rule.name },
  }
}

function completely<Value>(
  some: Partial<Record<ContenderName, Value>>,
  otherwise: Value,
): Record<ContenderName, Value> {
  const all = contenderNames.map((name) => [name, some[name] ?? otherwise] as const)
  return Object.fromEntries(all) as Record<ContenderName, Value>
}

function pickTreated(rows: TreatedLearningRows, places: Uint32Array): TreatedLearningRows {
  return {
    ...pickLearningRows(rows, places),
    treatments: Float64Array.from(places, (row) => rows.treatments[row] ?? Number.NaN),
  }
}

/** Folds in which both arms and, where outcomes are 0 or 1, both outcomes are spread evenly. */
export function foldsOf({ labels, treatments }: TreatedLearningRows, foldCount: number, random: Random) {
  const isBinary = Array.from(labels).every((label) => label === 0 || label === 1)
  const classes = Float64Array.from(
    labels,
    (label, row) => (treatments[row] ?? 0) + (isBinary ? 2 * label : 0),
  )
  return stratifiedFolds(classes, foldCount, random)
}

/** The candidate of the largest mean area over inner folds; the first of equal ones. */
async function chooseCandidate(
  rows: TreatedLearningRows,
  candidates: readonly Candidate[],
  random: Random,
): Promise<{ readonly candidate: Candidate; readonly area: number }> {
  const folds = foldsOf(rows, innerFoldCount, random)
  const places = Uint32Array.from(folds, (_, row) => row)
  const parts = Array.from({ length: innerFoldCount }, (_, fold) => ({
    rest: pickTreated(
      rows,
      places.filter((row) => folds[row] !== fold),
    ),
    held: pickTreated(
      rows,
      places.filter((row) => folds[row] === fold),
    ),
  }))
  let best: { candidate: Candidate; area: number } | undefined
  for (const candidate of candidates) {
    let area = 0
    for (const { rest, held } of parts) {
      const said = await candidate.answer(rest, held, random.fork(candidate.name))
      area += qiniArea({ outcomes: held.labels, treatments: held.treatments }, said) / innerFoldCount
    }
    if (best === undefined || area > best.area) best = { candidate, area }
  }
  if (best === undefined) throw new Error('there is nothing to choose from')
  return best
}

/** Few and shallow trees, as effects are weak beside what makes outcomes differ; a straight line as the other way. */
function candidatesOf(task: Trial['task']): Candidate[] {
  const shapes = [
    ...[1, 20, 60, 160].map((treeCount) => ({ maxDepth: 1, treeCount })),
    { maxDepth: 2, treeCount: 40 },
  ]
  const methodNames = ['transformed_outcome', 't_learner', 'x_learner'] as const
  const trees = methodNames.flatMap((method) => shapes.map((shape) => boostedCandidate(method, task, shape)))
  return [...trees, ...methodNames.map((method) => straightCandidate(method, task))]
}

type Shape = { readonly maxDepth: number; readonly treeCount: number }

function boostedCandidate(
  method: UpliftMethod,
  task: Trial['task'],
  { maxDepth, treeCount }: Shape,
): Candidate {
  return {
    name: `${treeCount} trees of depth ${maxDepth}`,
    method,
    async answer(train, test, random) {
      const shape = {
        maxDepth,
        maxLeaves: 2 ** maxDepth,
        treeCount,
        learningRate: treeCount === 1 ? 1 : 0.05,
        l2: 10,
      }
      // A hundredth of the rows at least in a leaf; of a chance the weight is p (1 − p) of that.
      const rowWeight = train.labels.length / 100
      const effect: BoostingSettings = { ...shape, minChildWeight: rowWeight }
      const ofArm = { ...shape, minChildWeight: task.kind === 'chance' ? rowWeight / 20 : rowWeight / 2 }
      const outcome: BoostingSettings = method === 'x_learner' ? outcomeModel(task, train) : ofArm
      return answerWith(train, test, {
        method,
        task,
        outcome: { learner: boostingLearner, settings: outcome },
        effect: { learner: boostingLearner, settings: effect },
        random,
      })
    },
  }
}

/** What an X-learner takes off outcomes before it looks for effects. */
function outcomeModel({ kind }: Trial['task'], { labels }: TreatedLearningRows): BoostingSettings {
  const minChildWeight = labels.length / (kind === 'chance' ? 1000 : 100)
  return { maxDepth: 3, maxLeaves: 8, treeCount: 60, learningRate: 0.05, minChildWeight }
}

function straightCandidate(method: UpliftMethod, task: Trial['task']): Candidate {
  const ridge: RidgeLearnerSettings = { alpha: 0.1 }
  return {
    name: 'a straight line',
    method,
    answer(train, test, random) {
      const effect = { learner: ridgeLearner, settings: ridge }
      if (method === 'x_learner')
        return answerWith(train, test, {
          method,
          task,
          outcome: { learner: boostingLearner, settings: outcomeModel(task, train) },
          effect,
          random,
        })
      return answerWith(train, test, { method, task: { kind: 'amount' }, outcome: effect, effect, random })
    },
  }
}

type Answering<Outcome extends object, Effect extends object> = Parameters<
  typeof fitUplift<Outcome, Effect>
>[1] & { readonly random: Random }

async function answerWith<Outcome extends object, Effect extends object>(
  train: TreatedLearningRows,
  test: TreatedLearningRows,
  { random, ...options }: Answering<Outcome, Effect>,
): Promise<Float64Array> {
  await using model = await fitUplift(train, options, { random })
  return await model.predict(test.dataset)
}

/** Who acts, whether treated or not: what a shop that knows no effects would sort by. */
async function answerOfResponse(
  train: TreatedLearningRows,
  test: TreatedLearningRows,
  task: Trial['task'],
  random: Random,
): Promise<Float64Array> {
  const settings = { treeCount: 150, learningRate: 0.05, maxDepth: 4, maxLeaves: 16, minChildWeight: 10 }
  await using model = await boostingLearner.fit(task, train, settings, { random: random.fork('response') })
  return await model.predict(test.dataset)
}

function chooseRule({ dataset, labels, treatments, categorical = [] }: TreatedLearningRows) {
  const [first, ...others] = listRules(dataset, categorical).map((rule) => ({
    rule,
    area: qiniArea({ outcomes: labels, treatments }, answerOfRule(rule, dataset)),
  }))
  if (first === undefined) throw new Error('there is no column to rule by')
  return others.reduce((a, b) => (b.area > a.area ? b : a), first).rule
}
