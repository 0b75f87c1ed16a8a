import { AppError } from '../../core/errors.ts'
import type { Aggregate, DerivedFeature, Dimension, Measure, ObservedFeature, Scale } from '../feature.ts'
import { shareKeysOf } from '../feature-keys.ts'
import { type Composer, type Scan, stateColumn } from './composer.ts'
import {
  composeCondition,
  cutDay,
  dayOf,
  isGivenWhenPositive,
  measureOf,
  placeBetween,
  scalePlace,
  timeOf,
} from './fragments.ts'

/** The column of a feature in the middle layer; made on first use. */
export function featureColumn(composer: Composer, name: string): string {
  const definition = composer.definitions.get(name)
  if (definition === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new AppError('bad_input', { en: `there is no feature '${name}'`, zh: `没有名为“${name}”的特征` })
  if (!composer.values.has(name)) {
    const sql = definition.source === 'events' ? observe(composer, definition) : derive(composer, definition)
    composer.values.set(name, sql)
  }
  return `feature_${name}`
}

/** One observed feature while its value is composed. */
type Observation = {
  readonly composer: Composer
  readonly definition: ObservedFeature
  /** Which lines or orders it reads, as SQL. */
  readonly condition: string
  /** The moment of a line or order. */
  readonly time: string
  /** The column of its scan that holds an aggregate. */
  state(sql: string): string
  /** The column with the number of lines or orders, narrowed by a further condition. */
  count(extra?: string): string
}

function observe(composer: Composer, definition: ObservedFeature): string {
  const scan = scanOf(definition)
  const condition = composeCondition(composer, definition.reads, definition.window)
  const state = (sql: string) => stateColumn(composer.states[scan], scan, sql)
  const count = (extra = '') => state(`countIf(${condition}${extra})`)
  const time = timeOf(definition.reads)
  return composeAggregate({ composer, definition, condition, time, state, count }, definition.aggregate)
}

function composeAggregate(observation: Observation, aggregate: Aggregate): string {
  const { composer, definition, condition, state, count } = observation
  const measure = (of: Measure) => measureOf(composer, definition.reads, of)
  switch (aggregate.kind) {
    case 'count':
      return `toFloat64(${count()})`
    case 'sum':
      return `toFloat64(${state(`sumIf(${measure(aggregate.of)}, ${condition})`)})`
    case 'mean':
      return composeMean(observation, aggregate.of)
    case 'spread': {
      const spread = state(`stddevSampStableIf(toFloat64(${measure(aggregate.of)}), ${condition})`)
      return `if(${count()} < 2, nan, ${spread})`
    }
    case 'distinct':
      return composeDistinct(observation, aggregate.of)
    case 'age':
      return composeAge(observation, aggregate.of)
    case 'gaps':
      return composeGaps(observation, aggregate.statistic)
    case 'decay':
      return composeDecay(observation, aggregate.halfLifeDays, aggregate.of)
    case 'first':
    case 'last': {
      const pick = aggregate.kind === 'first' ? 'argMinIf' : 'argMaxIf'
      return `toString(${state(`${pick}(${aggregate.of}, at, ${condition} AND ${aggregate.of} != '')`)})`
    }
    case 'top':
      return composeTop(observation, aggregate.of)
    case 'affinity': {
      const total = stateColumn(composer.states.item, 'item', `sum(${pairCount(composer, condition)})`)
      const heaviest = heaviestItems(composer, condition, aggregate.limit)
      return `arrayMap(pair -> (pair.2, -pair.1 / ${total}), ${heaviest})`
    }
    case 'share':
      return composeShares(observation, aggregate.of)
    case 'scale_share':
      return composeScaleShares(observation, aggregate.of)
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

function composeMean({ composer, definition, condition, state, count }: Observation, of: Measure): string {
  const measure = measureOf(composer, definition.reads, of)
  const given = isGivenWhenPositive(of) ? ` AND ${measure} > 0` : ''
  const sum = state(`sumIf(${measure}, ${condition}${given})`)
  return `if(${count(given)} = 0, nan, toFloat64(${sum}) / ${count(given)})`
}

function composeDistinct({ composer, condition, time, state }: Observation, of: Dimension): string {
  if (of === 'item') return `toFloat64(${state(`countIf(${pairCount(composer, condition)} > 0)`)})`
  if (of === 'category' || of === 'brand')
    return `toFloat64(length(arrayDistinct(${contentPositions(composer, condition, of)})))`
  const day = dayOf(composer, time)
  const key = of === 'day' ? day : `if(session_id = '', toUInt64(toUInt32(${day})), cityHash64(session_id))`
  return `toFloat64(${state(`uniqExactIf(${key}, ${condition})`)})`
}

function composeAge({ composer, condition, time, state, count }: Observation, of: 'first' | 'last'): string {
  const moment = state(`${of === 'first' ? 'minIf' : 'maxIf'}(${time}, ${condition})`)
  return `if(${count()} = 0, nan, toFloat64(${cutDay(composer)} - ${dayOf(composer, moment)}))`
}

function composeGaps(observation: Observation, statistic: 'mean' | 'deviation'): string {
  const { composer, condition, time, state } = observation
  const days = state(`groupUniqArrayIf(${dayOf(composer, time)}, ${condition})`)
  if (statistic === 'mean')
    return `if(length(${days}) < 2, nan, (arrayMax(${days}) - arrayMin(${days})) / (length(${days}) - 1))`
  const gaps = `arrayPopFront(arrayDifference(arraySort(${days})))`
  return `if(length(${days}) < 3, nan, arrayReduce('stddevSampStable', ${gaps}))`
}

function composeDecay(observation: Observation, halfLifeDays: number, of: Measure | undefined): string {
  const { composer, definition, condition, time, state } = observation
  const halfLife = composer.bind(halfLifeDays * 86_400_000, 'Float64')
  const age = `(${composer.bind(composer.options.asOfMs, 'Int64')} - toUnixTimestamp64Milli(${time}))`
  const measure = of === undefined ? '' : ` * toFloat64(${measureOf(composer, definition.reads, of)})`
  return state(`sumIf(exp(${-Math.LN2} * ${age} / ${halfLife})${measure}, ${condition})`)
}

function composeTop({ composer, condition }: Observation, of: 'item' | 'category' | 'brand'): string {
  if (of === 'item') return `${heaviestItems(composer, condition, 1)}[1].2`
  const positions = contentPositions(composer, condition, of)
  const { categories, brands } = composer.constants
  const names = composer.bind(of === 'category' ? categories : brands, 'Array(String)')
  const counted = `arrayMap(place -> (-toInt64(countEqual(${positions}, place)), place), arrayDistinct(${positions}))`
  return `arrayElement(${names}, arraySort(${counted})[1].2)`
}

function composeShares(
  { composer, definition, condition }: Observation,
  of: 'category' | 'brand' | 'topic',
): string {
  const positions = contentPositions(composer, condition, of)
  const keys = shareKeysOf(definition, composer.constants)
  return `[${keys.map((_, index) => `countEqual(${positions}, ${index + 1}) / length(${positions})`)}]`
}

function composeScaleShares({ composer, definition, time, count }: Observation, scale: Scale): string {
  const place = scalePlace(composer, scale, time)
  const keys = shareKeysOf(definition, composer.constants)
  return `[${keys.map((_, index) => `${count(` AND ${place} = ${index + 1}`)} / ${count()}`)}]`
}

/** The column of the pairs of profile and item that counts the lines of a condition. */
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
