import type { Database, FileTarget } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import type { FeatureOptions } from './compute-features.ts'
import { featureDefinitions } from './definitions.ts'
import { composeFeatureExport, composeFeatureQuery, composeProfileCount } from './feature-sql.ts'
import { fitConstants } from './fit-constants.ts'

/**
 * Writes the features of everyone (or of the given people) as of a cut to a file, computed as for models: nothing after
 * the cut takes part. A row per profile: `profile_id`, `as_of`, a Float64 column for each number and each key of a share
 * (`feature/key`), a String column for each label and for each affinity (JSON of keys and shares); missing values are
 * null. In CSV a text that a spreadsheet would run as a formula is shown as text. Resolves with the number of profiles.
 */
export async function exportFeatures(
  database: Database,
  target: FileTarget,
  options: FeatureOptions,
): Promise<number> {
  const definitions = options.definitions ?? featureDefinitions
  const reading = { ...options, history: await findHistorySource(database) }
  const constants = options.constants ?? (await fitConstants(database, definitions, reading))
  const control = options.signal ? { signal: options.signal } : {}
  const query = composeFeatureQuery(definitions, constants, reading)
  const { select, parameters } = composeFeatureExport(query, {
    asOfMs: options.asOfMs,
    isForSheets: target.format === 'CSVWithNames',
  })
  await database.exportTo(target, select, { parameters, ...control })
  const people = composeProfileCount(constants, reading)
  const [row] = await database.query<{ count: number }>(people.select, {
    parameters: people.parameters,
    ...control,
  })
  return row?.count ?? 0
}
