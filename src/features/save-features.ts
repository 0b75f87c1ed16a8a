import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import type { FeatureOptions } from './compute-features.ts'
import { featureDefinitions } from './definitions.ts'
import { composeFeatureInsert } from './feature-sql.ts'
import { fitConstants } from './fit-constants.ts'
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
  const definitions = options.definitions ?? featureDefinitions
  const reading = { ...options, history: await findHistorySource(database) }
  const constants = options.constants ?? (await fitConstants(database, definitions, reading))
  const { insert, parameters } = composeFeatureInsert(definitions, constants, reading)
  await database.execute(insert, { parameters, ...(options.signal && { signal: options.signal }) })
  return constants
}
