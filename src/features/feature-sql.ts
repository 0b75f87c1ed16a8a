import { AppError } from '../core/errors.ts'
import type { QueryParameters } from '../database/database.ts'
import { featureDefinitions } from './definitions.ts'
import {
  type DerivedFeature,
  type FeatureDefinition,
  type Measure,
  type ObservedFeature,
  type Scale,
  type Selection,
  valueKindOf,
  type Window,
} from './feature.ts'
import { shareColumn, shareKeysOf } from './feature-keys.ts'
import { createParameterBinder, type ParameterBinder } from './feature-parameters.ts'
import type { FittedConstants } from './fitted-constants.ts'

export type FeatureQueryOptions = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly topicsVersion?: string
  readonly profileIds?: readonly string[]
}

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

/**
 * Reads of the history, each with one row per profile: `line` every line (who exists); `trade` lines of purchases and
 * refunds; `order` the same folded by order; `item` pairs of profile and item; `content` lines beside what is known of
 * their item. A feature is computed in the narrowest that holds what it reads.
 */
type Scan = 'line' | 'trade' | 'order' | 'item' | 'content'

type Composer = ParameterBinder & {
  readonly constants: FittedConstants
  readonly options: FeatureQueryOptions
  readonly definitions: ReadonlyMap<string, FeatureDefinition>
  /** Per scan: aggregate → column; features that need the same aggregate share its column. */
  readonly states: Readonly<Record<Scan, Map<string, string>>>
  /** The conditions that the item scan counts by → column. */
  readonly pairCounts: Map<string, string>
  /** What the content scan has to read. */
  readonly contentConditions: Set<string>
  /** Feature → expression over states and earlier features. */
  readonly values: Map<string, string>
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

function createComposer(
  definitions: readonly FeatureDefinition[],
  constants: FittedConstants,
  options: FeatureQueryOptions,
): Composer {
  return {
    ...createParameterBinder(),
    constants,
    options,
    definitions: new Map([...featureDefinitions, ...definitions].map((each) => [each.name, each])),
    states: { line: new Map(), trade: new Map(), order: new Map(), item: new Map(), content: new Map() },
    pairCounts: new Map(),
    contentConditions: new Set(),
    values: new Map(),
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

/** The column of a feature in the middle layer; made on first use. */
function featureColumn(composer: Composer, name: string): string {
  const definition = composer.definitions.get(name)
  if (definition === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new AppError('bad_input', { en: `there is no feature '${name}'`, zh: `没有名为“${name}”的特征` })
  if (!composer.values.has(name)) {
    const sql = definition.source === 'events' ? observe(composer, definition) : derive(composer, definition)
    composer.values.set(name, sql)
  }
  return `feature_${name}`
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
  const joins = (['trade', 'order', 'item', 'content'] as const)
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
  const past = composePast(composer)
  const trade = `${past} AND kind IN ('purchase', 'refund')`
  switch (scan) {
    case 'line':
      return `${head} events WHERE ${past} GROUP BY profile_id`
    case 'trade':
      return `${head} events WHERE ${trade} GROUP BY profile_id`
    case 'order':
      return `${head} (${composeOrders(composer, trade)}) GROUP BY profile_id`
    case 'item':
      return `${head} (${composePairs(composer, past)}) GROUP BY profile_id`
    case 'content': {
      const read = [...composer.contentConditions].join(' OR ')
      return `${head} events GLOBAL ANY LEFT JOIN (${composeItems(composer)}) AS known_item
        USING (item_id) WHERE ${past} AND (${read}) GROUP BY profile_id`
    }
    default:
      return scan satisfies never
  }
}

/** What a shop knows at the cut of real people. */
function composePast(composer: Composer): string {
  const { profileIds } = composer.options
  const only = profileIds ? ` AND profile_id IN ${composer.bind(profileIds, 'Array(String)')}` : ''
  return `at <= ${cutMoment(composer)} AND profile_id != '' AND NOT has(marks, 'bot')${only}`
}

function composeOrders(composer: Composer, trade: string): string {
  const sums = (['quantity', 'amount', 'clipped_quantity', 'clipped_amount'] as const).map(
    (measure) => `sum(${lineMeasure(composer, measure)}) AS order_${measure}`,
  )
  return `SELECT profile_id, kind, cityHash64(if(order_id = '', event_id, order_id)) AS order_key, min(at) AS order_at,
    ${sums}, max(${lineMeasure(composer, 'uses_coupon')}) AS order_uses_coupon
    FROM events WHERE ${trade} AND line_type = 'product' GROUP BY profile_id, kind, order_key`
}

function composePairs(composer: Composer, past: string): string {
  const conditions = [...composer.pairCounts.keys()]
  const counts = [...composer.pairCounts].map(([condition, column]) => `countIf(${condition}) AS ${column}`)
  return `SELECT profile_id, item_id, ${counts} FROM events
    WHERE ${past} AND item_id != '' AND (${conditions.join(' OR ')}) GROUP BY profile_id, item_id`
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

function observe(composer: Composer, definition: ObservedFeature): string {
  const { aggregate, reads, window } = definition
  const scan = scanOf(definition)
  const condition = composeCondition(composer, reads, window)
  const state = (sql: string) => stateColumn(composer.states[scan], scan, sql)
  const count = (extra = '') => state(`countIf(${condition}${extra})`)
  switch (aggregate.kind) {
    case 'count':
      return `toFloat64(${count()})`
    case 'sum':
      return `toFloat64(${state(`sumIf(${measureOf(composer, reads, aggregate.of)}, ${condition})`)})`
    case 'mean': {
      const measure = measureOf(composer, reads, aggregate.of)
      const given = isGivenWhenPositive(aggregate.of) ? ` AND ${measure} > 0` : ''
      const sum = state(`sumIf(${measure}, ${condition}${given})`)
      return `if(${count(given)} = 0, nan, toFloat64(${sum}) / ${count(given)})`
    }
    case 'spread': {
      const measure = `toFloat64(${measureOf(composer, reads, aggregate.of)})`
      return `if(${count()} < 2, nan, ${state(`stddevSampStableIf(${measure}, ${condition})`)})`
    }
    case 'distinct':
      return observeDistinct(composer, definition, aggregate.of)
    case 'age': {
      const moment = state(`${aggregate.of === 'first' ? 'minIf' : 'maxIf'}(${timeOf(reads)}, ${condition})`)
      return `if(${count()} = 0, nan, toFloat64(${cutDay(composer)} - ${dayOf(composer, moment)}))`
    }
    case 'gaps':
      return observeGaps(
        state(`groupUniqArrayIf(${dayOf(composer, timeOf(reads))}, ${condition})`),
        aggregate.statistic,
      )
    case 'decay': {
      const halfLife = composer.bind(aggregate.halfLifeDays * 86_400_000, 'Float64')
      const age = `(${composer.bind(composer.options.asOfMs, 'Int64')} - toUnixTimestamp64Milli(${timeOf(reads)}))`
      const measure = aggregate.of === undefined ? '' : ` * ${measureOf(composer, reads, aggregate.of)}`
      return `toFloat64(${state(`sumIf(exp(-0.6931471805599453 * ${age} / ${halfLife})${measure}, ${condition})`)})`
    }
    case 'first':
    case 'last': {
      const pick = aggregate.kind === 'first' ? 'argMinIf' : 'argMaxIf'
      return `toString(${state(`${pick}(${aggregate.of}, at, ${condition} AND ${aggregate.of} != '')`)})`
    }
    case 'top':
      return aggregate.of === 'item'
        ? `${heaviestItems(composer, condition, 1)}[1].2`
        : observeTop(composer, condition, aggregate.of)
    case 'affinity': {
      const total = stateColumn(composer.states.item, 'item', `sum(${pairCount(composer, condition)})`)
      return `arrayMap(pair -> (pair.2, -pair.1 / ${total}), ${heaviestItems(composer, condition, aggregate.limit)})`
    }
    case 'share': {
      const positions = contentPositions(composer, condition, aggregate.of)
      const keys = shareKeysOf(definition, composer.constants)
      const counts = keys.map((_, index) => `countEqual(${positions}, ${index + 1}) / length(${positions})`)
      return `[${counts}]`
    }
    case 'scale_share': {
      const keys = shareKeysOf(definition, composer.constants)
      const place = scalePlace(composer, aggregate.of, timeOf(reads))
      const parts = keys.map((_, index) => `${count(` AND ${place} = ${index + 1}`)} / ${count()}`)
      return `[${parts}]`
    }
    default:
      return aggregate satisfies never
  }
}

function scanOf({ reads, aggregate }: ObservedFeature): Scan {
  if (reads.per === 'order') return 'order'
  if ('of' in aggregate && aggregate.of === 'item') return 'item'
  if ('of' in aggregate && ['category', 'brand', 'topic'].includes(aggregate.of ?? '')) return 'content'
  const isTrade = reads.kinds?.every((kind) => kind === 'purchase' || kind === 'refund') ?? false
  return isTrade ? 'trade' : 'line'
}

function stateColumn(states: Map<string, string>, prefix: string, sql: string): string {
  const known = states.get(sql)
  if (known !== undefined) return known
  const column = `${prefix}_${states.size}`
  states.set(sql, column)
  return column
}

function observeDistinct(composer: Composer, definition: ObservedFeature, of: string): string {
  const condition = composeCondition(composer, definition.reads, definition.window)
  const scan = scanOf(definition)
  const state = (sql: string) => stateColumn(composer.states[scan], scan, sql)
  if (of === 'item') return `toFloat64(${state(`countIf(${pairCount(composer, condition)} > 0)`)})`
  if (of === 'category' || of === 'brand')
    return `toFloat64(length(arrayDistinct(${contentPositions(composer, condition, of)})))`
  const day = dayOf(composer, timeOf(definition.reads))
  const key = of === 'day' ? day : `if(session_id = '', toUInt64(toUInt32(${day})), cityHash64(session_id))`
  return `toFloat64(${state(`uniqExactIf(${key}, ${condition})`)})`
}

/** `days` is a column of different days; arrays of Int32, so that the difference of two is signed. */
function observeGaps(days: string, statistic: 'mean' | 'deviation'): string {
  if (statistic === 'mean')
    return `if(length(${days}) < 2, nan, (arrayMax(${days}) - arrayMin(${days})) / (length(${days}) - 1))`
  const gaps = `arrayPopFront(arrayDifference(arraySort(${days})))`
  return `if(length(${days}) < 3, nan, arrayReduce('stddevSampStable', ${gaps}))`
}

function pairCount(composer: Composer, condition: string): string {
  return stateColumn(composer.pairCounts, 'pair', condition)
}

/** The most frequent items as (−count, item), among equals the lesser id first. */
function heaviestItems(composer: Composer, condition: string, limit: number): string {
  const count = pairCount(composer, condition)
  const pairs = `groupArrayIf((-toInt64(${count}), item_id), ${count} > 0)`
  const column = stateColumn(composer.states.item, 'item', pairs)
  return `arraySlice(arrayPartialSort(${limit}, ${column}), 1, ${limit})`
}

/** The positions of the vocabulary of each line that has one. */
function contentPositions(composer: Composer, condition: string, of: 'category' | 'brand' | 'topic'): string {
  composer.contentConditions.add(condition)
  const sql = `groupArrayIf(${of}_position, ${condition} AND ${of}_position > 0)`
  return stateColumn(composer.states.content, 'content', sql)
}

function observeTop(composer: Composer, condition: string, of: 'category' | 'brand'): string {
  const positions = contentPositions(composer, condition, of)
  const { categories, brands } = composer.constants
  const names = composer.bind(of === 'category' ? categories : brands, 'Array(String)')
  const counted = `arrayMap(place -> (-toInt64(countEqual(${positions}, place)), place), arrayDistinct(${positions}))`
  return `arrayElement(${names}, arraySort(${counted})[1].2)`
}

function derive(composer: Composer, { name, formula }: DerivedFeature): string {
  switch (formula.kind) {
    case 'ratio': {
      const [of, to] = [featureColumn(composer, formula.of), featureColumn(composer, formula.to)]
      const ratio =
        formula.atMost === undefined ? `${of} / ${to}` : `least(${of} / ${to}, ${Number(formula.atMost)})`
      return `if(${to} = 0 OR isNaN(${to}) OR isNaN(${of}), nan, ${ratio})`
    }
    case 'trend': {
      const [recent, earlier] = [
        featureColumn(composer, formula.recent),
        featureColumn(composer, formula.earlier),
      ]
      return `if(${recent} + ${earlier} = 0, nan, (${recent} - ${earlier}) / (${recent} + ${earlier}))`
    }
    case 'tier': {
      const of = featureColumn(composer, formula.of)
      return `if(isNaN(${of}), nan, toFloat64(${placeBetween(composer, composer.constants.tierEdges[name] ?? [], of)}))`
    }
    default:
      return formula satisfies never
  }
}

function composeCondition(composer: Composer, reads: Selection, window: Window): string {
  const parts: string[] = []
  if (reads.kinds !== undefined) parts.push(`kind IN ${composer.bind(reads.kinds, 'Array(String)')}`)
  if (reads.per === 'line' && reads.lineTypes !== undefined)
    parts.push(`line_type IN ${composer.bind(reads.lineTypes, 'Array(String)')}`)
  if (window !== 'all') {
    const until = window.untilDaysAgo ?? 0
    parts.push(`${timeOf(reads)} >= ${midnight(composer, until + window.days)}`)
    if (window.untilDaysAgo !== undefined) parts.push(`${timeOf(reads)} < ${midnight(composer, until)}`)
  }
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

function timeOf(reads: Selection): string {
  return reads.per === 'order' ? 'order_at' : 'at'
}

function cutMoment(composer: Composer): string {
  return `fromUnixTimestamp64Milli(${composer.bind(composer.options.asOfMs, 'Int64')}, 'UTC')`
}

/** Days since 1970 in the shop's zone, signed. */
function dayOf(composer: Composer, moment: string): string {
  return `toInt32(toDate32(${moment}, ${composer.bind(composer.options.timeZone, 'String')}))`
}

function cutDay(composer: Composer): string {
  return dayOf(composer, cutMoment(composer))
}

/** The moment at which the day so many days before the cut's began. */
function midnight(composer: Composer, daysAgo: number): string {
  const zone = composer.bind(composer.options.timeZone, 'String')
  return `toDateTime64(toDate32(${cutMoment(composer)}, ${zone}) - ${composer.bind(daysAgo, 'UInt32')}, 3, ${zone})`
}

function measureOf(composer: Composer, reads: Selection, measure: Measure): string {
  if (reads.per === 'line') return lineMeasure(composer, measure)
  const orderMeasures: readonly Measure[] = [
    'quantity',
    'amount',
    'clipped_quantity',
    'clipped_amount',
    'uses_coupon',
  ]
  if (!orderMeasures.includes(measure)) throw new Error(`an order has no ${measure}`)
  return `order_${measure}`
}

function lineMeasure(composer: Composer, measure: Measure): string {
  const quantityLimit = composer.bind(composer.constants.quantityLimit, 'Float64')
  const priceLimit = composer.bind(composer.constants.priceLimit, 'Float64')
  const price = 'toFloat64(price)'
  switch (measure) {
    case 'quantity':
    case 'amount':
    case 'rating':
      return measure
    case 'price':
      return price
    case 'clipped_quantity':
      return `least(quantity, ${quantityLimit})`
    case 'clipped_price':
      return `least(${price}, ${priceLimit})`
    case 'clipped_amount':
      return `toFloat64(amount) * if(quantity > ${quantityLimit}, ${quantityLimit} / quantity, 1)
        * if(${price} > ${priceLimit}, ${priceLimit} / ${price}, 1)`
    case 'dwell_seconds':
      return 'dwell_ms / 1000'
    case 'uses_coupon':
      return "(coupon != '')"
    default:
      return measure satisfies never
  }
}

function isGivenWhenPositive(measure: Measure): boolean {
  return measure === 'rating' || measure === 'dwell_seconds'
}

/** The place of a line on a scale, from 1. */
function scalePlace(composer: Composer, scale: Scale, time: string): string {
  const zone = composer.bind(composer.options.timeZone, 'String')
  switch (scale) {
    case 'weekday':
      return `toDayOfWeek(${time}, 0, ${zone})`
    case 'day_part':
      return `intDiv(toHour(${time}, ${zone}), 6) + 1`
    case 'price_band':
      return placeBetween(composer, composer.constants.priceBandEdges, 'toFloat64(price)')
    default:
      return scale satisfies never
  }
}

/** 1 + how many edges lie below the value. */
function placeBetween(composer: Composer, edges: readonly number[], value: string): string {
  return ['1', ...edges.map((edge) => `(${value} > ${composer.bind(edge, 'Float64')})`)].join(' + ')
}
