import { pause } from '../core/pause.ts'
import { leastToLearn, requireEnough } from '../evaluate/data-needs.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'
import { judgeClassification, rankingMetric } from '../evaluate/judge-classification.ts'
import { amountMetric, judgeRegression } from '../evaluate/judge-regression.ts'
import { bestF1Threshold } from '../math/metrics/classification.ts'
import { cheapestThreshold } from '../math/metrics/decision-cost.ts'
import { pickRows } from '../models/folded-rows.ts'
import type { FittedModel, LearningRows } from '../models/learner.ts'
import type { Score } from '../profiles/score.ts'
import { pastRateRule } from './baselines.ts'
import { type ChosenAnswer, chooseAnswer } from './choose-answer.ts'
import { contendersFor } from './contenders.ts'
import { describeRows } from './fit-record.ts'
import { loadParts } from './model-parts.ts'
import {
  boundsOf,
  boundsWith,
  createPersonModel,
  type KeptAnswer,
  keepAnswer,
  openAnswer,
  type PersonModel,
  reasonsOf,
} from './person-model.ts'
import type { PersonQuestion } from './person-questions.ts'
import { toDrivers, toReasons } from './reasons.ts'
import { joinRows, type LabelledRows } from './row-source.ts'
import { slicesOf } from './slices.ts'
import { loadSplit, type SplitRows } from './split-rows.ts'
import { tellModel } from './tell-model.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** Reasons of so many test customers tell what drives a model. */
const driverRows = 1_000

/**
 * Trains, judges and asks everybody: contenders are tuned, blended and chosen from on the validation cut; what was chosen learns from
 * everything before the test cut and is judged there beside the others and the baselines; a last fit, which saw the test cut too,
 * scores everyone.
 * @throws AppError 'too_little_data' with how many customers, buyers or days there are and how many it takes; 'stopped'.
 */
export async function trainQuestion(training: Training, question: PersonQuestion): Promise<TrainedModel> {
  const { random, signal } = training
  const rows = await loadSplit(training, question.horizonDays)
  requireRows(question, rows)
  const own = random.fork(question.name)
  const [rest, held] = [learningRows(rows.train, question), learningRows([rows.validation], question)]
  const answer = await chooseAnswer(
    question.task,
    contendersFor(question.task, training.effort),
    { rest, held },
    { ...training, random: own.fork('choice') },
  )
  const judged = await judge(training, question, rows, answer, held)
  await pause(signal)
  const everything = learningRows([...rows.train, rows.validation, rows.test], question)
  const fitted = await answer.fit(everything, { random: own.fork('fit'), signal })
  await using model = ownedBy(
    createPersonModel(
      { kind: question.task.kind },
      fitted,
      { said: judged.said, labels: question.label(rows.test.labels) },
      everything.dataset,
      own.fork('background'),
    ),
  )
  const version = versionOf(question.name, training.asOfMs)
  const { kept, parts } = keepAnswer(model, { ...question, readsEvents: answer.readsEvents })
  return {
    name: question.name,
    version,
    model: kept,
    parts,
    evaluation: judged.evaluation,
    learnedFrom: describeRows(everything.dataset, Float64Array.from(everything.labels)),
    scores: await scoreEveryone(training, question, { ...model, ...answer }, version),
  }
}

/** What a registered fit says of everyone as of the training's cut. Errors as `openAnswer`. */
export async function scoreQuestion(
  training: Training,
  question: PersonQuestion,
  kept: object,
  version: string,
): Promise<Score[]> {
  const answer = kept as Partial<KeptAnswer>
  const { features } = await training.rows.featuresAt(training.asOfMs)
  const parts = await loadParts(training.database, version)
  await using model = ownedBy(await openAnswer(answer, parts, features.featureNames))
  const { readsEvents = false } = answer
  return scoreEveryone(training, question, { ...model, readsEvents }, version)
}

/** What the rule says of everyone, for shops with too little to learn from. */
export async function answerByRule(
  { rows, asOfMs }: Training,
  { scoreName, horizonDays, rule }: PersonQuestion,
  version: string,
): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const said = rule.answer(features)
  const { low, high } = rule.bounds(features)
  return features.rowIds.map((profileId, row) => ({
    ...{ profileId, model: scoreName, version, horizonDays, asOfMs },
    ...(Number.isFinite(low[row]) && Number.isFinite(high[row])
      ? boundsWith(said, { low, high }, row)
      : { value: said[row] ?? Number.NaN }),
    reasons: [{ feature: rule.feature, share: 1 }],
  }))
}

function learningRows(parts: readonly LabelledRows[], { label }: PersonQuestion): LearningRows {
  const { features, target } = joinRows(parts, label)
  return { dataset: features, labels: target }
}

/** A fit is let go of with the block that holds it. */
function ownedBy(person: PersonModel): PersonModel & AsyncDisposable {
  return { ...person, [Symbol.asyncDispose]: () => person.model[Symbol.asyncDispose]() }
}

function requireRows({ task, label }: PersonQuestion, { train, validation, test }: SplitRows): void {
  if (task.kind !== 'chance') return
  for (const parts of [train, [validation], [test]]) {
    const { target } = joinRows(parts, label)
    const buyers = target.filter((value) => value === 1).length
    requireEnough(
      {
        rows: { have: target.length, need: leastToLearn.rows },
        rarer: { have: Math.min(buyers, target.length - buyers), need: leastToLearn.rarer },
      },
      pastRateRule,
    )
  }
}

type Judged = { readonly evaluation: Evaluation; readonly said: Float64Array }

/** Fits every contender on what comes before the test cut, joins them as was chosen, and judges all on the test cut. */
async function judge(
  training: Training,
  question: PersonQuestion,
  rows: SplitRows,
  answer: ChosenAnswer,
  held: LearningRows,
): Promise<Judged> {
  const { signal, effort, costs } = training
  const random = training.random.fork(question.name).fork('judgement')
  const joined = joinRows([...rows.train, rows.validation], question.label)
  const known = { dataset: joined.features, labels: joined.target }
  const test = learningRows([rows.test], question)
  const members: FittedModel[] = []
  for (const [index, tuned] of answer.tuned.entries()) {
    training.tell(tuned.name)
    members.push(await tuned.fit(known, { random: random.fork(`member ${index}`), signal }))
    await pause(signal)
  }
  const task = { kind: question.task.kind }
  const chosen = answer.join(members)
  const sides = { said: answer.held, labels: held.labels }
  const person = createPersonModel(task, chosen, sides, joined.features, random.fork('background'))
  const said = await chosen.predict(test.dataset)
  const sample = Uint32Array.from({ length: Math.min(driverRows, said.length) }, (_, row) =>
    Math.floor((row * said.length) / Math.min(driverRows, said.length)),
  )
  const looked = pickRows(test.dataset, sample)
  const drivers = toDrivers(
    looked,
    await reasonsOf(person, looked, { random: random.fork('drivers'), signal }),
  )
  training.tell({ en: 'looking into it', zh: '分析模型' })
  const told = await tellModel(
    answer,
    chosen,
    { known, test },
    {
      ...{ task, effort, signal, random: random.fork('told') },
      metric: task.kind === 'chance' ? rankingMetric : amountMetric,
      features: drivers.map(({ feature }) => feature),
    },
  )
  const actual = Float64Array.from(test.labels)
  const input = {
    ...told,
    ...{ model: question.name, question: question.text, split: rows.split, drivers },
    ...{ actual, predicted: said, answeredBy: answer.name },
    rivals: await rivalsOf(answer, members, test),
    baselines: question.baselines(joined, test.dataset),
    slices: await slicesOf(training, rows.test),
    settings: settingsOf(answer),
  }
  const evaluation =
    task.kind === 'chance'
      ? judgeClassification({ ...input, ...(costs && { costs }) }, thresholdOf(answer, held, costs), random)
      : judgeRegression({ ...input, bounds: boundsOf(person, said) }, random)
  for (const member of members) await member[Symbol.asyncDispose]()
  return { evaluation, said }
}

/** The other contenders, on the same rows. */
async function rivalsOf(
  { tuned, name }: ChosenAnswer,
  members: readonly FittedModel[],
  test: LearningRows,
): Promise<{ readonly name: ChosenAnswer['name']; readonly predicted: Float64Array }[]> {
  const rivals: { name: ChosenAnswer['name']; predicted: Float64Array }[] = []
  for (const [index, member] of members.entries()) {
    const own = tuned[index]?.name
    if (own === undefined || own.en === name.en) continue
    rivals.push({ name: own, predicted: await member.predict(test.dataset) })
  }
  return rivals
}

/** What is taken for a yes: where it costs least on the validation rows, or, with nothing said of costs, where F1 is best. */
function thresholdOf({ held }: ChosenAnswer, { labels }: LearningRows, costs: Training['costs']): number {
  return costs === undefined ? bestF1Threshold(labels, held) : cheapestThreshold(labels, held, costs)
}

/** What was chosen, for the card: who answers with what weight, and each contender's settings and loss. */
function settingsOf({
  name,
  tuned,
  weights,
  tried,
  calibration,
}: ChosenAnswer): Record<string, string | number> {
  const settings: Record<string, string | number> = { answer: name.en }
  if (calibration !== undefined) settings.calibration = calibration
  for (const { name: own, loss } of tried)
    settings[`validation loss, ${own.en}`] = Number(loss.toPrecision(4))
  for (const [index, own] of tuned.entries()) {
    settings[`weight, ${own.name.en}`] = Number((weights[index] ?? 0).toPrecision(3))
    settings[`settings, ${own.name.en}`] = JSON.stringify(own.settings, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(3)) : value,
    )
  }
  return settings
}

async function scoreEveryone(
  training: Training,
  { scoreName, horizonDays }: PersonQuestion,
  model: PersonModel & { readonly readsEvents: boolean },
  version: string,
): Promise<Score[]> {
  const { rows, asOfMs, random, signal } = training
  const plain = await rows.featuresAt(asOfMs)
  const { features } = model.readsEvents ? await rows.withEvents(plain) : plain
  const said = await model.model.predict(features)
  const bounds = boundsOf(model, said)
  const reasons = await reasonsOf(model, features, { random: random.fork(`reasons ${version}`), signal })
  return features.rowIds.map((profileId, row) => ({
    ...{ profileId, model: scoreName, version, horizonDays, asOfMs },
    ...boundsWith(said, bounds, row),
    reasons: toReasons(reasons[row] ?? []),
  }))
}
