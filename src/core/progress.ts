import type { Bilingual } from './language.ts'

/** One sign of life from long work. `total` is left out while it is not known. */
export type ProgressStep = {
  readonly stage: Bilingual
  readonly done: number
  readonly total?: number
  /** What is counted, e.g. rows or MB. */
  readonly unit?: string
}

/** Told how far long work is; must be cheap to call. */
export type Progress = (step: ProgressStep) => void
