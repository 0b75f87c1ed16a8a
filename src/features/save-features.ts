import { throwIfStopped } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { type FeatureOptions, planFeatures } from './compute-features.ts'
import { composeFeatureInsert } from './feature-sql.ts'
import type { FittedConstants } from './fitted-constants.ts'

/**
 * Computes the features of everyone (or of the given people) as of a cut and keeps them in `profile_features`, all
 * inside the engine; the same cut again replaces them. Missing numbers and shares of 0 are left out of the maps; the
 * share of a key is the number `feature/key`. Resolves with what was fitted as of the cut.
 */
export async function saveFeatures(
  database: Database,
  options: FeatureOptions & { readonly now: Date },
): Promise<FittedConstants> {
  const { definitions, reading, constants, shares } = await planFeatures(database, options)
  const { now, signal } = options
  for (const share of shares) {
    throwIfStopped(signal)
    const { insert, parameters } = composeFeatureInsert(definitions, constants, { ...reading, share, now })
    await database.execute(insert, { parameters, ...(signal && { signal }) })
  }
  return constants
}
