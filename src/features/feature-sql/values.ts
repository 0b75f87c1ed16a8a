import { AppError } from '../../core/errors.ts'
import type {
  Aggregate,
  DerivedFeature,
  Dimension,
  FeatureDefinition,
  Measure,
  ObservedFeature,
  Scale,
} from '../feature.ts'
import { shareKeysOf } from '../feature-keys.ts'
import { liftEdge } from '../fitted-constants.ts'
import { isTrade, readsText } from '../selections.ts'
import { composeAffinity, contentPositions, heaviestItems, pairState, textPositions } from './affinities.ts'
import { type Composer, type Scan, stateColumn } from './composer.ts'
import {
  composeCondition,
  cutDay,
  dayOf,
  decayWeight,
  givenCondition,
  measureOf,
  placeBetween,
  scalePlace,
  timeOf,
} from './fragments.ts'
import type { Observation } from './observation.ts'
import { composeTrait } from './traits.ts'

/** The column of a feature in the middle layer; made on first use. */
export function featureColumn(composer: Composer, name: string): string {
  const definition = composer.definitions.get(name)
  if (definition === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new AppError('bad_input', { en: `there is no feature '${name}'`, zh: `没有名为“${name}”的特征` })
  if (!composer.values.has(name)) {
    composer.values.set(name, composeValue(composer, definition))
  }
  return `feature_${name}`
}

function composeValue(composer: Composer, definition: FeatureDefinition): string {
  switch (definition.source) {
    case 'events':
      return observe(composer, definition)
    case 'features':
      return derive(composer, definition)
    case 'traits':
      return composeTrait(composer, definition)
    default:
      return definition satisfies never
  }
}

function observe(composer: Composer, definition: ObservedFeature): string {
  const scan = scanOf(definition)
  const condition = composeCondition(composer, definition.reads, definition.window)
  if (scan === 'text') composer.textConditions.add(condition)
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
    case 'sum': {
      const given = givenCondition(aggregate.of, measure(aggregate.of))
      return `toFloat64(${state(`sumIf(${measure(aggregate.of)}, ${condition}${given})`)})`
    }
    case 'mean':
      return composeMean(observation, aggregate.of)
    case 'min':
    case 'max': {
      const given = givenCondition(aggregate.of, measure(aggregate.of))
      const extreme = state(`${aggregate.kind}If(toFloat64(${measure(aggregate.of)}), ${condition}${given})`)
      return `if(${count(given)} = 0, nan, ${extreme})`
    }
    case 'spread': {
      const given = givenCondition(aggregate.of, measure(aggregate.of))
      const spread = state(`stddevSampStableIf(toFloat64(${measure(aggregate.of)}), ${condition}${given})`)
      return `if(${count(given)} < 2, nan, ${spread})`
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
    case 'last':
      return composeEdge(observation, aggregate.kind, aggregate.of)
    case 'top':
      return composeTop(observation, aggregate.of)
    case 'affinity':
      return composeAffinity(observation, aggregate)
    case 'share':
      return composeShares(observation, aggregate.of)
    case 'scale_share':
      return composeScaleShares(observation, aggregate.of)
    default:
      return aggregate satisfies never
  }
}

function scanOf(definition: ObservedFeature): Scan {
  const { reads, aggregate } = definition
  if (reads.per !== 'line') return reads.per
  if (readsText(definition)) return 'text'
  if ('of' in aggregate && aggregate.of === 'item') return 'item'
  if ('of' in aggregate && ['category', 'brand', 'topic'].includes(aggregate.of ?? '')) return 'content'
  return isTrade(reads) ? 'trade' : 'line'
}

function composeMean({ composer, definition, condition, state, count }: Observation, of: Measure): string {
  const measure = measureOf(composer, definition.reads, of)
  const given = givenCondition(of, measure)
  const sum = state(`sumIf(${measure}, ${condition}${given})`)
  return `if(${count(given)} = 0, nan, toFloat64(${sum}) / ${count(given)})`
}

function composeDistinct({ composer, condition, time, state }: Observation, of: Dimension): string {
  if (of === 'item') return `toFloat64(${state(`countIf(${pairState(composer, condition)} > 0)`)})`
  if (of === 'category' || of === 'brand')
    return `toFloat64(length(arrayDistinct(${contentPositions(composer, condition, of)})))`
  return `toFloat64(${state(`uniqExactIf(${dayOf(composer, time)}, ${condition})`)})`
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
  const measure = of === undefined ? '' : ` * toFloat64(${measureOf(composer, definition.reads, of)})`
  return state(`sumIf(${decayWeight(composer, time, halfLifeDays)}${measure}, ${condition})`)
}

/** One number tells the order: the moment, then a hash of the text, so that of one moment the same one is always taken. */
function composeEdge(
  { condition, state }: Observation,
  kind: 'first' | 'last',
  of: 'country' | 'source',
): string {
  const order = `bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), toInt64(bitAnd(CRC32(toString(${of})), 1048575)))`
  const pick = kind === 'first' ? 'argMinIf' : 'argMaxIf'
  return `toString(${state(`${pick}(${of}, ${order}, ${condition} AND ${of} != '')`)})`
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
  of: 'category' | 'brand' | 'topic' | 'text_topic',
): string {
  const positions =
    of === 'text_topic' ? textPositions(composer, condition) : contentPositions(composer, condition, of)
  const keys = shareKeysOf(definition, composer.constants)
  return `[${keys.map((_, index) => `countEqual(${positions}, ${index + 1}) / length(${positions})`)}]`
}

function composeScaleShares({ composer, definition, time, count }: Observation, scale: Scale): string {
  const place = scalePlace(composer, scale, time)
  const keys = shareKeysOf(definition, composer.constants)
  return `[${keys.map((_, index) => `${count(` AND ${place} = ${index + 1}`)} / ${count()}`)}]`
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
      const edges = (composer.constants.tierEdges[name] ?? []).map(liftEdge)
      return `if(isNaN(${of}), nan, toFloat64(${placeBetween(composer, edges, of)}))`
    }
    default:
      return formula satisfies never
  }
}
