import type { Aggregate, ObservedFeature, TraitFeature } from '../feature.ts'
import { shareKeysOf } from '../feature-keys.ts'
import { readsText } from '../selections.ts'
import type { Composer } from './composer.ts'
import {
  composeCondition,
  dayOf,
  decayWeight,
  givenCondition,
  measureOf,
  placeBetween,
  scalePlace,
  timeOf,
} from './fragments.ts'
import { composeStatements } from './traits.ts'

/** What lines are joined with, as the features themselves read it. */
export type LineageSources = {
  /** What a shop knows at the cut, of the person asked for. */
  readonly past: string
  readonly orders: string
  readonly visits: string
  readonly items: string
  readonly readings: string
  /** What tells the orders or visits of a person apart. */
  readonly orderKey: string
  readonly visitKey: string
}

export type LineagePage = {
  readonly limit: number
  /** Of shares and affinities only the lines of one key. */
  readonly key?: string
}

/** What is read off a line, as SQL. */
type Reading = { readonly number?: string; readonly text?: string; readonly given?: string }

const columns = [
  ...[
    'event_id',
    'line_index',
    'toUnixTimestamp64Milli(at) AS at_ms',
    'kind',
    'name',
    'source',
    'session_id',
  ],
  ...[
    'order_id',
    'item_id',
    'line_type',
    'quantity',
    'toFloat64(price) AS price',
    'toFloat64(amount) AS amount',
  ],
  ...['currency', 'country', 'query', 'rating', 'text', 'coupon', 'refund_of', 'marks'],
]

/** Features that rest on the first of their lines are told from the first on. */
export function readsEarliest({ aggregate }: ObservedFeature): boolean {
  return aggregate.kind === 'first' || (aggregate.kind === 'age' && aggregate.of === 'first')
}

/**
 * One row per line of one person that the feature reads: the line, the number and the text that it reads off it (of an
 * order or a visit those of the whole), and `total`, how many there are.
 */
export function composeLineage(
  composer: Composer,
  definition: ObservedFeature,
  sources: LineageSources,
  { limit, key }: LineagePage,
): string {
  const reading = readingOf(composer, definition)
  const condition = composeCondition(composer, definition.reads, definition.window)
  const given = reading.given ?? ''
  const only = key === undefined ? '' : ` AND reading_text = ${composer.bind(key, 'String')}`
  const direction = readsEarliest(definition) ? 'ASC' : 'DESC'
  return `SELECT ${columns.join(', ')}, CAST(${reading.number ?? 'NULL'}, 'Nullable(Float64)') AS reading_number,
    CAST(${reading.text ?? "''"}, 'String') AS reading_text, count() OVER () AS total
    FROM ${composeSource(composer, definition, sources)} AND ${condition}${given}${only}
    ORDER BY at ${direction}, event_id ${direction}, line_index ${direction}
    LIMIT ${composer.bind(limit, 'UInt32')}`
}

/** One row per statement of a person that the feature reads, the one that counts first; `total` is how many there are. */
export function composeStated(composer: Composer, { traits }: TraitFeature, limit: number): string {
  return `SELECT toString(name) AS name, value, source, toUnixTimestamp64Milli(said_at) AS at_ms, count() OVER () AS total
    FROM (${composeStatements(composer)})
    WHERE name IN ${composer.bind(traits, 'Array(String)')} AND value != ''
    ORDER BY said_at DESC, source DESC, name DESC LIMIT ${composer.bind(limit, 'UInt32')}`
}

/** The lines beside what their reading needs, up to a condition that more can be added to. */
function composeSource(
  composer: Composer,
  definition: ObservedFeature,
  { past, orders, visits, items, readings, orderKey, visitKey }: LineageSources,
): string {
  const { history } = composer.options
  switch (definition.reads.per) {
    case 'order':
      return `(SELECT *, ${orderKey} AS order_key FROM ${history}
        WHERE ${past} AND kind IN ('purchase', 'refund') AND line_type = 'product') AS own_line
        GLOBAL INNER JOIN (${orders}) AS own_order USING (kind, order_key) WHERE true`
    case 'visit':
      return `(SELECT *, ${visitKey} AS visit_key FROM ${history} WHERE ${past}) AS own_line
        GLOBAL INNER JOIN (${visits}) AS own_visit USING (visit_key) WHERE true`
    case 'line':
      if (readsText(definition))
        return `${history} GLOBAL ANY LEFT JOIN (${readings}) AS reading USING (event_id, line_index)
          WHERE ${past} AND (query != '' OR text != '')`
      return isOfContent(definition.aggregate)
        ? `${history} GLOBAL ANY LEFT JOIN (${items}) AS known_item USING (item_id) WHERE ${past}`
        : `${history} WHERE ${past}`
    default:
      return definition.reads satisfies never
  }
}

function isOfContent(aggregate: Aggregate): boolean {
  return 'of' in aggregate && ['category', 'brand', 'topic'].includes(aggregate.of ?? '')
}

function readingOf(composer: Composer, definition: ObservedFeature): Reading {
  const { aggregate, reads } = definition
  const time = timeOf(reads)
  switch (aggregate.kind) {
    case 'count':
    case 'age':
    case 'gaps':
      return {}
    case 'sum':
    case 'mean':
    case 'min':
    case 'max':
    case 'spread': {
      const number = measureOf(composer, reads, aggregate.of)
      return { number, given: givenCondition(aggregate.of, number) }
    }
    case 'decay': {
      const weight = decayWeight(composer, time, aggregate.halfLifeDays)
      const measure = aggregate.of === undefined ? '1' : measureOf(composer, reads, aggregate.of)
      return { number: `${weight} * toFloat64(${measure})` }
    }
    case 'first':
    case 'last':
      return { text: `toString(${aggregate.of})`, given: ` AND ${aggregate.of} != ''` }
    case 'distinct':
    case 'top':
      return keyReading(composer, aggregate.of, time)
    case 'affinity': {
      const { of, halfLifeDays } = aggregate
      const weight = halfLifeDays === undefined ? {} : { number: decayWeight(composer, time, halfLifeDays) }
      return { ...keyReading(composer, of, time), ...weight }
    }
    case 'share':
      return keyReading(composer, aggregate.of, time)
    case 'scale_share': {
      const keys = composer.bind(shareKeysOf(definition, composer.constants), 'Array(String)')
      return { text: `arrayElement(${keys}, ${scalePlace(composer, aggregate.of, time)})` }
    }
    default:
      return aggregate satisfies never
  }
}

type Keyed = Extract<Aggregate, { kind: 'distinct' | 'top' | 'affinity' | 'share' }>['of']

/** The key that a line counts for; lines without one are not read. */
function keyReading(composer: Composer, of: Keyed, time: string): Reading {
  const { categories, brands, topics, priceBandEdges } = composer.constants
  const named = (names: readonly string[], position: string): Reading => ({
    text: `arrayElement(${composer.bind(names, 'Array(String)')}, ${position})`,
    given: ` AND ${position} > 0`,
  })
  switch (of) {
    case 'item':
      return { text: 'item_id', given: " AND item_id != ''" }
    case 'category':
      return named(categories, 'category_position')
    case 'brand':
      return named(brands, 'brand_position')
    case 'topic':
      return named(topics, 'topic_position')
    case 'text_topic':
      return named(topics, 'text_position')
    case 'price_band':
      return { text: `toString(${placeBetween(composer, priceBandEdges, 'toFloat64(price)')})` }
    case 'day':
      return { text: `toString(toDate32('1970-01-01') + ${dayOf(composer, time)})` }
    default:
      return of satisfies never
  }
}
