import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { featureDefinitions } from './definitions.ts'
import type { FeatureDefinition } from './feature.ts'
import { composeFeatureQuery } from './feature-sql.ts'
import type { FeatureTable } from './feature-table.ts'
import { fitConstants } from './fit-constants.ts'
import type { FittedConstants } from './fitted-constants.ts'
import { loadPeopleShares, type PeopleShare } from './people-shares.ts'

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
  /** About so many lines are read at once, those of one person together; 1,000,000 by default. */
  readonly linesPerShare?: number
  readonly signal?: AbortSignal
}

/** What is read of everyone beside each other: measured, the size up to which an event costs the same. */
const standardLinesPerShare = 1_000_000

type Row = {
  readonly profile_id: string
  readonly numbers: readonly (number | null)[]
  readonly labels: readonly string[]
}

/** Some people of a stream of features. */
type FeatureBatch = {
  readonly profileIds: readonly string[]
  /** [people × numberNames], row-major; NaN where missing. */
  readonly numbers: Float64Array
  /** By person, in the order of labelNames. */
  readonly labels: readonly (readonly string[])[]
}

export type FeatureStream = {
  readonly numberNames: readonly string[]
  readonly labelNames: readonly string[]
  readonly constants: FittedConstants
  readonly batches: AsyncIterable<FeatureBatch>
}

/** The features of everyone (or of the given people) as of a cut, some people at a time; each batch may be let go of. */
export async function streamFeatures(database: Database, options: FeatureOptions): Promise<FeatureStream> {
  const plan = await planFeatures(database, options)
  const { numberNames, labelNames } = composeFeatureQuery(plan.definitions, plan.constants, plan.reading)
  const control = options.signal ? { signal: options.signal } : {}
  async function* read() {
    for (const share of plan.shares) {
      const reading = { ...plan.reading, share }
      const { select, parameters } = composeFeatureQuery(plan.definitions, plan.constants, reading)
      for await (const rows of database.stream<Row>(select, { parameters, ...control }))
        yield toBatch(rows, numberNames.length)
    }
  }
  return { numberNames, labelNames, constants: plan.constants, batches: read() }
}

/** What is computed, with what, and of which people one after the other. */
export async function planFeatures(database: Database, options: FeatureOptions) {
  const { profileIds, linesPerShare = standardLinesPerShare, signal } = options
  const definitions = options.definitions ?? featureDefinitions
  const reading = { ...options, history: await findHistorySource(database) }
  const constants = options.constants ?? (await fitConstants(database, definitions, reading))
  const shares: readonly PeopleShare[] =
    profileIds === undefined ? await loadPeopleShares(database, { linesPerShare, signal }) : [{}]
  return { definitions, reading, constants, shares }
}

function toBatch(rows: readonly Row[], columnCount: number): FeatureBatch {
  const values = new Float64Array(rows.length * columnCount)
  for (const [row, { numbers }] of rows.entries())
    values.set(
      numbers.map((number) => number ?? Number.NaN),
      row * columnCount,
    )
  return {
    profileIds: rows.map(({ profile_id }) => profile_id),
    numbers: values,
    labels: rows.map(({ labels }) => labels),
  }
}

/**
 * The features of everyone (or of the given people) as of a cut, held at once: 8 bytes a number. Affinities (the
 * heaviest few of an open list) are not part of the table: `saveFeatures` keeps them for profiles.
 */
export async function computeFeatures(database: Database, options: FeatureOptions): Promise<FeatureTable> {
  const { numberNames, labelNames, constants, batches } = await streamFeatures(database, options)
  const profileIds: string[] = []
  const labels: Record<string, string[]> = Object.fromEntries(labelNames.map((name) => [name, []]))
  const chunks: Float64Array[] = []
  for await (const batch of batches) {
    for (const profileId of batch.profileIds) profileIds.push(profileId)
    for (const texts of batch.labels)
      for (const [index, name] of labelNames.entries()) labels[name]?.push(texts[index] ?? '')
    chunks.push(batch.numbers)
  }
  return {
    asOfMs: options.asOfMs,
    profileIds,
    numbers: { featureNames: numberNames, rowIds: profileIds, values: joinChunks(chunks) },
    labels,
    constants,
  }
}

/** Empties the list as it goes, so that not everything is held twice. */
function joinChunks(chunks: Float64Array[]): Float64Array {
  const values = new Float64Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    values.set(chunk, offset)
    offset += chunk.length
  }
  return values
}
