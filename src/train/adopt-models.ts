import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import type { Verdict } from '../evaluate/evaluation.ts'
import { saveNeeds } from '../profiles/needs.ts'
import { saveScores } from '../profiles/score.ts'
import { pastRateRule } from './baselines.ts'
import { saveParts } from './model-parts.ts'
import { activateModel, loadModel, registerCandidate, requireModel } from './registry.ts'
import {
  isSkipped,
  openTraining,
  type SkippedModel,
  type TrainAllOptions,
  type TrainingOptions,
  trainEach,
} from './train-models.ts'
import { type Said, type Trainer, trainers } from './trainers.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** What became of a model that was trained, and who answers for it now. */
export type AdoptedModel = {
  readonly name: string
  /** Of the fit that was made; of the one that answers where none could be. */
  readonly version: string
  readonly isPromoted: boolean
  readonly verdict?: Verdict
  /** Why the fit is in use or is not. */
  readonly reason: Bilingual
  readonly answeredBy: Answer
}

/** Who answers: the new fit, the one that was in use before, a rule, or nobody. */
export type Answer = {
  readonly kind: 'new' | 'earlier' | 'rule' | 'nobody'
  readonly version?: string
  readonly scoreCount: number
}

export type Adoption = {
  readonly models: readonly AdoptedModel[]
  readonly skipped: readonly (SkippedModel & { readonly answeredBy: Answer })[]
}

export type AdoptOptions = TrainAllOptions & {
  readonly now: () => Date
  /** Fits are used even where they do not beat their baseline. */
  readonly isForced: boolean
}

/**
 * Trains, judges and registers; a fit that beats its baseline scores everybody and comes into use. Where none does, the one in use
 * before scores everybody as of this cut, and without one a rule does. Each model is done before the next begins, and a fit is in
 * use only once its scores are stored: who is cut off keeps what answered before.
 */
export async function trainAndAdopt(database: Database, options: AdoptOptions): Promise<Adoption> {
  const training = await openTraining(database, options)
  const models: AdoptedModel[] = []
  const skipped: Adoption['skipped'][number][] = []
  await trainEach(training, options, async (result) => {
    if (isSkipped(result))
      skipped.push({ ...result, answeredBy: await answerMeanwhile(training, result.model, options.now) })
    else models.push(await adopt(training, result, options))
  })
  return { models, skipped }
}

async function adopt(
  training: Training,
  trained: TrainedModel,
  { now, isForced }: AdoptOptions,
): Promise<AdoptedModel> {
  const { database, asOfMs } = training
  const { name, evaluation } = trained
  const registered = await registerCandidate(database, trained, { asOfMs, now: now(), isForced })
  const { version, isPromoted, record } = registered
  if (trained.parts) await saveParts(database, version, trained.parts, now())
  if (isPromoted) {
    await store(training, nameVersion(trained, version), now())
    await activateModel(database, version, now())
  }
  return {
    name,
    version,
    isPromoted,
    ...(evaluation && { verdict: evaluation.verdict }),
    reason: record.reason,
    answeredBy: isPromoted
      ? { kind: 'new', version, scoreCount: countSaid(trained) }
      : await answerMeanwhile(training, name, now),
  }
}

/** Who answers for a model without a new fit that is worth having. */
async function answerMeanwhile(training: Training, name: string, now: () => Date): Promise<Answer> {
  const { database } = training
  const trainer = trainerOf(name)
  const active = await loadModel(database, name)
  const said = active && (await askAgain(training, trainer, active))
  if (active && said) {
    await store(training, said, now())
    const kind = active.record?.kind === 'rule' ? 'rule' : 'earlier'
    return { kind, version: active.version, scoreCount: countSaid(said) }
  }
  if (trainer.rule === undefined) return { kind: 'nobody', scoreCount: 0 }
  const version = await registerRule(training, trainer, now())
  const told = await trainer.rule(training, version)
  await store(training, told, now())
  await activateModel(database, version, now())
  return { kind: 'rule', version, scoreCount: countSaid(told) }
}

function nameVersion({ scores, needs }: Said, version: string): Said {
  return {
    scores: scores.map((score) => ({ ...score, version })),
    ...(needs && { needs: needs.map((person) => ({ ...person, version })) }),
  }
}

async function store({ database, signal }: Training, { scores, needs = [] }: Said, now: Date): Promise<void> {
  await saveScores(database, scores, now, signal)
  await saveNeeds(database, needs, now, signal)
}

function countSaid({ scores, needs = [] }: Said): number {
  return scores.length + needs.length
}

/** Undefined where the features are no longer those of the fit. */
async function askAgain(
  training: Training,
  trainer: Trainer,
  { model, version, record }: NonNullable<Awaited<ReturnType<typeof loadModel>>>,
): Promise<Said | undefined> {
  if (record?.kind === 'rule') return askRule(training, trainer, version)
  try {
    return await trainer.score(training, model, version)
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_input') return undefined
    throw error
  }
}

async function askRule(training: Training, { rule }: Trainer, version: string): Promise<Said | undefined> {
  return rule?.(training, version)
}

async function registerRule(
  { database, asOfMs }: Training,
  { name, ruleRecord = { rule: pastRateRule } }: Trainer,
  now: Date,
): Promise<string> {
  const rule = {
    name,
    version: `${versionOf(name, asOfMs)}.rule`,
    model: { kind: 'rule', formatVersion: 1, ...ruleRecord },
    kind: 'rule',
  } as const
  const { version } = await registerCandidate(database, rule, { asOfMs, now, isForced: true })
  return version
}

/**
 * Puts a registered version into use: it scores everybody as of the cut first.
 * @throws AppError 'not_found' for a version that is not registered, 'bad_input' when the features are no longer those that it was
 *   fitted on, 'bad_usage' for a model that is not scored with (topics) or a version that does not beat its baseline, unless forced.
 */
export async function promoteModel(
  database: Database,
  key: string,
  options: TrainingOptions & { readonly now: () => Date; readonly isForced: boolean },
): Promise<{ readonly name: string; readonly version: string; readonly scoreCount: number }> {
  const registered = await requireModel(database, key)
  const { name, version, evaluation, record } = registered
  const kind = evaluation?.verdict.kind ?? 'better'
  if (kind !== 'better' && !options.isForced) throw notBetter(version, record?.reason)
  const trainer = trainerOf(name)
  const training = await openTraining(database, options)
  const said =
    record?.kind === 'rule'
      ? await askRule(training, trainer, version)
      : await trainer.score(training, registered.model, version)
  if (said) await store(training, said, options.now())
  await activateModel(database, version, options.now())
  return { name, version, scoreCount: said ? countSaid(said) : 0 }
}

/** @throws AppError 'bad_usage' for a model that people are not scored with. */
function trainerOf(name: string): Trainer {
  const trainer = trainers.find((each) => each.name === name)
  if (trainer !== undefined) return trainer
  throw new AppError(
    'bad_usage',
    { en: `${name} scores nobody: it is learned by a build`, zh: `${name} 不为顾客评分：它由 build 学习` },
    { expected: trainers.map((each) => each.name).join(', '), received: name },
  )
}

function notBetter(version: string, reason: Bilingual | undefined): AppError {
  const { en, zh } = reason ?? { en: 'no clear gain over its baseline', zh: '相比基准没有明显优势' }
  return new AppError(
    'bad_usage',
    { en: `${version} is not promoted: ${en}`, zh: `${version} 未启用：${zh}` },
    {
      wayOut: {
        en: 'Use it all the same with --force, or "force": true in a request.',
        zh: '如仍要使用，请加 --force，或在请求中写 "force": true。',
      },
    },
  )
}
