import { AppError, throwIfStopped } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Progress } from '../core/progress.ts'
import type { Database } from '../database/database.ts'
import { loadHistoryRange } from '../events/history-range.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import type { DecisionCosts } from '../math/metrics/decision-cost.ts'
import type { Random } from '../math/random.ts'
import type { Effort, TuneBudget } from './contenders.ts'
import { createRowSource } from './row-source.ts'
import { chooseTrainers } from './trainers.ts'
import type { TrainedModel, Training } from './training.ts'

export type TrainingOptions = {
  /** People are scored as of this cut; nothing after it is read. */
  readonly asOfMs: number
  readonly timeZone: string
  readonly random: Random
  /** What rows are made of; undefined: the features that ship. */
  readonly definitions?: readonly FeatureDefinition[]
  readonly signal?: AbortSignal
  /** `quick` where left out. */
  readonly effort?: Effort
  readonly budget?: TuneBudget
  /** What wrong decisions cost; the threshold of best F1 is taken where left out. */
  readonly costs?: DecisionCosts | undefined
  /** Milliseconds of a clock that only runs forward; one that stands still where left out. */
  readonly clock?: () => number
}

export type TrainAllOptions = TrainingOptions & {
  /** Names to train (`propensity`, `need`, `needs`, `lifetime`, `interest-groups`); empty for all. */
  readonly models: readonly string[]
  readonly progress: Progress
}

/** A model that these data are too little for, with the reason. */
export type SkippedModel = { readonly model: string; readonly reason: Bilingual }

export type TrainedModels = {
  readonly models: readonly TrainedModel[]
  readonly skipped: readonly SkippedModel[]
}

/** @throws AppError 'not_built' where there are no events. */
export async function openTraining(database: Database, options: TrainingOptions): Promise<Training> {
  const range = await loadHistoryRange(database)
  if (range === undefined)
    throw new AppError('not_built', { en: 'there are no events yet', zh: '还没有任何事件' })
  const { timeZone, definitions, asOfMs, random, signal, effort = 'quick', budget = {}, costs } = options
  const { clock = () => 0 } = options
  return {
    database,
    rows: createRowSource({ database, timeZone, definitions, ...(signal && { signal }) }),
    asOfMs,
    firstMs: range.firstMs,
    timeZone,
    ...{ random, signal, clock, effort, budget, costs },
    tell: () => undefined,
  }
}

/**
 * Trains and judges the models that are asked for, and hands each on as it is done. One that these data are too little for is
 * skipped with the reason; any other error ends the work.
 * @throws AppError 'bad_usage' for a name that no model has, 'stopped'.
 */
export async function trainEach(
  training: Training,
  { models, progress }: Pick<TrainAllOptions, 'models' | 'progress'>,
  take: (result: TrainedModel | SkippedModel) => Promise<void> | void,
): Promise<void> {
  const chosen = chooseTrainers(models)
  for (const [index, trainer] of chosen.entries()) {
    throwIfStopped(training.signal)
    const at = { done: index, total: chosen.length }
    progress({ ...at, stage: trainer.stage })
    const tell = (part: Bilingual) => progress({ ...at, stage: within(trainer.stage, part) })
    let result: TrainedModel | SkippedModel
    try {
      result = await trainer.train({ ...training, tell })
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'too_little_data')) throw error
      result = { model: trainer.name, reason: error.text }
    }
    await take(result)
  }
}

function within(stage: Bilingual, part: Bilingual): Bilingual {
  return { en: `${stage.en} (${part.en})`, zh: `${stage.zh}（${part.zh}）` }
}

/** As `trainEach`, all of them at once: judged, and nothing is changed. */
export async function trainAll(database: Database, options: TrainAllOptions): Promise<TrainedModels> {
  const training = await openTraining(database, options)
  const models: TrainedModel[] = []
  const skipped: SkippedModel[] = []
  await trainEach(training, options, (result) => {
    if (isSkipped(result)) skipped.push(result)
    else models.push(result)
  })
  return { models, skipped }
}

export function isSkipped(result: TrainedModel | SkippedModel): result is SkippedModel {
  return 'reason' in result
}
