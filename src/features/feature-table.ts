import type { Dataset } from '../core/dataset.ts'
import type { FittedConstants } from './fitted-constants.ts'

/** The features of many people as of one cut, for models. */
export type FeatureTable = {
  readonly asOfMs: number
  readonly profileIds: readonly string[]
  /** Numbers and shares (`name/key`), one row a profile, in the order of profileIds; NaN is a missing value. */
  readonly numbers: Dataset
  /** Feature → one text a profile; empty where there is none. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** What was fitted as of the cut to compute them. */
  readonly constants: FittedConstants
}
