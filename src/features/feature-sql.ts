import type { QueryParameters } from '../database/database.ts'
import { type FeatureDefinition, type ObservedFeature, type TraitFeature, valueKindOf } from './feature.ts'
import { shareColumn, shareKeysOf } from './feature-keys.ts'
import {
  type Composer,
  composeAsked,
  createComposer,
  type FeatureQueryOptions,
  type Scan,
} from './feature-sql/composer.ts'
import { composeExport, type ExportOptions } from './feature-sql/export.ts'
import { cutMoment, dayOf, lineMeasure } from './feature-sql/fragments.ts'
import { composeLineage, composeStated, type LineagePage } from './feature-sql/lineage.ts'
import { composeStatements } from './feature-sql/traits.ts'
import { featureColumn } from './feature-sql/values.ts'
import type { FittedConstants } from './fitted-constants.ts'

export type FeatureQuery = {
  /**
   * One row per profile: `profile_id String`, `numbers Array(Float64)`, `labels Array(String)` and
   * `affinities Array(Array(Tuple(String, Float64)))`, in the order of the names below.
   */
  readonly select: string
  readonly parameters: QueryParameters
  /** Features and, of shares, `feature/key`. */
  readonly numberNames: readonly string[]
  readonly labelNames: readonly string[]
  readonly affinityNames: readonly string[]
}

/** Composes one SELECT for all definitions, with the features that they are derived from. */
export function composeFeatureQuery(
  definitions: readonly FeatureDefinition[],
  constants: FittedConstants,
  options: FeatureQueryOptions,
): FeatureQuery {
  const composer = createComposer(definitions, constants, options)
  const of = (kind: string) => definitions.filter((each) => valueKindOf(each) === kind)
  const numbers = definitions.flatMap((each) => numberColumns(composer, each))
  const labels = of('label').map((each) => featureColumn(composer, each.name))
  const affinities = of('affinities').map((each) => featureColumn(composer, each.name))
  return {
    select: composeRows(
      composer,
      numbers.map((each) => each.sql),
      labels,
      affinities,
    ),
    parameters: composer.parameters(),
    numberNames: numbers.map((each) => each.name),
    labelNames: of('label').map((each) => each.name),
    affinityNames: of('affinities').map((each) => each.name),
  }
}

function numberColumns(composer: Composer, definition: FeatureDefinition): { name: string; sql: string }[] {
  const { name } = definition
  const kind = valueKindOf(definition)
  if (kind === 'number') return [{ name, sql: featureColumn(composer, name) }]
  if (kind !== 'shares') return []
  const keys = shareKeysOf(definition, composer.constants)
  if (keys.length === 0) return []
  const shares = featureColumn(composer, name)
  return keys.map((key, index) => ({ name: shareColumn(name, key), sql: `${shares}[${index + 1}]` }))
}

/** The INSERT … SELECT that keeps all definitions in profile_features; NaN and shares of 0 are left out. */
export function composeFeatureInsert(
  definitions: readonly FeatureDefinition[],
  constants: FittedConstants,
  options: FeatureQueryOptions & { readonly now: Date },
): { readonly insert: string; readonly parameters: QueryParameters } {
  const query = composeFeatureQuery(definitions, constants, options)
  const parameters = {
    ...query.parameters,
    number_names: query.numberNames,
    label_names: query.labelNames,
    affinity_names: query.affinityNames,
    saved_as_of_ms: options.asOfMs,
    now_ms: options.now.getTime(),
  }
  const insert = `INSERT INTO profile_features (as_of, profile_id, numbers, labels, computed_at)
    WITH arrayFilter(
        (pair) -> NOT isNaN(pair.2) AND (pair.2 != 0 OR position(pair.1, '/') = 0),
        arrayZip({number_names:Array(String)}, numbers)
      ) AS given_numbers,
      arrayFlatten(arrayMap(
        (name, pairs) -> arrayMap(pair -> (concat(name, '/', pair.1), pair.2), pairs),
        {affinity_names:Array(String)}, affinities
      )) AS given_affinities,
      arrayFilter(pair -> pair.2 != '', arrayZip({label_names:Array(String)}, labels)) AS given_labels
    SELECT fromUnixTimestamp64Milli({saved_as_of_ms:Int64}, 'UTC'), profile_id,
      CAST(arrayConcat(given_numbers, given_affinities), 'Map(LowCardinality(String), Float64)'),
      CAST(given_labels, 'Map(LowCardinality(String), String)'),
      fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    FROM (${query.select})`
  return { insert, parameters }
}

/** One row per profile with a column for each name, as `feature-sql/export.ts` says. */
export function composeFeatureExport(
  query: FeatureQuery,
  options: ExportOptions,
): { readonly select: string; readonly parameters: QueryParameters } {
  return {
    select: composeExport(query, options),
    parameters: { ...query.parameters, exported_as_of_ms: options.asOfMs },
  }
}

/** One row: `count`, the people of whom something is known at the cut. */
export function composeProfileCount(
  constants: FittedConstants,
  options: FeatureQueryOptions,
): { readonly select: string; readonly parameters: QueryParameters } {
  const composer = createComposer([], constants, options)
  const select = `SELECT uniqExact(profile_id) AS count FROM ${options.history} WHERE ${composePast(composer)}`
  return { select, parameters: composer.parameters() }
}

/** One row: `edges`, the values of a number feature that part the people who have one into fifths. */
export function composeTierQuery(
  name: string,
  constants: FittedConstants,
  options: FeatureQueryOptions,
): { readonly select: string; readonly parameters: QueryParameters } {
  const composer = createComposer([], constants, options)
  const value = featureColumn(composer, name)
  const select = `SELECT quantilesExact(0.2, 0.4, 0.6, 0.8)(${value}) AS edges
    FROM (${composeValues(composer)}) WHERE NOT isNaN(${value})`
  return { select, parameters: composer.parameters() }
}

/** The lines or statements that a feature reads of the one person in `profileIds`; what a row is, `feature-sql/lineage.ts` says. */
export function composeLineageQuery(
  definition: ObservedFeature | TraitFeature,
  constants: FittedConstants,
  options: FeatureQueryOptions,
  page: LineagePage,
): { readonly select: string; readonly parameters: QueryParameters } {
  const composer = createComposer([definition], constants, options)
  if (definition.source === 'traits') {
    const select = composeStated(composer, definition, page.limit)
    return { select, parameters: composer.parameters() }
  }
  const past = composePast(composer)
  const sources = {
    past,
    orders: composeOrders(composer, `${past} AND kind IN ('purchase', 'refund')`),
    visits: composeVisits(composer, past),
    items: composeItems(composer),
    readings: composeReadings(composer, past),
    orderKey,
    visitKey: visitKey(composer),
  }
  const select = composeLineage(composer, definition, sources, page)
  return { select, parameters: composer.parameters() }
}

function composeRows(
  composer: Composer,
  numbers: readonly string[],
  labels: readonly string[],
  affinities: readonly string[],
): string {
  return `SELECT profile_id, CAST([${numbers}], 'Array(Float64)') AS numbers,
    CAST([${labels}], 'Array(String)') AS labels,
    CAST([${affinities}], 'Array(Array(Tuple(String, Float64)))') AS affinities
    FROM (${composeValues(composer)})`
}

/** One row per profile with a column for each feature. */
function composeValues(composer: Composer): string {
  const values = [...composer.values].map(([name, sql]) => `${sql} AS feature_${name}`)
  const joins = (['trade', 'order', 'visit', 'item', 'content', 'text', 'trait'] as const)
    .filter((scan) => composer.states[scan].size > 0)
    .map(
      (scan) =>
        `LEFT JOIN (${composeScan(composer, scan)}) AS by_${scan} ON by_${scan}.profile_id = by_line.profile_id`,
    )
  return `SELECT ${['by_line.profile_id AS profile_id', ...values].join(',\n')}
    FROM (${composeScan(composer, 'line')}) AS by_line
    ${joins.join('\n')}`
}

function composeScan(composer: Composer, scan: Scan): string {
  const states = [...composer.states[scan]].map(([sql, column]) => `${sql} AS ${column}`)
  const head = `SELECT ${['profile_id', ...states].join(',\n')}\nFROM`
  const source = composer.options.history
  const past = composePast(composer)
  const trade = `${past} AND kind IN ('purchase', 'refund')`
  switch (scan) {
    case 'line':
      return `${head} ${source} WHERE ${past} GROUP BY profile_id`
    case 'trade':
      return `${head} ${source} WHERE ${trade} GROUP BY profile_id`
    case 'order':
      return `${head} (${composeOrders(composer, trade)}) GROUP BY profile_id`
    case 'visit':
      return `${head} (${composeVisits(composer, past)}) GROUP BY profile_id`
    case 'item':
      return `${head} (${composePairs(composer, past)}) GROUP BY profile_id`
    case 'content': {
      const read = [...composer.contentConditions].join(' OR ')
      return `${head} ${source} GLOBAL ANY LEFT JOIN (${composeItems(composer)}) AS known_item
        USING (item_id) WHERE ${past} AND (${read}) GROUP BY profile_id`
    }
    case 'text': {
      const read = [...composer.textConditions].join(' OR ')
      return `${head} ${source} GLOBAL ANY LEFT JOIN (${composeReadings(composer, past)}) AS reading
        USING (event_id, line_index) WHERE ${past} AND (query != '' OR text != '') AND (${read}) GROUP BY profile_id`
    }
    case 'trait':
      return `${head} (${composeStatements(composer)}) GROUP BY profile_id`
    default:
      return scan satisfies never
  }
}

/** What a shop knows at the cut of real people. */
function composePast(composer: Composer): string {
  const asked = composeAsked(composer, 'profile_id')
  const only = asked === undefined ? '' : ` AND ${asked}${composeStored(composer)}`
  return `at <= ${cutMoment(composer)} AND profile_id != '' AND NOT has(marks, 'bot')${only}`
}

/** Rows of people lie under them by the key, or under what an override says they were stored as. */
function composeStored(composer: Composer): string {
  const { bind, options } = composer
  if (options.history === 'events') return ''
  const { profileIds } = options
  const moved =
    profileIds === undefined ? '' : ` AND hasAny(spans.profile_id, ${bind(profileIds, 'Array(String)')})`
  return ` AND (${composeAsked(composer, 'stored_profile_id')} OR stored_profile_id IN (
    SELECT arrayJoin(stored_as) FROM profile_overrides FINAL WHERE squashed = 0${moved}))`
}

function composeOrders(composer: Composer, trade: string): string {
  const sums = (['quantity', 'amount', 'clipped_quantity', 'clipped_amount'] as const).map(
    (measure) => `sum(${lineMeasure(composer, measure)}) AS order_${measure}`,
  )
  return `SELECT profile_id, kind, ${orderKey} AS order_key, min(at) AS order_at,
    ${sums}, max(${lineMeasure(composer, 'uses_coupon')}) AS order_uses_coupon
    FROM ${composer.options.history} WHERE ${trade} AND line_type = 'product' GROUP BY profile_id, kind, order_key`
}

const orderKey = "cityHash64(if(order_id = '', event_id, order_id))"

/** One row per profile and session, or day where the source knows no sessions. */
function composeVisits(composer: Composer, past: string): string {
  return `SELECT profile_id, ${visitKey(composer)} AS visit_key, min(at) AS visit_at,
    (toUnixTimestamp64Milli(max(at)) - toUnixTimestamp64Milli(visit_at)) / 1000 AS visit_seconds,
    toFloat64(countIf(line_index = 0)) AS visit_events, visit_events = 1 AS visit_bounced,
    countIf(kind = 'cart_add') > 0 AS visit_carted, countIf(kind = 'purchase') > 0 AS visit_ordered,
    visit_carted AND NOT visit_ordered AS visit_abandoned
    FROM ${composer.options.history} WHERE ${past} GROUP BY profile_id, visit_key`
}

function visitKey(composer: Composer): string {
  return `if(session_id = '', toUInt64(toUInt32(${dayOf(composer, 'at')})), cityHash64(session_id))`
}

function composePairs(composer: Composer, past: string): string {
  const states = [...composer.pairStates].map(([sql, column]) => `${sql} AS ${column}`)
  return `SELECT profile_id, item_id, ${states} FROM ${composer.options.history}
    WHERE ${past} AND item_id != '' AND (${[...composer.pairConditions].join(' OR ')}) GROUP BY profile_id, item_id`
}

/** One row per line that models said something of: the place of its topic among the topics, 0 for none. */
function composeReadings(composer: Composer, past: string): string {
  const { bind, constants, options } = composer
  // Of a few people only theirs are held beside their lines.
  const only =
    composeAsked(composer, 'profile_id') === undefined
      ? ''
      : ` AND event_id GLOBAL IN (SELECT event_id FROM ${options.history} WHERE ${past} AND (query != '' OR text != ''))`
  return `SELECT event_id, line_index, toUInt8(1) AS is_read, toUInt16(indexOf(${bind(constants.topics, 'Array(String)')}, toString(topic))) AS text_position,
      toFloat64(sentiment) AS text_sentiment
    FROM text_readings FINAL WHERE version = ${bind(options.textVersion ?? '', 'String')}${only}`
}

/** One row per item: the positions of its category, brand and topic in the fitted vocabularies, 0 for none. */
function composeItems(composer: Composer): string {
  const { categories, brands, topics } = composer.constants
  const position = (names: readonly string[], sql: string) =>
    `toUInt16(indexOf(${composer.bind(names, 'Array(String)')}, ${sql}))`
  const version = composer.bind(composer.options.topicsVersion ?? '', 'String')
  return `SELECT item_id, max(category) AS category_position, max(brand) AS brand_position, max(topic) AS topic_position
    FROM (
      SELECT item_id, ${position(categories, 'toString(category[1])')} AS category,
        ${position(brands, 'toString(brand)')} AS brand, toUInt16(0) AS topic
      FROM items FINAL
      UNION ALL
      SELECT item_id, toUInt16(0), toUInt16(0), ${position(topics, 'argMax(toString(tag), (weight, tag))')}
      FROM item_tags FINAL WHERE model = 'topics' AND version = ${version} GROUP BY item_id
    ) GROUP BY item_id`
}
