import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { featureDefinitions } from './definitions.ts'
import type { FeatureDefinition } from './feature.ts'
import { composeFeatureQuery } from './feature-sql.ts'
import type { FeatureTable } from './feature-table.ts'
import { fitConstants } from './fit-constants.ts'
import type { FittedConstants } from './fitted-constants.ts'

export type FeatureOptions = {
  /** The cut: events at or before it count. */
  readonly asOfMs: number
  /** IANA name; windows and calendar features are of this zone. */
  readonly timeZone: string
  /** The version of the topics in item_tags (model `topics`); without one there are no columns of topics. */
  readonly topicsVersion?: string
  /** The version of what models say of texts (events/text-readings.ts); without one no text says anything. */
  readonly textVersion?: string
  /** Undefined: everyone with an event at or before the cut. */
  readonly profileIds?: readonly string[]
  /** Undefined: all of them. */
  readonly definitions?: readonly FeatureDefinition[]
  /** Undefined: fitted as of the cut. Give those of another table to compute the very same columns. */
  readonly constants?: FittedConstants
  readonly signal?: AbortSignal
}

type Row = {
  readonly profile_id: string
  readonly numbers: readonly (number | null)[]
  readonly labels: readonly string[]
}

/**
 * The features of everyone (or of the given people) as of a cut. Affinities (the heaviest few of an open list) are not
 * part of the table: `saveFeatures` keeps them for profiles.
 */
export async function computeFeatures(database: Database, options: FeatureOptions): Promise<FeatureTable> {
  const definitions = options.definitions ?? featureDefinitions
  const reading = { ...options, history: await findHistorySource(database) }
  const constants = options.constants ?? (await fitConstants(database, definitions, reading))
  const query = composeFeatureQuery(definitions, constants, reading)
  const { numberNames, labelNames } = query
  const profileIds: string[] = []
  const labels: Record<string, string[]> = Object.fromEntries(labelNames.map((name) => [name, []]))
  const chunks: Float64Array[] = []
  const { parameters } = query
  const control = options.signal ? { signal: options.signal } : {}
  for await (const rows of database.stream<Row>(query.select, { parameters, ...control })) {
    const chunk = new Float64Array(rows.length * numberNames.length)
    for (const [row, { profile_id, numbers, labels: texts }] of rows.entries()) {
      profileIds.push(profile_id)
      chunk.set(
        numbers.map((number) => number ?? Number.NaN),
        row * numberNames.length,
      )
      for (const [index, name] of labelNames.entries()) labels[name]?.push(texts[index] ?? '')
    }
    chunks.push(chunk)
  }
  const values = joinChunks(chunks)
  return {
    asOfMs: options.asOfMs,
    profileIds,
    numbers: { featureNames: numberNames, rowIds: profileIds, values },
    labels,
    constants,
  }
}

function joinChunks(chunks: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    values.set(chunk, offset)
    offset += chunk.length
  }
  return values
}
