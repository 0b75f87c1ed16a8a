import { z } from 'zod'
import type { TrainingJob } from '../train/training-job.ts'

/** How hard `train` and `evaluate` look for good models. */
export const searchEffort = {
  /** More models, networks among them, and more settings of each. */
  thorough: z.boolean().optional(),
  /** Settings tried of each model. */
  trials: z.int().min(1).max(1000).optional(),
  /** Time for the settings of each model; what is under way is finished. */
  minutes: z.number().positive().max(10_000).optional(),
}

export type SearchEffort = {
  thorough?: boolean | undefined
  trials?: number | undefined
  minutes?: number | undefined
}

export function effortOf({
  thorough = false,
  trials,
  minutes,
}: SearchEffort): Pick<TrainingJob, 'effort' | 'budget'> {
  return { effort: thorough ? 'thorough' : 'quick', budget: { trials, minutes } }
}
