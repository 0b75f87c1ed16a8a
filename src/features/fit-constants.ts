import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { FeatureDefinition } from './feature.ts'
import type { FeatureQueryOptions } from './feature-sql/composer.ts'
import { composeTierQuery } from './feature-sql.ts'
import { type FittedConstants, vocabularyLimit } from './fitted-constants.ts'

const selectLimits = sqlFile(import.meta.url, './sql/price-limits.sql')
const selectVocabularies = sqlFile(import.meta.url, './sql/vocabularies.sql')
const selectTopics = sqlFile(import.meta.url, './sql/topic-tags.sql')

type LimitsRow = {
  readonly line_count: number
  readonly quantity_limit: number | null
  readonly price_limit: number | null
  readonly price_band_edges: readonly (number | null)[]
}

/** Reads from the history at or before the cut what the features need to know of all customers and items; `profileIds` do not narrow it. */
export async function fitConstants(
  database: Database,
  definitions: readonly FeatureDefinition[],
  options: FeatureQueryOptions & { readonly signal?: AbortSignal },
): Promise<FittedConstants> {
  const { asOfMs, topicsVersion, signal } = options
  const control = signal ? { signal } : {}
  const asOf = { as_of_ms: asOfMs, history: options.history }
  const [limits] = await database.query<LimitsRow>(selectLimits, { parameters: asOf, ...control })
  const names = await database.query<{ kind: string; name: string }>(selectVocabularies, {
    parameters: { ...asOf, limit: vocabularyLimit },
    ...control,
  })
  const topics =
    topicsVersion === undefined
      ? []
      : await database.query<{ tag: string }>(selectTopics, {
          parameters: { version: topicsVersion },
          ...control,
        })
  const hasLines = limits !== undefined && limits.line_count > 0
  const withoutTiers: FittedConstants = {
    quantityLimit: (hasLines ? limits.quantity_limit : null) ?? Number.MAX_VALUE,
    priceLimit: (hasLines ? limits.price_limit : null) ?? Number.MAX_VALUE,
    priceBandEdges: hasLines ? limits.price_band_edges.map((edge) => edge ?? 0) : [],
    tierEdges: {},
    categories: names.filter((each) => each.kind === 'category').map((each) => each.name),
    brands: names.filter((each) => each.kind === 'brand').map((each) => each.name),
    topics: topics.map((each) => each.tag),
  }
  return { ...withoutTiers, tierEdges: await fitTiers(database, definitions, withoutTiers, options) }
}

/** The values that part the customers who have one into fifths, per tier feature. */
async function fitTiers(
  database: Database,
  definitions: readonly FeatureDefinition[],
  constants: FittedConstants,
  options: FeatureQueryOptions & { readonly signal?: AbortSignal },
): Promise<Record<string, number[]>> {
  const edges: Record<string, number[]> = {}
  // Fifths of all customers, whoever is asked for.
  const { profileIds: _, ...everyone } = options
  for (const definition of definitions) {
    if (definition.source !== 'features' || definition.formula.kind !== 'tier') continue
    const { select, parameters } = composeTierQuery(definition.formula.of, constants, everyone)
    const [row] = await database.query<{ edges: (number | null)[] }>(select, {
      parameters,
      ...(options.signal && { signal: options.signal }),
    })
    edges[definition.name] = (row?.edges ?? []).filter((edge) => edge !== null)
  }
  return edges
}
