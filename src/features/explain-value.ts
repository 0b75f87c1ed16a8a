import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { readLine, type TimelineLine, type TimelineRow } from '../events/load-timeline.ts'
import { featureDefinitions } from './definitions.ts'
import { describeColumn, explainFeature } from './describe-features.ts'
import { type FeatureDefinition, type ObservedFeature, type Selection, valueKindOf } from './feature.ts'
import type { FeatureQueryOptions } from './feature-sql/composer.ts'
import { readsEarliest } from './feature-sql/lineage.ts'
import { composeFeatureQuery, composeLineageQuery } from './feature-sql.ts'
import { fitConstants } from './fit-constants.ts'
import type { FittedConstants } from './fitted-constants.ts'

export type ExplainOptions = {
  readonly profileId: string
  /** Of shares and affinities also one key: `bought_topic/cup mug`. */
  readonly feature: string
  /** The cut: events at or before it count. */
  readonly asOfMs: number
  readonly timeZone: string
  /** At most so many lines under each feature that reads events. */
  readonly limit: number
  /** Undefined: those that ship. */
  readonly definitions?: readonly FeatureDefinition[]
  readonly topicsVersion?: string
  readonly textVersion?: string
  /** Undefined: fitted as of the cut. */
  readonly constants?: FittedConstants
  readonly signal?: AbortSignal
}

type KeyShare = { readonly key: string; readonly share: number }

/** A line and what the feature reads off it; of an order or a visit, what it reads off the whole. */
export type ReadLine = TimelineLine & { readonly reading?: number | string }

type StatedTrait = {
  readonly name: string
  readonly value: string
  readonly source: string
  readonly atMs: number
}

/** What a value comes from. */
export type Evidence =
  | {
      readonly kind: 'lines'
      readonly per: Selection['per']
      /** How many there are; fewer may be listed. */
      readonly total: number
      /** Features that rest on their first line are told from there on. */
      readonly order: 'latest_first' | 'earliest_first'
      readonly lines: readonly ReadLine[]
    }
  /** The first one counts. */
  | { readonly kind: 'statements'; readonly total: number; readonly statements: readonly StatedTrait[] }
  | { readonly kind: 'parts'; readonly parts: readonly ValueExplanation[] }

/** The value of a feature for one person, and what it comes from. */
export type ValueExplanation = {
  readonly feature: string
  readonly meaning: Bilingual
  readonly unit: Bilingual
  /** How it is computed, in words. */
  readonly method: Bilingual
  /** Undefined: missing for this person. */
  readonly value?: number | string | readonly KeyShare[]
  readonly evidence: Evidence
}

type Explaining = {
  readonly database: Database
  readonly all: readonly FeatureDefinition[]
  readonly options: ExplainOptions
  readonly reading: FeatureQueryOptions
  readonly constants: FittedConstants
  readonly values: ReadonlyMap<string, ValueExplanation['value']>
}

/**
 * The value of a feature of one person as of a cut, with the events (or statements) behind it: composed from the same
 * definition as the value. A feature made of others tells theirs.
 * @throws AppError 'bad_input' for a feature that there is not.
 */
export async function explainValue(database: Database, options: ExplainOptions): Promise<ValueExplanation> {
  const { profileId, feature } = options
  const [name = '', key] = splitColumn(feature)
  const all = options.definitions ?? featureDefinitions
  const definition = findDefinition(all, name)
  const definitions = listParts(all, definition)
  const history = await findHistorySource(database)
  const reading: FeatureQueryOptions = { ...options, history, profileIds: [profileId] }
  const constants = options.constants ?? (await fitConstants(database, definitions, reading))
  const values = await loadValues(database, definitions, { constants, reading, options })
  return explain({ database, all, options, reading, constants, values }, definition, key)
}

/** `feature/key` of shares and affinities in its parts; keys may hold slashes, names never do. */
function splitColumn(column: string): readonly [name: string, key?: string] {
  const slash = column.indexOf('/')
  return slash < 0 ? [column] : [column.slice(0, slash), column.slice(slash + 1)]
}

function findDefinition(all: readonly FeatureDefinition[], name: string): FeatureDefinition {
  const found = all.find((each) => each.name === name)
  if (found !== undefined) return found
  throw new AppError('bad_input', { en: `there is no feature '${name}'`, zh: `没有名为“${name}”的特征` })
}

/** The definition and all that it is derived from. */
function listParts(
  all: readonly FeatureDefinition[],
  definition: FeatureDefinition,
): readonly FeatureDefinition[] {
  const parts = explainFeature(definition, all).derivedFrom.flatMap((name) =>
    listParts(all, findDefinition(all, name)),
  )
  return [...new Set([definition, ...parts])]
}

async function explain(
  explaining: Explaining,
  definition: FeatureDefinition,
  key?: string,
): Promise<ValueExplanation> {
  const { all, values } = explaining
  const { meaning, unit, method } = explainFeature(definition, all)
  const feature = key === undefined ? definition.name : `${definition.name}/${key}`
  const value = readKey(values.get(definition.name), key)
  return {
    feature,
    ...(key === undefined ? { meaning, unit } : describeColumn(feature, all)),
    method,
    ...(value !== undefined && { value }),
    evidence: await findEvidence(explaining, definition, key),
  }
}

function readKey(value: ValueExplanation['value'], key: string | undefined): ValueExplanation['value'] {
  if (key === undefined) return value
  return Array.isArray(value) ? value.find((each: KeyShare) => each.key === key)?.share : undefined
}

async function findEvidence(
  explaining: Explaining,
  definition: FeatureDefinition,
  key: string | undefined,
): Promise<Evidence> {
  switch (definition.source) {
    case 'events':
      return listLines(explaining, definition, key)
    case 'traits': {
      const rows = await query<StatedTrait & { at_ms: number; total: number }>(explaining, definition)
      const statements = rows.map(({ name, value, source, at_ms }) => ({ name, value, source, atMs: at_ms }))
      return { kind: 'statements', total: rows[0]?.total ?? 0, statements }
    }
    case 'features': {
      const parts: ValueExplanation[] = []
      for (const part of explainFeature(definition, explaining.all).derivedFrom)
        parts.push(await explain(explaining, findDefinition(explaining.all, part)))
      return { kind: 'parts', parts }
    }
    default:
      return definition satisfies never
  }
}

type LineRow = TimelineRow & {
  readonly reading_number: number | null
  readonly reading_text: string
  readonly total: number
}

async function listLines(
  explaining: Explaining,
  definition: ObservedFeature,
  key: string | undefined,
): Promise<Evidence> {
  const rows = await query<LineRow>(explaining, definition, key)
  return {
    kind: 'lines',
    per: definition.reads.per,
    total: rows[0]?.total ?? 0,
    order: readsEarliest(definition) ? 'earliest_first' : 'latest_first',
    lines: rows.map(({ reading_number, reading_text, total: _, ...row }) => ({
      ...readLine(row),
      ...(reading_text !== '' && { reading: reading_text }),
      ...(reading_number !== null && reading_text === '' && { reading: reading_number }),
    })),
  }
}

function query<Row>(
  { database, options, reading, constants }: Explaining,
  definition: Parameters<typeof composeLineageQuery>[0],
  key?: string,
): Promise<Row[]> {
  const page = { limit: options.limit, ...(key !== undefined && { key }) }
  const { select, parameters } = composeLineageQuery(definition, constants, reading, page)
  return database.query<Row>(select, { parameters, ...(options.signal && { signal: options.signal }) })
}

type ValueRow = {
  readonly numbers: readonly (number | null)[]
  readonly labels: readonly string[]
  readonly affinities: readonly (readonly (readonly [key: string, share: number])[])[]
}

async function loadValues(
  database: Database,
  definitions: readonly FeatureDefinition[],
  { constants, reading, options }: Pick<Explaining, 'constants' | 'reading' | 'options'>,
): Promise<ReadonlyMap<string, ValueExplanation['value']>> {
  const { select, parameters, ...names } = composeFeatureQuery(definitions, constants, reading)
  const control = options.signal ? { signal: options.signal } : {}
  const [row] = await database.query<ValueRow>(select, { parameters, ...control })
  if (row === undefined) return new Map()
  const numbers = names.numberNames.map((name, index) => [name, row.numbers[index] ?? undefined] as const)
  const labels = names.labelNames.map((name, index) => [name, row.labels[index] || undefined] as const)
  const affinities = names.affinityNames.map((name, index) => {
    const heaviest = (row.affinities[index] ?? []).map(([key, share]) => ({ key, share }))
    return [name, heaviest.length === 0 ? undefined : heaviest] as const
  })
  const shares = definitions.filter((each) => valueKindOf(each) === 'shares')
  const grouped = shares.map(({ name }) => [name, sharesOf(name, numbers)] as const)
  return new Map<string, ValueExplanation['value']>([...numbers, ...labels, ...affinities, ...grouped])
}

/** Those above 0, the heaviest first. */
function sharesOf(
  name: string,
  numbers: readonly (readonly [string, number | undefined])[],
): readonly KeyShare[] | undefined {
  const own = numbers.filter(([column]) => column.startsWith(`${name}/`))
  const given = own.flatMap(([column, share]) =>
    share !== undefined && share > 0 ? [{ key: column.slice(name.length + 1), share }] : [],
  )
  return given.length === 0 ? undefined : given.sort((a, b) => b.share - a.share)
}
