import type { Aggregate, Measure } from '../feature.ts'
import type { ItemLookup } from '../feature-line.ts'
import type { FittedConstants } from '../fitted-constants.ts'
import type { Calendar } from './calendar.ts'
import {
  type Decayed,
  type Edge,
  halve,
  type Keeper,
  keepCount,
  keepDays,
  keepDecayed,
  keepDecayedKeys,
  keepEdge,
  keepKeys,
  keepMoments,
  keepRange,
  keepTotal,
  type Moments,
  type Range,
  type Total,
} from './keeper.ts'
import { createTieOrder, type Unit } from './unit.ts'
import type { Places } from './vocabulary.ts'

/** What a value is read with, as of a moment. */
export type Sight = {
  readonly asOfMs: number
  readonly today: number
  readonly calendar: Calendar
  readonly constants: FittedConstants
  readonly places: Places
  readonly items: ItemLookup
}

/** A key with its share of all lines that have one. */
export type KeyShare = { readonly key: string; readonly share: number }
/** NaN is missing; a text is empty where there is none; shares are of the keys above 0, heaviest first. */
export type FeatureValue = number | string | readonly KeyShare[]

/** What is to be kept of the units that an aggregate sees. */
export function keeperOf(aggregate: Aggregate, keys: KeyReader): Keeper {
  const measured = (of: Measure) => (unit: Unit) => unit.measure(of)
  switch (aggregate.kind) {
    case 'count':
      return keepCount() as Keeper
    case 'sum':
    case 'mean':
      return keepTotal(measured(aggregate.of)) as Keeper
    case 'min':
    case 'max':
      return keepRange(measured(aggregate.of)) as Keeper
    case 'spread':
      return keepMoments(measured(aggregate.of)) as Keeper
    case 'age':
      return keepRange((unit) => unit.atMs) as Keeper
    case 'gaps':
      return keepDays() as Keeper
    case 'decay': {
      const { of, halfLifeDays } = aggregate
      return keepDecayed(of === undefined ? () => 1 : measured(of), halfLifeDays) as Keeper
    }
    case 'first':
    case 'last':
      return keepEdge(aggregate.kind, (unit) => unit[aggregate.of], createTieOrder()) as Keeper
    case 'distinct':
      return (aggregate.of === 'day' ? keepDays() : keepKeys((unit) => unit.itemId)) as Keeper
    case 'affinity': {
      const { of, halfLifeDays } = aggregate
      const keyOf = keys(of)
      return (halfLifeDays === undefined ? keepKeys(keyOf) : keepDecayedKeys(keyOf, halfLifeDays)) as Keeper
    }
    case 'top':
    case 'share':
    case 'scale_share':
      return keepKeys(keys(aggregate.of)) as Keeper
    default:
      return aggregate satisfies never
  }
}

/** By which key a unit is counted: what is known of items changes, so that they are kept by id and looked up when read. */
export type KeyReader = (of: KeyedBy) => (unit: Unit) => string
export type KeyedBy = Extract<Aggregate, { kind: 'top' | 'affinity' | 'share' | 'scale_share' }>['of']

export function createKeyReader(calendar: Calendar, places: Places): KeyReader {
  return (of) => {
    switch (of) {
      case 'text_topic':
        return (unit) => unit.textTopic
      case 'weekday':
        return (unit) => String(calendar.weekdayOf(unit.atMs))
      case 'hour':
        return (unit) => String(calendar.hourOf(unit.atMs) + 1)
      case 'day_part':
        return (unit) => String(Math.floor(calendar.hourOf(unit.atMs) / 6) + 1)
      case 'price_band':
        return (unit) => String(places.bandOf(unit.measure('price')))
      default:
        return (unit) => unit.itemId
    }
  }
}

/** The number that the state stands for as of a moment; of keys, see `readKeys`. */
export function readNumber(aggregate: Aggregate, state: unknown, sight: Sight): number {
  switch (aggregate.kind) {
    case 'count':
      return state as number
    case 'sum':
      return (state as Total)[1]
    case 'mean': {
      const [count, sum] = state as Total
      return count === 0 ? Number.NaN : sum / count
    }
    case 'min':
    case 'max':
      return (state as Range)[aggregate.kind === 'min' ? 0 : 1] ?? Number.NaN
    case 'spread':
      return deviationOf(state as Moments)
    case 'age':
      return readAge(state as Range, aggregate.of, sight)
    case 'gaps':
      return readGaps(state as number[], aggregate.statistic)
    case 'decay': {
      const [weight, atMs] = state as Decayed
      return weight * halve(sight.asOfMs - atMs, aggregate.halfLifeDays)
    }
    case 'distinct':
      return readDistinct(aggregate.of, state, sight)
    default:
      return Number.NaN
  }
}

/** The text of the first or last unit. */
export function readEdge(state: unknown): string {
  return (state as Edge)[2] ?? ''
}

function deviationOf([count, , squares]: Moments): number {
  return count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1))
}

function readAge(range: Range, of: 'first' | 'last', { today, calendar }: Sight): number {
  const atMs = range[of === 'first' ? 0 : 1]
  return atMs === undefined ? Number.NaN : today - calendar.dayOf(atMs)
}

function readGaps(days: readonly number[], statistic: 'mean' | 'deviation'): number {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined || days.length < 2) return Number.NaN
  const mean = (last - first) / (days.length - 1)
  if (statistic === 'mean') return mean
  const squares = days.slice(1).reduce((sum, day, index) => sum + (day - (days[index] ?? 0) - mean) ** 2, 0)
  return deviationOf([days.length - 1, mean, squares])
}

function readDistinct(
  of: Extract<Aggregate, { kind: 'distinct' }>['of'],
  state: unknown,
  sight: Sight,
): number {
  if (of === 'day') return (state as number[]).length
  const counts = state as ReadonlyMap<string, number>
  if (of === 'item') return counts.size
  const places = [...counts.keys()].map((itemId) => sight.places.placeOf(of, sight.items(itemId)))
  return new Set(places.filter((place) => place > 0)).size
}
