import type { Database } from '../database/database.ts'
import type { ModelHealth } from '../evaluate/model-health.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import type { DecisionCosts } from '../math/metrics/decision-cost.ts'
import { createRandom } from '../math/random.ts'
import { type Adoption, promoteModel, trainAndAdopt } from './adopt-models.ts'
import { checkModels } from './check-models.ts'
import type { Effort, TuneBudget } from './contenders.ts'
import { type TrainedModels, trainAll } from './train-models.ts'

type JobOptions = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly seed: number
  readonly definitions: readonly FeatureDefinition[]
  /** The time at which the job begins; its clock goes on from there. */
  readonly nowMs: number
  /** How much is tried; `quick` where left out. */
  readonly effort?: Effort
  readonly budget?: TuneBudget
  readonly costs?: DecisionCosts
}

/** Work for a training process, as plain data. */
export type TrainingJob = JobOptions &
  (
    | { readonly kind: 'train'; readonly models: readonly string[]; readonly isForced: boolean }
    | { readonly kind: 'evaluate'; readonly models: readonly string[] }
    | { readonly kind: 'promote'; readonly key: string; readonly isForced: boolean }
    | { readonly kind: 'check' }
  )

/** What each kind of job answers with. */
export type JobAnswers = {
  readonly train: Adoption
  /** Scores stay behind: nobody reads those of a fit that is only judged. */
  readonly evaluate: Pick<TrainedModels, 'skipped'> & {
    readonly evaluations: readonly NonNullable<TrainedModels['models'][number]['evaluation']>[]
  }
  readonly promote: Awaited<ReturnType<typeof promoteModel>>
  readonly check: readonly ModelHealth[]
}

export type JobControl = Pick<Parameters<typeof trainAll>[1], 'progress'> & { readonly signal: AbortSignal }

/** Does the job in this process. */
export async function runTrainingJob(
  database: Database,
  job: TrainingJob,
  { progress, signal }: JobControl,
): Promise<JobAnswers[TrainingJob['kind']]> {
  const startedAt = performance.now()
  const { asOfMs, timeZone, definitions, nowMs, effort, budget, costs } = job
  const now = () => new Date(nowMs + performance.now() - startedAt)
  const options = {
    ...{ asOfMs, timeZone, definitions, random: createRandom(job.seed), signal, progress, now },
    ...{ clock: () => performance.now(), costs, ...(effort && { effort }), ...(budget && { budget }) },
  }
  switch (job.kind) {
    case 'train':
      return trainAndAdopt(database, { ...options, models: job.models, isForced: job.isForced })
    case 'evaluate': {
      const { models, skipped } = await trainAll(database, { ...options, models: job.models })
      return { skipped, evaluations: models.flatMap(({ evaluation }) => (evaluation ? [evaluation] : [])) }
    }
    case 'promote':
      return promoteModel(database, job.key, { ...options, isForced: job.isForced })
    case 'check':
      return checkModels(database, { now: now(), random: options.random, signal })
    default:
      return job satisfies never
  }
}
